//! The results of a test.

use std::fmt::Write;

use serde::Serialize;

use super::checker::Checker;
use super::columns;
use super::level::Level;
use super::rule::{Own, Rule};
use super::tally::Tally;
use crate::Class;

/// A value that breaks a rule, and where it stands first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Example {
    /// The value.
    pub value: String,
    /// The name of the input.
    pub input: String,
    /// The number of the record in it, from 1.
    pub record: u64,
    /// The line on which the record begins, from 1.
    pub line: u64,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// The rule's name.
    pub rule: &'static str,
    /// Whether the rule is of this project, and not of the published testers.
    pub ours: bool,
    /// The column; empty where the record as a whole is meant.
    pub column: String,
    /// So many records are concerned; none where the table as a whole is.
    pub records: Option<u64>,
    /// Their share of all records, in percent with two decimals.
    pub percent: Option<f64>,
    /// So many different values are.
    pub values: Option<u64>,
    /// There are more values than that.
    pub more_values: bool,
    /// The first of them.
    pub examples: Vec<Example>,
    /// The result in a line, for a published rule in the published words.
    pub text: String,
}

/// All results of a test, sorted as the published testers sort theirs: by their text, which begins with the level.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The schema, such as `Dns`.
    pub schema: &'static str,
    /// The version whose columns were looked for; none for all columns of the published list.
    pub schema_version: Option<String>,
    /// Whether the published rules alone were applied.
    pub published_rules: bool,
    /// So many records were looked at; 0 for a list of columns.
    pub records: u64,
    /// So many columns of the schema were there.
    pub columns: usize,
    /// The number of findings of each level.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of findings that are merely worth knowing.
    pub infos: usize,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(checker: &Checker) -> Self {
        let rules = &checker.rules;
        let version = checker.version.or_else(|| {
            let seen = checker.newest.unwrap_or(rules.kind().default_version());
            (!rules.published).then_some(seen)
        });
        let mut findings = Vec::new();
        for result in columns::test(rules, version, checker) {
            // The data test says the same with counts and examples.
            let told = result.rule == Rule::TypeMismatch && checker.records > 0 && !rules.published;
            if !told {
                findings.push(Finding {
                    level: result.level,
                    rule: result.rule.id(),
                    ours: false,
                    column: result.column,
                    records: None,
                    percent: None,
                    values: None,
                    more_values: false,
                    examples: Vec::new(),
                    text: result.text,
                });
            }
        }
        let values = Values { checker };
        values.deprecated(&mut findings);
        values.types(&mut findings);
        values.empty(&mut findings);
        values.broken(&mut findings);
        findings.sort_by(|one, other| one.text.cmp(&other.text));
        let count = |level| findings.iter().filter(|finding| finding.level == level).count();
        Self {
            schema: rules.schema(),
            schema_version: version.map(|version| version.to_string()),
            published_rules: rules.published,
            records: checker.records,
            columns: checker.columns.iter().filter(|column| column.seen).count(),
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
            findings,
        }
    }

    /// The worst level of all findings.
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|finding| finding.level).min()
    }
}

/// The findings about values.
struct Values<'c> {
    checker: &'c Checker,
}

impl Values<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a share is rounded anyway")]
    fn percent(&self, records: u64) -> f64 {
        (records as f64 / self.checker.records.max(1) as f64 * 10_000.0).round() / 100.0
    }

    fn schema(&self) -> &'static str {
        self.checker.rules.schema()
    }

    fn deprecated(&self, findings: &mut Vec<Finding>) {
        for (column, state) in self.checker.rules.columns.iter().zip(&self.checker.columns) {
            if column.deprecated && state.seen {
                let mut finding = self.own(Own::DeprecatedColumn, column.name, None);
                finding.text = format!(
                    "{}: field [{}] {} (ours: {})",
                    finding.level,
                    column.name,
                    Own::DeprecatedColumn.phrase(),
                    finding.rule
                );
                findings.push(finding);
            }
        }
    }

    fn types(&self, findings: &mut Vec<Finding>) {
        let columns = self.checker.rules.columns.iter().zip(&self.checker.columns);
        for (place, (column, state)) in columns.enumerate() {
            for (found, records) in &state.types {
                let tally = self.checker.tallies.get(&(place, Rule::TypeMismatch));
                findings.push(Finding {
                    level: Level::Error,
                    rule: Rule::TypeMismatch.id(),
                    ours: false,
                    column: column.name.to_owned(),
                    records: Some(*records),
                    percent: Some(self.percent(*records)),
                    values: None,
                    more_values: false,
                    examples: tally.map_or_else(Vec::new, |tally| self.examples(tally)),
                    text: format!(
                        "{}: type mismatch for column [{}]. It is currently [{found}] and should be [{}] (Schema:{})",
                        Level::Error,
                        column.name,
                        column.column_type.as_str(),
                        self.schema()
                    ),
                });
            }
        }
    }

    fn empty(&self, findings: &mut Vec<Finding>) {
        for (column, state) in self.checker.rules.columns.iter().zip(&self.checker.columns) {
            let records =
                (self.checker.records - self.checker.unreadable.records).saturating_sub(state.filled);
            let (level, word) = match column.class {
                Class::Mandatory => (Level::Warning, "mandatory"),
                Class::Recommended => (Level::Info, "recommended"),
                Class::Optional => (Level::Info, "optional"),
                Class::Conditional | Class::Alias => continue,
            };
            if !state.seen || records == 0 {
                continue;
            }
            let percent = self.percent(records);
            findings.push(Finding {
                level,
                rule: Rule::Empty.id(),
                ours: false,
                column: column.name.to_owned(),
                records: Some(records),
                percent: Some(percent),
                values: None,
                more_values: false,
                examples: Vec::new(),
                text: format!(
                    "{level}: Empty value in {records} records ({percent:?}%)  in {word} field [{}] (Schema:{})",
                    column.name,
                    self.schema()
                ),
            });
        }
    }

    fn broken(&self, findings: &mut Vec<Finding>) {
        for ((place, rule), tally) in &self.checker.tallies {
            let Some(column) = self.checker.rules.column(*place) else {
                continue;
            };
            let alone = !self.checker.columns.get(*place).is_some_and(|column| column.seen);
            match *rule {
                Rule::TypeMismatch => {}
                // A column that no record has is missing, and told as such.
                Rule::Own(Own::AliasDiffers | Own::LeadingIdentifier | Own::ServerName) if alone => {}
                Rule::Own(rule) => {
                    let mut finding = self.own(rule, column.name, Some(tally));
                    finding.text =
                        self.own_text(rule, &format!(" for field [{}], which", column.name), tally);
                    findings.push(finding);
                }
                rule => {
                    let level = if rule == Rule::Abnormal {
                        Level::Warning
                    } else {
                        Level::Error
                    };
                    let mut finding = self.counted(level, rule, column.name, tally);
                    let word = if rule == Rule::Abnormal {
                        "abnormal"
                    } else {
                        "invalid"
                    };
                    finding.text = format!(
                        "{level}: {} {word} value(s) (up to 10 listed) in {} records ({:?}%) for field [{}] of type [{}]: {} (Schema:{})",
                        number(tally),
                        tally.records,
                        self.percent(tally.records),
                        column.name,
                        column.logical_type,
                        listed(tally),
                        self.schema()
                    );
                    findings.push(finding);
                }
            }
        }
        let unreadable = &self.checker.unreadable;
        if unreadable.records > 0 {
            let mut finding = self.own(Own::NotARecord, "", Some(unreadable));
            finding.text = self.own_text(Own::NotARecord, ", each of which", unreadable);
            findings.push(finding);
        }
    }

    fn own(&self, rule: Own, column: &str, tally: Option<&Tally>) -> Finding {
        let level = rule.level();
        let mut finding = match tally {
            Some(tally) => self.counted(level, Rule::Own(rule), column, tally),
            None => Finding {
                level,
                rule: rule.id(),
                ours: true,
                column: column.to_owned(),
                records: None,
                percent: None,
                values: None,
                more_values: false,
                examples: Vec::new(),
                text: String::new(),
            },
        };
        finding.ours = true;
        finding
    }

    fn counted(&self, level: Level, rule: Rule, column: &str, tally: &Tally) -> Finding {
        Finding {
            level,
            rule: rule.id(),
            ours: rule.is_ours(),
            column: column.to_owned(),
            records: Some(tally.records),
            percent: Some(self.percent(tally.records)),
            values: Some(tally.distinct() as u64),
            more_values: tally.more,
            examples: self.examples(tally),
            text: String::new(),
        }
    }

    fn own_text(&self, rule: Own, field: &str, tally: &Tally) -> String {
        format!(
            "{}: {} value(s) (up to 10 listed) in {} records ({:?}%){field} {}: {} (Schema:{}, ours: {})",
            rule.level(),
            number(tally),
            tally.records,
            self.percent(tally.records),
            rule.phrase(),
            listed(tally),
            self.schema(),
            rule.id(),
        )
    }

    fn examples(&self, tally: &Tally) -> Vec<Example> {
        let example = |(value, place): &(String, super::tally::Place)| Example {
            value: value.clone(),
            input: self.checker.inputs.get(place.input).cloned().unwrap_or_default(),
            record: place.record,
            line: place.line,
        };
        tally.examples.iter().map(example).collect()
    }
}

/// The number of different values, with a plus sign where there are more.
fn number(tally: &Tally) -> String {
    format!("{}{}", tally.distinct(), if tally.more { "+" } else { "" })
}

/// The examples as KQL writes a list of texts.
fn listed(tally: &Tally) -> String {
    let mut list = String::from("[");
    for (index, (value, _)) in tally.examples.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let json = serde_json::Value::from(value.as_str());
        // Writing to a `String` cannot fail.
        let _ = write!(list, "{comma}{json}");
    }
    list.push(']');
    list
}
