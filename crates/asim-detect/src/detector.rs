//! All rules over one stream of observations.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Cooldown};
use crate::observation::Batch;
use crate::rule::{AnyRule, RuleInfo};
use crate::rules;
use crate::tuning::Tuning;

/// Runs rules over observations in the order of the input.
///
/// One watermark serves all rules: the newest time that the input has shown, less the allowed lateness. An event of a
/// pane that has closed is late: it is counted and left out.
pub struct Detector {
    rules: Vec<Box<dyn AnyRule>>,
    tuning: Arc<Tuning>,
    jobs: NonZero<usize>,
    /// The newest time seen, in ticks.
    newest: Option<i64>,
    /// The time of the first event that was not late, in ticks.
    since: Option<i64>,
    observed: u64,
    untimed: u64,
    cooldown: Cooldown,
    marks: Vec<i64>,
}

/// What became of the events, and what the state of a rule had to give up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Events that rules looked at.
    pub observed: u64,
    /// Events without any time, at which no rule can look.
    pub untimed: u64,
    /// For each rule by its id: events that came after their window had closed, groups that were evicted, groups kept.
    pub rules: Vec<RuleStatistics>,
}

/// The numbers of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuleStatistics {
    /// The rule.
    pub rule: String,
    /// Events that came after their window had closed, and were left out.
    pub late: u64,
    /// Groups that were given up because the rule's budget was used up.
    pub evicted: u64,
    /// Groups that are kept.
    pub groups: u64,
}

/// A snapshot cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is damaged, or of another version of the program.
    Unreadable,
    /// It is of other rules or another tuning.
    OtherRules,
    /// The state cannot be written.
    Unwritable,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the state is damaged, or of another version of the program",
            Self::OtherRules => "the state is of other rules or another tuning",
            Self::Unwritable => "the state cannot be written",
        })
    }
}

impl std::error::Error for SnapshotError {}

/// The version of the snapshot's form.
const FORM: u32 = 7;

#[derive(Serialize, Deserialize)]
struct Snapshot {
    form: u32,
    lateness: u64,
    newest: Option<i64>,
    since: Option<i64>,
    observed: u64,
    untimed: u64,
    cooldown: Cooldown,
    rules: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.infos().map(|info| &*info.id).collect();
        f.debug_struct("Detector")
            .field("rules", &rules)
            .field("observed", &self.observed)
            .finish_non_exhaustive()
    }
}

impl Detector {
    /// A detector with all built-in rules.
    pub fn new(tuning: Arc<Tuning>) -> Self {
        let rules = rules::all(&tuning);
        Self::with_rules(rules, tuning)
    }

    /// A detector with these rules alone.
    pub fn with_rules(rules: Vec<Box<dyn AnyRule>>, tuning: Arc<Tuning>) -> Self {
        Self {
            rules,
            tuning,
            jobs: NonZero::<usize>::MIN,
            newest: None,
            since: None,
            observed: 0,
            untimed: 0,
            cooldown: Cooldown::default(),
            marks: Vec::new(),
        }
    }

    /// Lets so many threads work. It changes speed, never what is found.
    #[must_use]
    pub fn jobs(mut self, jobs: NonZero<usize>) -> Self {
        self.jobs = jobs;
        self
    }

    /// What is written about the rules, in their order.
    pub fn infos(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        self.rules.iter().map(|rule| rule.info())
    }

    /// Looks at a batch, and returns the alerts of the windows that have closed, by the time of closing, rule and
    /// group.
    pub fn observe(&mut self, batch: &Batch) -> Vec<Alert> {
        let lateness = self.tuning.lateness_ticks();
        let mut marks = std::mem::take(&mut self.marks);
        marks.clear();
        let mut newest = self.newest.unwrap_or(i64::MIN);
        for observation in batch.iter() {
            let (mark, time) = (newest.saturating_sub(lateness), observation.ticks());
            marks.push(mark);
            newest = newest.max(time);
            // A late event is left out, and which events are late must not depend on the size of batches.
            if time >= mark && self.since.is_none_or(|since| time < since) {
                self.since = Some(time);
            }
        }
        if !batch.rows.is_empty() {
            self.newest = Some(newest);
        }
        self.observed += batch.len() as u64;
        self.untimed += batch.untimed;
        let alerts = self.run(batch, &marks, Some(newest.saturating_sub(lateness)));
        self.marks = marks;
        alerts
    }

    /// Closes all windows: no further event comes.
    pub fn finish(&mut self) -> Vec<Alert> {
        self.run(&Batch::default(), &[], None)
    }

    fn run(&mut self, batch: &Batch, marks: &[i64], end: Option<i64>) -> Vec<Alert> {
        let threads = self.jobs.get().min(batch.len().div_ceil(1_024)).max(1);
        let mut hands: Vec<Vec<_>> = (0..threads).map(|_| Vec::new()).collect();
        for rule in &mut self.rules {
            for (hand, part) in hands.iter_mut().zip(rule.parts(threads)) {
                hand.push(part);
            }
        }
        let since = self.since.unwrap_or(i64::MIN);
        let work = |hand: Vec<Box<dyn crate::rule::Part + '_>>| {
            let alerts = hand
                .into_iter()
                .flat_map(|mut part| part.run(batch, marks, end, since));
            alerts.collect::<Vec<_>>()
        };
        let alerts = if threads == 1 {
            hands.into_iter().flat_map(work).collect::<Vec<_>>()
        } else {
            thread::scope(|scope| {
                let workers: Vec<_> = hands.into_iter().map(|hand| scope.spawn(|| work(hand))).collect();
                let done = workers.into_iter().map(|worker| match worker.join() {
                    Ok(alerts) => alerts,
                    Err(panic) => std::panic::resume_unwind(panic),
                });
                done.flatten().collect()
            })
        };
        let mut alerts = in_order(alerts);
        for alert in &mut alerts {
            self.cooldown.pass(alert, &self.tuning);
        }
        alerts
    }

    /// What became of the events so far.
    pub fn statistics(&self) -> Statistics {
        let rules = self.rules.iter().map(|rule| {
            let (late, evicted, groups) = rule.statistics();
            RuleStatistics {
                rule: rule.info().id.to_string(),
                late,
                evicted,
                groups,
            }
        });
        Statistics {
            observed: self.observed,
            untimed: self.untimed,
            rules: rules.collect(),
        }
    }

    /// The whole state as bytes, to go on from by [`restore`](Self::restore).
    ///
    /// # Errors
    ///
    /// When the state cannot be written.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let mut rules = Vec::with_capacity(self.rules.len());
        for rule in &mut self.rules {
            rules.push((rule.info().id.to_string(), rule.snapshot()?));
        }
        let snapshot = Snapshot {
            form: FORM,
            lateness: self.tuning.lateness(),
            newest: self.newest,
            since: self.since,
            observed: self.observed,
            untimed: self.untimed,
            cooldown: self.cooldown.clone(),
            rules,
        };
        postcard::to_allocvec(&snapshot).map_err(|_| SnapshotError::Unwritable)
    }

    /// Goes on where a snapshot was taken, under the same rules and tuning.
    ///
    /// # Errors
    ///
    /// When the snapshot is damaged, or of other rules; the detector is then not to be used.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let snapshot: Snapshot = postcard::from_bytes(bytes).map_err(|_| SnapshotError::Unreadable)?;
        if snapshot.form != FORM {
            return Err(SnapshotError::Unreadable);
        }
        let same = snapshot.rules.len() == self.rules.len()
            && snapshot.lateness == self.tuning.lateness()
            && self
                .infos()
                .zip(&snapshot.rules)
                .all(|(info, (id, _))| info.id == *id);
        if !same {
            return Err(SnapshotError::OtherRules);
        }
        for (rule, (_, bytes)) in self.rules.iter_mut().zip(&snapshot.rules) {
            rule.restore(bytes)?;
        }
        self.newest = snapshot.newest;
        self.since = snapshot.since;
        self.observed = snapshot.observed;
        self.untimed = snapshot.untimed;
        self.cooldown = snapshot.cooldown;
        Ok(())
    }
}

/// Alerts in their order. They are large, so each is moved only once.
fn in_order(alerts: Vec<Alert>) -> Vec<Alert> {
    let mut places: Vec<usize> = (0..alerts.len()).collect();
    places.sort_by(|one, other| match (alerts.get(*one), alerts.get(*other)) {
        (Some(one), Some(other)) => one.order(other),
        _ => Ordering::Equal,
    });
    let mut alerts: Vec<_> = alerts.into_iter().map(Some).collect();
    let ordered = places
        .into_iter()
        .filter_map(|place| alerts.get_mut(place)?.take());
    ordered.collect()
}
