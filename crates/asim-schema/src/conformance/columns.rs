//! The published schema tester: which columns there are, and of which types.

use super::level::Level;
use super::rule::Rule;
use super::rules::RuleSet;
use crate::{Class, VersionNumber};

/// A result about a column.
#[derive(Debug)]
pub(super) struct ColumnResult {
    pub(super) level: Level,
    pub(super) rule: Rule,
    pub(super) column: String,
    /// The result in the published words.
    pub(super) text: String,
}

/// What is known of the columns of a table.
pub(super) trait Columns {
    /// Whether the column of this place is there.
    fn has(&self, place: usize) -> bool;
    /// The type of a column that is there and of another type than the schema's.
    fn other_type(&self, place: usize) -> Option<&str>;
    /// The names of the columns that are not of the schema.
    fn others(&self) -> Vec<&str>;
}

/// Tests the columns of a table against those of a schema version; all of them where none is given.
pub(super) fn test(
    rules: &RuleSet,
    version: Option<VersionNumber>,
    table: &impl Columns,
) -> Vec<ColumnResult> {
    let mut results = Vec::new();
    for (place, column) in rules.columns.iter().enumerate() {
        let name = column.name;
        let mut push = |level: Level, rule, text: String| {
            results.push(ColumnResult {
                level,
                rule,
                column: name.to_owned(),
                text: format!("{level}: {text}"),
            });
        };
        if table.has(place) {
            if let Some(found) = table.other_type(place) {
                let wanted = column.column_type.as_str();
                push(
                    Level::Error,
                    Rule::TypeMismatch,
                    format!(
                        "type mismatch for column [{name}]. It is currently {found} and should be {wanted}"
                    ),
                );
            }
            continue;
        }
        // The project's own rules ask neither for what the table itself adds nor for what was dropped or came later.
        let later = version.is_some_and(|version| column.since > version);
        if later || column.deprecated || (!rules.published && column.from_table) {
            continue;
        }
        let partner = column.partner.and_then(|place| rules.column(place));
        let partner_class = partner.map(|partner| partner.class);
        let partner_here = column.partner.is_some_and(|place| table.has(place));
        let of = column.partner_name;
        match column.class {
            Class::Mandatory => push(
                Level::Error,
                Rule::MissingMandatory,
                format!("Missing mandatory field [{name}]"),
            ),
            Class::Recommended => push(
                Level::Warning,
                Rule::MissingRecommended,
                format!("Missing recommended field [{name}]"),
            ),
            Class::Conditional if partner_class == Some(Class::Mandatory) => push(
                Level::Error,
                Rule::MissingConditional,
                format!("Missing field [{name}] is mandatory when mandatory column [{of}] exists"),
            ),
            Class::Conditional if partner_here => push(
                Level::Error,
                Rule::MissingConditional,
                format!("Missing field [{name}] is mandatory when field [{of}] exists"),
            ),
            Class::Conditional => {}
            Class::Alias => {
                let word = match partner_class {
                    Some(Class::Mandatory) => "mandatory",
                    Some(Class::Recommended) => "recommended",
                    _ => "optional",
                };
                let (level, rule, target) = match (partner_here, word) {
                    (true, _) => (Level::Error, Rule::MissingAlias, "existing"),
                    (false, "mandatory") => (Level::Error, Rule::MissingAlias, "missing"),
                    (false, _) => (Level::Info, Rule::MissingAliasAndTarget, "non-existent"),
                };
                push(
                    level,
                    rule,
                    format!("Missing {word} alias [{name}] aliasing {target} column [{of}]"),
                );
            }
            Class::Optional => push(
                Level::Info,
                Rule::MissingOptional,
                format!("Missing optional field [{name}]"),
            ),
        }
    }
    for name in table.others() {
        results.push(ColumnResult {
            level: Level::Info,
            rule: Rule::ExtraColumn,
            column: name.to_owned(),
            text: format!("{}: extra unnormalized column [{name}]", Level::Info),
        });
    }
    results
}
