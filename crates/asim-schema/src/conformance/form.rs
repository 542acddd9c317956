//! The form that a column asks of its values.

use super::own;
use super::published as by_tester;
use super::rule::{Own, Rule};
use crate::SchemaKind;

/// The form of a column's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// Any value.
    Free,
    /// Numbers from one to another.
    Range(f64, f64),
    /// As the published tester reads its logical types.
    Tester(Tester),
    /// As this project reads the schema.
    Own(Text),
}

/// The forms of the published tester.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Tester {
    Listed(&'static str),
    Mac,
    Address,
    Fqdn(Rule),
    Domain(Rule),
    Hostname,
    Guid,
    ResponseCodeName,
    QueryTypeName,
    QueryClassName,
    /// So many letters and digits in a row.
    Run(usize),
}

/// The forms of this project.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Text {
    Listed(&'static [&'static str]),
    /// The name of a schema.
    Schema(SchemaKind),
    Address,
    Mac,
    Guid,
    Query,
    Fqdn,
    Domain,
    Hostname,
    /// A host name that may be an address: where no name is known, the schema wants that.
    ServerName,
    QueryTypeName,
    QueryClassName,
    Opcode,
    ResponseCodeName,
    Transaction,
    Hexadecimal,
    Url,
    /// A version of a schema.
    Version(SchemaKind),
    ProcessId,
    Username,
}

impl Form {
    /// The rule that a text breaks; an empty text breaks none.
    pub(super) fn text(self, text: &str) -> Option<Rule> {
        match self {
            Self::Free | Self::Range(..) => None,
            Self::Tester(form) => form.check(text),
            Self::Own(form) => form.check(text),
        }
    }

    /// The rule that a number breaks.
    pub(super) fn number(self, number: f64) -> Option<Rule> {
        match self {
            // No number: not inside any range.
            Self::Range(from, to) if number >= from && number <= to => None,
            Self::Range(..) => Some(Rule::Own(Own::OutOfRange)),
            _ => None,
        }
    }
}

impl Tester {
    /// The form that the tester gives a logical type.
    pub(super) fn of(logical_type: &str, values: &'static str) -> Option<Self> {
        Some(match logical_type {
            "Enumerated" if !values.is_empty() => Self::Listed(values),
            // In these letters; the list itself has `MAC address`, so that the rule never fires for it.
            "MAC Address" => Self::Mac,
            "IP Address" => Self::Address,
            "FQDN" => Self::Fqdn(Rule::Invalid),
            "RecommendedFQDN" => Self::Fqdn(Rule::Abnormal),
            "Domain" | "DnsDomain" => Self::Domain(Rule::Invalid),
            "RecommendedDnsDomain" => Self::Domain(Rule::Abnormal),
            "Hostname" => Self::Hostname,
            "GUID" => Self::Guid,
            "DnsResponseCodeName" => Self::ResponseCodeName,
            "DnsQueryTypeName" => Self::QueryTypeName,
            "DnsQueryClassName" => Self::QueryClassName,
            "MD5" => Self::Run(32),
            "SHA1" => Self::Run(40),
            "SHA256" => Self::Run(64),
            "SHA512" => Self::Run(128),
            _ => return None,
        })
    }

    fn check(self, text: &str) -> Option<Rule> {
        let (good, rule) = match self {
            Self::Fqdn(rule) => (by_tester::is_domain(text, 1), rule),
            Self::Domain(rule) => (by_tester::is_domain(text, 0), rule),
            Self::Listed(values) => (by_tester::has(values, text), Rule::Invalid),
            Self::Mac => (by_tester::is_mac(text), Rule::Invalid),
            Self::Address => (by_tester::is_address(text), Rule::Invalid),
            Self::Hostname => (by_tester::is_hostname(text), Rule::Invalid),
            Self::Guid => (by_tester::is_guid(text), Rule::Invalid),
            Self::ResponseCodeName => (text == "NA" || own::is_response_code(text), Rule::Invalid),
            Self::QueryTypeName => (by_tester::is_query_type(text), Rule::Invalid),
            Self::QueryClassName => (by_tester::is_query_class(text), Rule::Invalid),
            Self::Run(length) => (by_tester::has_run(text, length), Rule::Invalid),
        };
        (!good).then_some(rule)
    }
}

impl Text {
    fn check(self, text: &str) -> Option<Rule> {
        match self {
            Self::Listed(values) => own::listed(values.iter().copied(), text),
            Self::Schema(schema) => own::listed(std::iter::once(schema.name()), text),
            Self::Address => own::address(text),
            Self::Mac => (!by_tester::is_mac(text)).then_some(Rule::Invalid),
            Self::Guid if by_tester::is_plain_guid(text) => None,
            Self::Guid if by_tester::is_guid(text) => Some(Rule::Own(Own::GuidForm)),
            Self::Guid => Some(Rule::Invalid),
            Self::Query => own::query(text),
            Self::Fqdn => own::full_name(text),
            Self::Domain => own::domain(text),
            Self::Hostname => own::hostname(text, false),
            Self::ServerName => own::hostname(text, true),
            Self::QueryTypeName => own::query_type(text),
            Self::QueryClassName => own::query_class(text),
            Self::Opcode => own::opcode(text),
            Self::ResponseCodeName => own::response_code(text),
            Self::Transaction => own::transaction(text),
            Self::Hexadecimal => (!own::is_hexadecimal(text)).then_some(Rule::Own(Own::Hexadecimal)),
            Self::Url => (!own::is_url(text)).then_some(Rule::Own(Own::Url)),
            Self::Version(schema) => own::version(text, schema),
            Self::ProcessId => (!by_tester::is_digits(text)).then_some(Rule::Own(Own::ProcessId)),
            Self::Username => own::has_control(text).then_some(Rule::Own(Own::ControlCharacter)),
        }
    }
}
