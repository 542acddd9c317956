//! The rules of this project that look at several columns of a record.

use super::published::{is_digits, is_plain_guid};
use super::record::{Record, Scalar};
use super::rule::Own;
use super::rules::RuleSet;
use crate::{Class, DnsClass, Rcode, RrType, VersionNumber};

/// Ticks of 100 ns in a millisecond.
const TICKS_PER_MILLISECOND: i64 = 10_000;

/// A durations may be off by so many milliseconds: by rounding.
const ROUNDING: i64 = 1;

/// The names of a device, by their places.
#[derive(Debug)]
struct Device {
    full_name: Option<usize>,
    domain_type: Option<usize>,
}

/// What a user is named by, by the places.
#[derive(Debug)]
struct User {
    name: Option<usize>,
    name_type: Option<usize>,
    id: Option<usize>,
    id_type: Option<usize>,
}

impl User {
    /// Whether the name and the id have the forms that their types tell.
    fn check(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        if let (Some(name), Some(kind), Some(place)) =
            (record.text(self.name), record.text(self.name_type), self.name)
        {
            let fits = match kind {
                "UPN" => name.contains('@'),
                "Windows" => name.contains('\\'),
                "DN" => name.contains('='),
                "Simple" => !name.contains(['@', '\\']),
                _ => true,
            };
            if !fits {
                found(place, Own::UserForm, &format!("{name} as {kind}"));
            }
        }
        if let (Some(id), Some(kind), Some(place)) =
            (record.text(self.id), record.text(self.id_type), self.id)
        {
            let fits = match kind {
                "SID" => id.starts_with("S-1-"),
                "UID" => is_digits(id),
                "AADID" => is_plain_guid(id),
                _ => true,
            };
            if !fits {
                found(place, Own::UserForm, &format!("{id} as {kind}"));
            }
        }
    }
}

/// The places of the columns that are looked at together. A schema that lacks one of them lacks the rule.
#[derive(Debug)]
pub(super) struct Across {
    /// Aliases and their targets.
    aliases: Vec<(usize, usize)>,
    /// Type columns and the columns that they belong to.
    types: Vec<(usize, usize)>,
    /// Columns that take their value from one of several.
    choices: Vec<usize>,
    devices: [Device; 3],
    users: [User; 4],
    start: Option<usize>,
    end: Option<usize>,
    duration: Option<usize>,
    half: Option<usize>,
    result: Option<usize>,
    details: Option<usize>,
    code: Option<usize>,
    query_type: Option<usize>,
    query_type_name: Option<usize>,
    query_class: Option<usize>,
    query_class_name: Option<usize>,
    server: Option<usize>,
    server_name: Option<usize>,
    pub(super) version: Option<usize>,
}

impl Across {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let pairs = |class: Class| {
            let columns = rules.columns.iter().enumerate();
            columns
                .filter(|(_, column)| column.class == class)
                .filter_map(|(place, column)| Some((place, column.partner?)))
                .collect()
        };
        let choices = rules.columns.iter().enumerate();
        let device = |role: &str| Device {
            full_name: rules.place(&format!("{role}FQDN")),
            domain_type: rules.place(&format!("{role}DomainType")),
        };
        let user = |role: &str| User {
            name: rules.place(&format!("{role}Username")),
            name_type: rules.place(&format!("{role}UsernameType")),
            id: rules.place(&format!("{role}UserId")),
            id_type: rules.place(&format!("{role}UserIdType")),
        };
        let at = |name| rules.place(name);
        Self {
            aliases: pairs(Class::Alias),
            types: pairs(Class::Conditional),
            choices: choices
                .filter(|(_, column)| !column.choice.is_empty())
                .map(|(place, _)| place)
                .collect(),
            devices: [device("Src"), device("Dst"), device("Dvc")],
            users: [user("Src"), user("Dst"), user("Actor"), user("Target")],
            start: at("EventStartTime"),
            end: at("EventEndTime"),
            duration: at("DnsNetworkDuration"),
            half: at("EventSubType"),
            result: at("EventResult"),
            details: at("EventResultDetails"),
            code: at("DnsResponseCode"),
            query_type: at("DnsQueryType"),
            query_type_name: at("DnsQueryTypeName"),
            query_class: at("DnsQueryClass"),
            query_class_name: at("DnsQueryClassName"),
            server: at("DstIpAddr"),
            server_name: at("DstHostname"),
            version: at("EventSchemaVersion"),
        }
    }

    /// Tells what is wrong with a record: the column, the rule, and the value as an example shows it.
    pub(super) fn check(
        &self,
        rules: &RuleSet,
        wanted: Option<VersionNumber>,
        record: &Record<'_>,
        found: &mut dyn FnMut(usize, Own, &str),
    ) {
        for place in &record.again {
            found(*place, Own::DuplicateColumn, "");
        }
        self.aliases(rules, record, found);
        self.types(record, found);
        self.names(record, found);
        self.times(record, found);
        self.codes(record, found);
        self.outcome(record, found);
        self.version(rules, wanted, record, found);
        if let (Some(place), Some(address), None) = (
            self.server_name,
            record.value(self.server),
            record.value(self.server_name),
        ) {
            found(place, Own::ServerName, &address.to_string());
        }
    }

    fn aliases(&self, rules: &RuleSet, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        for &(alias, target) in &self.aliases {
            match (record.value(Some(alias)), record.value(Some(target))) {
                (shown, stored) if shown == stored => {}
                (None, _) if rules.column(alias).is_some_and(|column| column.deprecated) => {}
                (shown, stored) => {
                    let [shown, stored] =
                        [shown, stored].map(|value| value.map_or_else(String::new, Scalar::to_string));
                    found(alias, Own::AliasDiffers, &format!("{shown} for {stored}"));
                }
            }
        }
        for &place in &self.choices {
            let Some(column) = rules.column(place) else {
                continue;
            };
            let shown = record.value(Some(place));
            let mut stored = column
                .choice
                .iter()
                .filter_map(|place| record.value(Some(*place)))
                .peekable();
            if stored.peek().is_some() && !stored.any(|value| Some(value) == shown) {
                let shown = shown.map_or_else(String::new, Scalar::to_string);
                found(place, Own::LeadingIdentifier, &shown);
            }
        }
    }

    fn types(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        for &(kind, partner) in &self.types {
            match (record.value(Some(kind)), record.value(Some(partner))) {
                (None, Some(value)) => found(partner, Own::TypeMissing, &value.to_string()),
                (Some(kind_value), None) => found(kind, Own::TypeAlone, &kind_value.to_string()),
                _ => {}
            }
        }
    }

    fn names(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        for device in &self.devices {
            let (Some(name), Some(kind)) = (record.text(device.full_name), record.text(device.domain_type))
            else {
                continue;
            };
            let fits = match kind {
                "Windows" => name.contains('\\'),
                "FQDN" => !name.contains('\\'),
                _ => true,
            };
            if let (false, Some(place)) = (fits, device.full_name) {
                found(place, Own::DomainForm, &format!("{name} as {kind}"));
            }
        }
        for user in &self.users {
            user.check(record, found);
        }
    }

    fn times(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        let (Some(start), Some(end)) = (record.ticks(self.start), record.ticks(self.end)) else {
            return;
        };
        let shown = |place| record.value(place).map_or_else(String::new, Scalar::to_string);
        if end < start
            && let Some(place) = self.end
        {
            found(
                place,
                Own::TimeOrder,
                &format!("{} after {}", shown(self.end), shown(self.start)),
            );
        } else if let (Some(duration), Some(place)) = (record.integer(self.duration), self.duration) {
            let off = (end - start) / TICKS_PER_MILLISECOND - duration;
            if off.abs() > ROUNDING {
                found(place, Own::DurationDiffers, &duration.to_string());
            }
        }
    }

    fn codes(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        // The NetBIOS name service has names of its own for 32 and 33.
        let netbios = |name: &str| match name {
            "NB" => Some(32),
            "NBSTAT" => Some(33),
            _ => None,
        };
        let kind = |name: &str| netbios(name).or_else(|| RrType::from_name(name).map(|code| code.0));
        let class = |name: &str| DnsClass::from_name(name).map(|code| code.0);
        let code = |name: &str| Rcode::from_name(name).map(|code| code.0);
        let mut check = |number: Option<usize>, name: Option<usize>, code: &dyn Fn(&str) -> Option<u16>| {
            let (Some(place), Some(value), Some(text)) = (number, record.integer(number), record.text(name))
            else {
                return;
            };
            if code(text).is_some_and(|code| i64::from(code) != value) {
                found(place, Own::CodeAndName, &format!("{value} beside {text}"));
            }
        };
        check(self.query_type, self.query_type_name, &kind);
        check(self.query_class, self.query_class_name, &class);
        check(self.code, self.details, &code);
    }

    fn outcome(&self, record: &Record<'_>, found: &mut dyn FnMut(usize, Own, &str)) {
        let (result, details) = (record.text(self.result), record.text(self.details));
        if record.text(self.half) == Some("request") {
            if let (Some(place), Some(details)) = (self.details, details.filter(|details| *details != "NA")) {
                found(place, Own::RequestDetails, details);
            }
            if let (Some(place), Some(result)) = (self.result, result.filter(|result| *result != "NA")) {
                found(place, Own::RequestResult, result);
            }
            return;
        }
        if let (Some(place), Some(result), Some(details)) = (self.result, result, details) {
            let contradicts = match result {
                "Success" => details != "NOERROR" && details != "NA",
                "Failure" => details == "NOERROR",
                _ => false,
            };
            if contradicts {
                found(
                    place,
                    Own::ResultAndDetails,
                    &format!("{result} beside {details}"),
                );
            }
        }
    }

    fn version(
        &self,
        rules: &RuleSet,
        wanted: Option<VersionNumber>,
        record: &Record<'_>,
        found: &mut dyn FnMut(usize, Own, &str),
    ) {
        let (Some(place), Some(text)) = (self.version, record.text(self.version)) else {
            return;
        };
        let version = rules.kind().version_named(text);
        if wanted.is_some_and(|wanted| version != Some(wanted)) {
            found(place, Own::WrongVersion, text);
        }
        let Some(version) = version else { return };
        for place in &record.present {
            if rules.column(*place).is_some_and(|column| column.since > version) {
                found(*place, Own::LaterColumn, text);
            }
        }
    }
}
