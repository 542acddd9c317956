//! The rules that a schema puts on its columns.

use std::collections::HashMap;

use super::form::{Form, Tester, Text};
use super::tester::TesterRow;
use crate::{Class, FieldInfo, KustoType, SchemaKind, Storage, VersionNumber};

/// What is asked of one column.
#[derive(Debug)]
pub(super) struct ColumnRules {
    pub(super) name: &'static str,
    pub(super) column_type: KustoType,
    pub(super) class: Class,
    /// The published name of the logical type.
    pub(super) logical_type: &'static str,
    pub(super) form: Form,
    /// The place of an alias's target, or of the column that a conditional one belongs to.
    pub(super) partner: Option<usize>,
    /// The places of the columns that a choice takes its value from.
    pub(super) choice: Vec<usize>,
    /// The name of the partner, whether it is a column or not.
    pub(super) partner_name: &'static str,
    pub(super) since: VersionNumber,
    /// The log table adds it, so that a record does not have it.
    pub(super) from_table: bool,
    pub(super) deprecated: bool,
    /// The target of an alias whose values have the same form.
    pub(super) same_form_as: Option<usize>,
}

impl ColumnRules {
    /// Whether a dynamic column holds objects alone.
    pub(super) fn form_is_object(&self) -> bool {
        self.logical_type == "Object"
    }
}

/// The rules of one schema: the published ones alone, or those with what this project adds and mends.
#[derive(Debug)]
pub struct RuleSet {
    pub(super) schema: SchemaKind,
    pub(super) published: bool,
    pub(super) columns: Vec<ColumnRules>,
    by_name: HashMap<&'static str, usize>,
}

impl RuleSet {
    /// The rules of the published testers for the Dns schema, and nothing else.
    pub fn dns_published() -> Self {
        Self::published_of(SchemaKind::Dns)
    }

    /// The rules of the published testers for a schema, and nothing else.
    pub fn published_of(schema: SchemaKind) -> Self {
        Self::build(schema, true, schema.tester_rows().iter().map(published).collect())
    }

    /// The rules of this project for the Dns schema: the published ones, mended where they contradict the schema, and
    /// those that they lack.
    pub fn dns() -> Self {
        Self::of(SchemaKind::Dns)
    }

    /// The rules of this project for a schema, in the same way.
    pub fn of(schema: SchemaKind) -> Self {
        let all = schema.tester_rows().iter();
        let rows: HashMap<_, _> = all.clone().map(|row| (row.name, row)).collect();
        let infos = schema
            .fields()
            .iter()
            .map(|info| (own(schema, info, rows.get(info.name).copied()), choice(info)));
        // Columns that only tables have stand behind those of events.
        let table = all
            .filter(|row| row.from_table && schema.field(row.name).is_none())
            .map(|row| (published(row), Vec::new()));
        let (columns, choices): (Vec<_>, Vec<_>) = infos.chain(table).unzip();
        let mut rules = Self::build(schema, false, columns);
        for (place, names) in choices.into_iter().enumerate() {
            let places = names.iter().filter_map(|name| rules.place(name)).collect();
            if let Some(column) = rules.columns.get_mut(place) {
                column.choice = places;
            }
        }
        rules
    }

    fn build(schema: SchemaKind, published: bool, columns: Vec<ColumnRules>) -> Self {
        let names = columns.iter().enumerate();
        let by_name = names.map(|(place, column)| (column.name, place)).collect();
        let mut rules = Self {
            schema,
            published,
            columns,
            by_name,
        };
        for place in 0..rules.columns.len() {
            let name = rules.columns.get(place).map_or("", |column| column.partner_name);
            let partner = rules.place(name);
            let form = partner
                .and_then(|partner| rules.column(partner))
                .map(|partner| partner.form);
            if let Some(column) = rules.columns.get_mut(place) {
                column.partner = partner;
                let same =
                    column.class == Class::Alias && form == Some(column.form) && column.form != Form::Free;
                column.same_form_as = partner.filter(|_| same);
            }
        }
        rules
    }

    /// The name of the schema, such as `Dns`.
    pub fn schema(&self) -> &'static str {
        self.schema.name()
    }

    /// Which schema it is.
    pub fn kind(&self) -> SchemaKind {
        self.schema
    }

    /// Whether these are the published rules alone.
    pub fn is_published(&self) -> bool {
        self.published
    }

    /// The place of a column.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn column(&self, place: usize) -> Option<&ColumnRules> {
        self.columns.get(place)
    }
}

/// A column as the published list has it.
fn published(row: &TesterRow) -> ColumnRules {
    let form = match row.logical_type {
        "RiskLevel" => Form::Range(0.0, 100.0),
        logical_type => Tester::of(logical_type, row.values).map_or(Form::Free, Form::Tester),
    };
    ColumnRules {
        name: row.name,
        column_type: row.column_type,
        class: row.class,
        logical_type: row.logical_type,
        form,
        partner: None,
        choice: Vec::new(),
        partner_name: row.aliased.unwrap_or_default(),
        since: row.since,
        from_table: row.from_table,
        deprecated: false,
        same_form_as: None,
    }
}

/// Columns that the ProcessEvent schema makes mandatory, though there are sources that do not tell them, and events, the
/// end of a process, that have none.
const NOT_OF_ALL: [&str; 6] = [
    "ActingProcessId",
    "ActorUsername",
    "TargetProcessCommandLine",
    "TargetProcessId",
    "TargetProcessName",
    "TargetUsername",
];

/// A column as this project reads the schema.
fn own(schema: SchemaKind, info: &FieldInfo, row: Option<&TesterRow>) -> ColumnRules {
    // An alias of several columns is no alias to the tester, which knows one target at most.
    let target = match info.alias_of {
        [target] => Some(target),
        _ => info.conditional_on.as_ref(),
    };
    let class = match (info.class, row.map(|row| row.class)) {
        // Where the article and the published list disagree, the milder of the two counts.
        (Class::Mandatory, Some(milder @ (Class::Recommended | Class::Optional)))
        | (Class::Recommended, Some(milder @ Class::Optional)) => milder,
        (Class::Alias, _) if info.alias_of.len() > 1 => Class::Recommended,
        (Class::Mandatory, _) if schema == SchemaKind::Process && NOT_OF_ALL.contains(&info.name) => {
            Class::Recommended
        }
        (class, _) => class,
    };
    ColumnRules {
        name: info.name,
        column_type: info.kusto_type,
        class,
        logical_type: row
            .map(|row| row.logical_type)
            .filter(|name| !name.is_empty())
            .unwrap_or(info.logical_type),
        form: own_form(schema, info),
        partner: None,
        choice: Vec::new(),
        partner_name: target.copied().unwrap_or_default(),
        since: info.since,
        from_table: false,
        deprecated: info.deprecated,
        same_form_as: None,
    }
}

/// The columns that a choice takes its value from, the best first.
fn choice(info: &FieldInfo) -> Vec<&'static str> {
    match info.alias_of {
        [] if info.name == "Dvc" => info.fallback.to_vec(),
        [] | [_] => Vec::new(),
        several => several.to_vec(),
    }
}

/// The form of a column's values by its logical type; a few columns have one of their own.
fn own_form(schema: SchemaKind, info: &FieldInfo) -> Form {
    const CODES: Form = Form::Range(0.0, 65535.0);
    match info.name {
        "EventSchema" => return Form::Own(Text::Schema(schema)),
        "EventCount" | "RuleNumber" => return Form::Range(1.0, f64::from(i32::MAX)),
        "DnsNetworkDuration" | "Duration" => return Form::Range(0.0, f64::from(i32::MAX)),
        "EventResultDetails" | "DnsResponseCodeName" | "ResponseCodeName" if schema == SchemaKind::Dns => {
            return Form::Own(Text::ResponseCodeName);
        }
        "TransactionIdHex" => return Form::Own(Text::Transaction),
        "SrcProcessId" | "ActingProcessId" | "ParentProcessId" | "TargetProcessId" => {
            return Form::Own(Text::ProcessId);
        }
        "DstHostname" => return Form::Own(Text::ServerName),
        _ => {}
    }
    if !info.values.is_empty() {
        return Form::Own(Text::Listed(info.values));
    }
    match info.storage {
        Storage::Opcode => return Form::Own(Text::Opcode),
        Storage::Rcode | Storage::RrType | Storage::Class if info.kusto_type == KustoType::Int => {
            return CODES;
        }
        Storage::Port => return CODES,
        Storage::Percent => return Form::Range(0.0, 100.0),
        _ => {}
    }
    Form::Own(match info.logical_type {
        "Latitude" => return Form::Range(-90.0, 90.0),
        "Longitude" => return Form::Range(-180.0, 180.0),
        "IpAddress" => Text::Address,
        "MacAddress" => Text::Mac,
        "Guid" => Text::Guid,
        "DomainName" => Text::Query,
        "Fqdn" => Text::Fqdn,
        "Domain" => Text::Domain,
        "Hostname" => Text::Hostname,
        "DnsQueryTypeName" => Text::QueryTypeName,
        "DnsQueryClassName" => Text::QueryClassName,
        "Hexadecimal" => Text::Hexadecimal,
        "Url" => Text::Url,
        "SchemaVersion" => Text::Version(schema),
        "Username" => Text::Username,
        _ => return Form::Free,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_and_choices_are_columns() {
        let process = SchemaKind::Process;
        for rules in [
            RuleSet::dns(),
            RuleSet::dns_published(),
            RuleSet::of(process),
            RuleSet::published_of(process),
        ] {
            for column in &rules.columns {
                // The published list names the targets of `Hash` in one text.
                let one = !column.partner_name.is_empty() && !column.partner_name.contains('|');
                assert_eq!(column.partner.is_some(), one, "{}", column.name);
                assert_eq!(
                    rules
                        .place(column.name)
                        .and_then(|place| rules.column(place))
                        .map(|column| column.name),
                    Some(column.name)
                );
            }
        }
        let rules = RuleSet::dns();
        let dst = rules.place("Dst").and_then(|place| rules.column(place)).unwrap();
        assert_eq!(dst.choice.len(), 4);
        assert_eq!(
            rules
                .place("Type")
                .and_then(|place| rules.column(place))
                .map(|column| column.from_table),
            Some(true)
        );
        assert_eq!(RuleSet::dns_published().columns.len(), 151);
    }

    #[test]
    fn the_milder_of_two_classes_counts() {
        let rules = RuleSet::dns();
        let class = |name| {
            rules
                .columns
                .iter()
                .find(|column| column.name == name)
                .map(|column| column.class)
        };
        assert_eq!(class("DnsQuery"), Some(Class::Recommended));
        assert_eq!(class("Src"), Some(Class::Recommended));
        assert_eq!(class("EventResultDetails"), Some(Class::Mandatory));
    }
}
