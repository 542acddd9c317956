//! The rules that were loaded.

use std::fmt;
use std::fmt::Write;
use std::sync::Arc;

use asim_schema::{DnsField, Event, ProcessField};
use rsigma_eval::{Engine, EventValue};

use super::correlation::Correlation;
use super::counting::Counting;
use super::field::{Fields, Mapped, View};
use super::hits::HitSet;
use super::load::Loader;
use super::logsource::{Gate, Subject};
use super::matches::Single;
use super::quotient::millionths;
use super::report::{LoadedRule, Unloadable};
use super::rewrite::Placeholders;
use crate::observation::{Hit, Hits, Stateless};
use crate::rule::{AnyRule, RuleInfo};
use crate::tuning::Tuning;
use crate::window::Window;

/// The attribute under which the engine gives back the number of a rule.
pub(super) const NUMBER: &str = "number";

/// A rule with what the engine does not keep of it. Its number is its place.
pub(super) struct Entry {
    pub(super) rule: LoadedRule,
    /// What correlations and filters may call it.
    pub(super) names: Vec<String>,
    pub(super) subject: Subject,
    pub(super) gate: Gate,
    /// Whether it only feeds correlations.
    pub(super) silent: bool,
    pub(super) feeds: Vec<Feed>,
}

/// What a correlation takes of the events that one of its rules is fulfilled by.
pub(super) struct Feed {
    pub(super) correlation: u32,
    /// The place of the rule in the correlation's list.
    pub(super) part: u32,
    pub(super) by_client: bool,
    /// The values that it groups by beside the client.
    pub(super) group: Vec<usize>,
    /// The values of which it counts the different ones, or the one that is a number to reckon with.
    pub(super) value: Vec<usize>,
    /// Whether only a number counts.
    pub(super) is_number: bool,
}

pub(super) struct LoadedCorrelation {
    pub(super) rule: LoadedRule,
    pub(super) number: u32,
    pub(super) counting: Arc<Counting>,
    /// The number of rules in its list.
    pub(super) rules: u32,
    pub(super) window: Window,
    pub(super) by_client: bool,
}

/// The rules for the events of one schema.
pub(super) struct Matcher<F: Mapped> {
    pub(super) engine: Engine,
    pub(super) fields: Fields<F>,
}

/// Rules in the Sigma format.
///
/// They are loaded from texts, look at events as [`Stateless`] rules of an [`Observer`](crate::Observer), and become
/// alerts by the [`rules`](Self::rules) of a [`Detector`](crate::Detector).
///
/// ```
/// use asim_detect::sigma::SigmaRules;
/// use asim_detect::{Batch, Detector, Observer, Tuning};
/// use asim_schema::{DnsEvent, Event, SchemaVersion, Timestamp};
/// use std::sync::Arc;
///
/// let rules = Arc::new(SigmaRules::load([("odd.yml", "
/// title: A name that nobody should ask for
/// id: 6a0bb4a5-2f4e-4c86-a3e9-8d3f6a0e8a11
/// logsource:
///     category: dns
/// detection:
///     selection:
///         query|endswith: '.bad.example'
///     condition: selection
/// level: high
/// ")]));
/// assert!(rules.unloadable().is_empty());
///
/// let tuning = Arc::new(Tuning::default());
/// let mut detector = Detector::with_rules(rules.rules(&tuning), tuning.clone());
/// let observer = Observer::new(tuning).stateless(rules.clone());
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_event_start_time(Timestamp::from_unix_seconds(1_790_000_000).unwrap());
/// event.set_src_ip_addr("192.0.2.9".parse()?);
/// event.set_dns_query("Very.BAD.example");
/// let mut batch = Batch::default();
/// observer.observe(&Event::Dns(event), None, &mut batch);
/// let mut alerts = detector.observe(&batch);
/// alerts.extend(detector.finish());
/// assert_eq!(alerts[0].title, "A name that nobody should ask for");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub struct SigmaRules {
    pub(super) dns: Matcher<DnsField>,
    pub(super) process: Matcher<ProcessField>,
    pub(super) rules: Vec<Entry>,
    pub(super) correlations: Vec<LoadedCorrelation>,
    pub(super) unloadable: Vec<Unloadable>,
}

impl fmt::Debug for SigmaRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigmaRules")
            .field("rules", &self.rules.len())
            .field("correlations", &self.correlations.len())
            .field("unloadable", &self.unloadable)
            .finish_non_exhaustive()
    }
}

impl SigmaRules {
    /// Loads rules, correlations and filters from the texts of files, each with the file's name.
    ///
    /// A document that cannot be used is listed in [`unloadable`](Self::unloadable) and changes nothing for the others.
    pub fn load<N: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (N, T)>) -> Self {
        Self::load_with(files, &Placeholders::new())
    }

    /// The same, with values for the placeholders of rules.
    pub fn load_with<N: AsRef<str>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (N, T)>,
        placeholders: &Placeholders,
    ) -> Self {
        let mut loader = Loader::new(placeholders);
        for (name, text) in files {
            loader.file(name.as_ref(), text.as_ref());
        }
        loader.finish()
    }

    /// The rules and correlations that were loaded, idle ones included, in the order of their numbers.
    pub fn loaded(&self) -> impl Iterator<Item = &LoadedRule> {
        let rules = self.rules.iter().map(|entry| &entry.rule);
        rules.chain(self.correlations.iter().map(|correlation| &correlation.rule))
    }

    /// What is written about them.
    pub fn infos(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        self.loaded().map(|rule| &rule.info)
    }

    /// What could not be loaded.
    pub fn unloadable(&self) -> &[Unloadable] {
        &self.unloadable
    }

    /// The rules for a detector, those that the tuning switches off left out. However many there are, they come as two:
    /// one for all rules and one for all correlations, so that events which fulfil none cost next to nothing.
    pub fn rules(&self, tuning: &Arc<Tuning>) -> Vec<Box<dyn AnyRule>> {
        let at_work = |rule: &LoadedRule| rule.idle.is_none() && !tuning.is_disabled(&rule.info.id);
        let singles = self
            .rules
            .iter()
            .zip(0..)
            .filter(|(entry, _)| at_work(&entry.rule) && !entry.silent)
            .map(|(entry, number)| Single {
                number,
                info: entry.rule.info.clone(),
                author: entry.rule.author.clone(),
            });
        let correlations = self
            .correlations
            .iter()
            .filter(|correlation| at_work(&correlation.rule))
            .map(|correlation| Correlation {
                number: correlation.number,
                info: correlation.rule.info.clone(),
                author: correlation.rule.author.clone(),
                counting: correlation.counting.clone(),
                rules: correlation.rules,
                window: correlation.window,
                by_client: correlation.by_client,
            });
        let mut rules = vec![HitSet::boxed("sigma", "Sigma rules", singles, tuning)];
        if !self.correlations.is_empty() {
            rules.push(HitSet::boxed(
                "sigma-correlation",
                "Sigma correlations",
                correlations,
                tuning,
            ));
        }
        rules
    }

    fn look<'e, F: Mapped>(&self, matcher: &'e Matcher<F>, event: &'e F::Event<'e>, hits: &mut Hits<'_>) {
        let Matcher { engine, fields } = matcher;
        let found = engine.evaluate(&View { event, fields });
        if found.is_empty() {
            return;
        }
        let fulfilled: Vec<_> = found
            .iter()
            .filter_map(|result| {
                let number = result.header.custom_attributes.get(NUMBER)?.as_u64()?;
                let number = u32::try_from(number).ok()?;
                Some((number, self.rules.get(number as usize)?))
            })
            .filter(|(_, entry)| entry.rule.idle.is_none() && F::passes(entry.gate, event))
            .collect();
        for (number, _) in fulfilled.iter().filter(|(_, entry)| !entry.silent) {
            hits.push(Hit {
                rule: *number,
                part: 0,
                group: None,
                value: None,
            });
        }
        let mut feeds: Vec<_> = fulfilled.iter().flat_map(|(_, entry)| &entry.feeds).collect();
        feeds.sort_by_key(|feed| (feed.correlation, feed.part));
        for feed in feeds {
            let _ = take(feed, fields, event, hits);
        }
    }
}

/// Appends the hit of a correlation, if the event has all that it groups and counts by.
fn take<'e, F: Mapped>(
    feed: &Feed,
    fields: &Fields<F>,
    event: &'e F::Event<'e>,
    hits: &mut Hits<'_>,
) -> Option<()> {
    let joined = |numbers: &[usize]| {
        let mut texts = numbers.iter().map(|number| shown(&fields.read(*number, event)?));
        let mut all = texts.next()??;
        for text in texts {
            all.push_str(", ");
            all.push_str(&text?);
        }
        Some(all)
    };
    let some = |numbers: &[usize]| match numbers {
        [] => Some(None),
        numbers => joined(numbers).map(Some),
    };
    let group = some(&feed.group)?;
    let value = if feed.is_number {
        let value = fields.read(*feed.value.first()?, event)?;
        Some(millionths(&value)?.to_string())
    } else {
        some(&feed.value)?
    };
    hits.push(Hit {
        rule: feed.correlation,
        part: feed.part,
        group: group.as_deref(),
        value: value.as_deref(),
    });
    Some(())
}

/// A value as text, in small letters as names and hosts compare.
fn shown(value: &EventValue<'_>) -> Option<String> {
    if let EventValue::Array(values) = value {
        let mut all = String::new();
        for text in values.iter().filter_map(shown) {
            let blank = if all.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(all, "{blank}{text}");
        }
        return Some(all).filter(|text| !text.is_empty());
    }
    let text = value.as_str()?.to_ascii_lowercase();
    (!text.is_empty()).then_some(text)
}

impl Stateless for SigmaRules {
    fn matches(&self, event: &Event<'_>, hits: &mut Hits<'_>) {
        match event {
            Event::Dns(event) => self.look(&self.dns, event, hits),
            Event::Process(event) => self.look(&self.process, event, hits),
            _ => {}
        }
    }
}
