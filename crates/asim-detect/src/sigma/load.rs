//! Loading rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use asim_schema::{DnsField, ProcessField};
use rsigma_eval::{CompiledRule, Engine, compile_rule};
use rsigma_parser::{CorrelationRule, FilterRule, FilterRuleTarget, SigmaRule, parse_sigma_yaml};

use super::about::About;
use super::collection::{Entry, Feed, LoadedCorrelation, Matcher, NUMBER, SigmaRules};
use super::counting::{Counting, counting, window};
use super::field::{Fields, Mapped};
use super::logsource::{Gate, Outside, Subject, subject};
use super::report::{LoadedRule, Unloadable};
use super::rewrite::{Placeholders, Reading, Rewriter};

/// The columns of the program that asked.
const PROGRAM: &str = "SrcProcessName";

/// The reason why a rule that counts behind a bar is not loaded.
const OLD_AGGREGATION: &str =
    "its condition counts in the old notation of Sigma 1, which correlations have replaced in Sigma 2";

/// What is compiled for the events of one schema.
struct Part<F: Mapped> {
    fields: Fields<F>,
    compiled: Vec<CompiledRule>,
    /// With the file of each.
    filters: Vec<(String, FilterRule)>,
}

impl<F: Mapped> Part<F> {
    fn new() -> Self {
        Self {
            fields: Fields::default(),
            compiled: Vec::new(),
            filters: Vec::new(),
        }
    }

    /// Compiles a rule under its number.
    fn add(
        &mut self,
        mut rule: SigmaRule,
        number: u32,
        placeholders: &Placeholders,
    ) -> Result<Reading, String> {
        let reading = self.rewrite(&mut rule.detection, placeholders)?;
        let mut compiled = compile_rule(&rule).map_err(|problem| problem.to_string())?;
        compiled.include_event = false;
        compiled.custom_attributes = Arc::new(HashMap::from([(NUMBER.to_owned(), number.into())]));
        self.compiled.push(compiled);
        Ok(reading)
    }

    fn add_filter(
        &mut self,
        file: &str,
        mut filter: FilterRule,
        placeholders: &Placeholders,
    ) -> Result<(), String> {
        let reading = self.rewrite(&mut filter.detection, placeholders)?;
        if let Some(name) = reading.open.first() {
            return Err(open(name));
        }
        self.filters.push((file.to_owned(), filter));
        Ok(())
    }

    fn rewrite(
        &mut self,
        detections: &mut rsigma_parser::Detections,
        placeholders: &Placeholders,
    ) -> Result<Reading, String> {
        let mut rewriter = Rewriter {
            fields: &mut self.fields,
            placeholders,
            reading: Reading::default(),
        };
        rewriter.detections(detections)?;
        Ok(rewriter.reading)
    }

    /// The engine with all rules, and the filters that it does not take.
    fn finish(self) -> (Matcher<F>, Vec<Unloadable>) {
        let mut engine = Engine::new();
        engine.extend_compiled_rules(self.compiled);
        let mut refused = Vec::new();
        for (file, filter) in self.filters {
            // A filter that is refused leaves the rules as they are.
            if let Err(problem) = engine.apply_filter(&filter) {
                refused.push(Unloadable {
                    file,
                    title: Some(filter.title),
                    reason: one_line(&problem.to_string()),
                });
            }
        }
        let matcher = Matcher {
            engine,
            fields: self.fields,
        };
        (matcher, refused)
    }
}

fn open(placeholder: &str) -> String {
    format!("no values are given for its placeholder `%{placeholder}%`")
}

/// Loads file by file.
pub(super) struct Loader<'p> {
    placeholders: &'p Placeholders,
    dns: Part<DnsField>,
    process: Part<ProcessField>,
    rules: Vec<Entry>,
    /// With the file of each.
    correlations: Vec<(String, CorrelationRule)>,
    filters: Vec<(String, FilterRule)>,
    unloadable: Vec<Unloadable>,
    ids: BTreeSet<String>,
}

impl<'p> Loader<'p> {
    pub(super) fn new(placeholders: &'p Placeholders) -> Self {
        Self {
            placeholders,
            dns: Part::new(),
            process: Part::new(),
            rules: Vec::new(),
            correlations: Vec::new(),
            filters: Vec::new(),
            unloadable: Vec::new(),
            ids: BTreeSet::new(),
        }
    }

    pub(super) fn file(&mut self, file: &str, text: &str) {
        let found = match parse_sigma_yaml(text) {
            Ok(found) => found,
            Err(problem) => {
                self.refuse(file, title_in(text), problem.to_string());
                return;
            }
        };
        for problem in &found.errors {
            if !is_remark(problem) {
                let old = text.lines().any(is_old_aggregation);
                let reason = if old {
                    OLD_AGGREGATION.to_owned()
                } else {
                    problem.clone()
                };
                self.refuse(file, title_in(text), reason);
            }
        }
        for rule in found.rules {
            let title = rule.title.clone();
            if let Err(reason) = self.rule(file, rule) {
                self.refuse(file, Some(title), reason);
            }
        }
        let named = |file: &str| file.to_owned();
        self.correlations
            .extend(found.correlations.into_iter().map(|rule| (named(file), rule)));
        self.filters
            .extend(found.filters.into_iter().map(|filter| (named(file), filter)));
    }

    fn refuse(&mut self, file: &str, title: Option<String>, reason: impl AsRef<str>) {
        self.unloadable.push(Unloadable {
            file: file.to_owned(),
            title,
            reason: one_line(reason.as_ref()),
        });
    }

    fn rule(&mut self, file: &str, rule: SigmaRule) -> Result<(), String> {
        let about = About::from(&rule);
        self.is_new(&about)?;
        let number = u32::try_from(self.rules.len()).map_err(|_| "there are too many rules".to_owned())?;
        let (found, idle) = match subject(&rule.logsource) {
            Ok(found) => (found, None),
            Err(Outside::Elsewhere(reason)) => (Subject::Dns, Some(reason.to_owned())),
            Err(Outside::Unknown(reason)) => return Err(reason),
        };
        let (author, schema) = (about.author(), schema_of(found));
        let info = Arc::new(about.info(Some(schema)));
        let names = [rule.id.clone(), rule.name.clone(), Some(rule.title.clone())];
        let placeholders = self.placeholders;
        let (reading, columns) = match found {
            Subject::Dns => {
                let reading = self.dns.add(rule, number, placeholders)?;
                let columns = columns(&reading, &self.dns.fields);
                (reading, columns)
            }
            Subject::Process(_) => {
                let reading = self.process.add(rule, number, placeholders)?;
                let columns = columns(&reading, &self.process.fields);
                (reading, columns)
            }
        };
        let idle = idle
            .or_else(|| reading.open.first().map(|name| open(name)))
            .or_else(|| {
                let none = columns.is_empty() && !reading.keywords;
                none.then(|| "these events have none of the fields that it asks for".to_owned())
            });
        let gate = match found {
            Subject::Dns => Gate {
                asks_for_program: columns.contains(&PROGRAM),
                platform: None,
            },
            Subject::Process(platform) => Gate {
                asks_for_program: false,
                platform,
            },
        };
        self.ids.insert(info.id.to_string());
        self.rules.push(Entry {
            rule: LoadedRule {
                info,
                author,
                file: file.to_owned(),
                columns,
                unmapped: reading.unmapped.into_iter().collect(),
                idle,
                is_correlation: false,
            },
            names: names.into_iter().flatten().collect(),
            subject: found,
            gate,
            silent: false,
            feeds: Vec::new(),
        });
        Ok(())
    }

    fn is_new(&self, about: &About<'_>) -> Result<(), String> {
        let id = about.id();
        if self.ids.contains(&id) {
            return Err(format!("a rule with the id `{id}` was loaded before"));
        }
        Ok(())
    }

    /// Makes the rules ready, when all files are known.
    pub(super) fn finish(mut self) -> SigmaRules {
        for (file, filter) in std::mem::take(&mut self.filters) {
            let title = filter.title.clone();
            if let Err(reason) = self.filter(&file, filter) {
                self.refuse(&file, Some(title), reason);
            }
        }
        let mut correlations = Vec::new();
        for (file, rule) in std::mem::take(&mut self.correlations) {
            let number = self.rules.len() + correlations.len();
            match self.correlation(&file, &rule, number) {
                Ok(loaded) => correlations.push(loaded),
                Err(reason) => self.refuse(&file, Some(rule.title), reason),
            }
        }
        let (dns, refused) = self.dns.finish();
        let mut unloadable = self.unloadable;
        unloadable.extend(refused);
        let (process, refused) = self.process.finish();
        // What both engines refuse is told once.
        unloadable.extend(
            refused
                .into_iter()
                .filter(|own| !unloadable.contains(own))
                .collect::<Vec<_>>(),
        );
        SigmaRules {
            dns,
            process,
            rules: self.rules,
            correlations,
            unloadable,
        }
    }

    /// A filter serves the rules of both schemas.
    fn filter(&mut self, file: &str, filter: FilterRule) -> Result<(), String> {
        if let FilterRuleTarget::Specific(names) = &filter.rules
            && !self
                .rules
                .iter()
                .any(|entry| names.iter().any(|name| entry.names.contains(name)))
        {
            return Err("none of the rules that it is for was loaded".to_owned());
        }
        self.dns.add_filter(file, filter.clone(), self.placeholders)?;
        self.process.add_filter(file, filter, self.placeholders)
    }

    fn correlation(
        &mut self,
        file: &str,
        rule: &CorrelationRule,
        number: usize,
    ) -> Result<LoadedCorrelation, String> {
        let about = About::from(rule);
        self.is_new(&about)?;
        let number = u32::try_from(number).map_err(|_| "there are too many rules".to_owned())?;
        if rule.rules.is_empty() {
            return Err("it names no rules".to_owned());
        }
        let (counting, window) = (counting(rule)?, window(rule)?);
        let places = rule.rules.iter().map(|name| self.place(name));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let mut feeds = Vec::new();
        let (mut columns, mut by_client) = (BTreeSet::new(), None);
        for (part, (name, place)) in rule.rules.iter().zip(&places).enumerate() {
            let subject = self.rules.get(*place).map(|entry| entry.subject);
            let feed = match subject {
                Some(Subject::Process(_)) => feed(rule, name, &mut self.process.fields, &mut columns),
                _ => feed(rule, name, &mut self.dns.fields, &mut columns),
            };
            let feed = Feed {
                correlation: number,
                part: u32::try_from(part).unwrap_or(u32::MAX),
                is_number: matches!(counting, Counting::Numbers(..)),
                ..feed
            };
            if by_client.is_some_and(|own| own != feed.by_client) {
                return Err("it groups one rule by client and another one not".to_owned());
            }
            by_client = Some(feed.by_client);
            feeds.push((*place, feed));
        }
        let mut idle = None;
        for (place, feed) in feeds {
            if let Some(entry) = self.rules.get_mut(place) {
                entry.feeds.push(feed);
                entry.silent |= !rule.generate;
                if entry.rule.idle.is_some() {
                    idle = Some(format!("its rule `{}` is idle", entry.rule.info.title));
                }
            }
        }
        let schemas: BTreeSet<_> = places
            .iter()
            .filter_map(|place| self.rules.get(*place)?.rule.info.schema)
            .collect();
        let schema = schemas.first().copied().filter(|_| schemas.len() == 1);
        let info = Arc::new(about.info(schema));
        self.ids.insert(info.id.to_string());
        Ok(LoadedCorrelation {
            rule: LoadedRule {
                info,
                author: about.author(),
                file: file.to_owned(),
                columns: columns.into_iter().collect(),
                unmapped: Vec::new(),
                idle,
                is_correlation: true,
            },
            number,
            counting: Arc::new(counting),
            rules: u32::try_from(rule.rules.len()).unwrap_or(u32::MAX),
            window,
            by_client: by_client.unwrap_or_default(),
        })
    }

    fn place(&self, name: &String) -> Result<usize, String> {
        let found = self.rules.iter().position(|entry| entry.names.contains(name));
        found.ok_or_else(|| {
            format!(
                "it refers to `{}`, which is no rule that was loaded",
                name.escape_debug()
            )
        })
    }
}

/// What a correlation takes of the events of one of its rules.
fn feed<F: Mapped>(
    rule: &CorrelationRule,
    reference: &str,
    fields: &mut Fields<F>,
    columns: &mut BTreeSet<&'static str>,
) -> Feed {
    let aliases: BTreeMap<_, _> = rule
        .aliases
        .iter()
        .filter_map(|alias| Some((alias.alias.as_str(), alias.mapping.get(reference)?.as_str())))
        .collect();
    let mut number = |name: &String| {
        let number = fields.number(aliases.get(name.as_str()).copied().unwrap_or(name));
        columns.extend(fields.columns(number));
        (number, fields.is_client(number))
    };
    let group: Vec<_> = rule.group_by.iter().map(&mut number).collect();
    let value = match &rule.condition {
        rsigma_parser::CorrelationCondition::Threshold {
            field: Some(names), ..
        } => names.iter().map(|name| number(name).0).collect(),
        _ => Vec::new(),
    };
    Feed {
        correlation: 0,
        part: 0,
        by_client: group.iter().any(|(_, is_client)| *is_client),
        group: group
            .into_iter()
            .filter_map(|(number, is_client)| (!is_client).then_some(number))
            .collect(),
        value,
        is_number: false,
    }
}

fn columns<F: Mapped>(reading: &Reading, fields: &Fields<F>) -> Vec<&'static str> {
    let columns = reading.numbers.iter().flat_map(|number| fields.columns(*number));
    let columns: BTreeSet<_> = columns.collect();
    columns.into_iter().collect()
}

fn schema_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Dns => "Dns",
        Subject::Process(_) => "ProcessEvent",
    }
}

/// What the parser says of a rule that it has read all the same.
fn is_remark(problem: &str) -> bool {
    [
        "invalid status",
        "invalid level",
        "invalid sigma-version",
        "'related'",
        "related[",
    ]
    .iter()
    .any(|start| problem.starts_with(start))
}

/// A problem without the drawing that the parser puts below it.
fn one_line(problem: &str) -> String {
    let words: Vec<_> = problem.split_whitespace().collect();
    words.join(" ")
}

/// Whether a line is a condition with an aggregation behind a bar.
fn is_old_aggregation(line: &str) -> bool {
    let condition = line.trim_start().strip_prefix("condition:");
    condition.is_some_and(|condition| {
        let counts = ["count(", "sum(", "min(", "max(", "avg(", "near "];
        counts.iter().any(|word| condition.contains(word))
    })
}

/// The title of a rule that could not be read.
fn title_in(text: &str) -> Option<String> {
    let title = text.lines().find_map(|line| line.strip_prefix("title:"))?;
    Some(title.trim().trim_matches(['\'', '"']).to_owned())
}
