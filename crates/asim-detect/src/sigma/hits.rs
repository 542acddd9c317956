//! Many rules over hits as one: events without hits cost a look at an empty list, however many rules there are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alert::{Alert, Severity};
use crate::detector::SnapshotError;
use crate::observation::{Batch, Hit, Observation};
use crate::rule::{AnyRule, Family, Part, Rule, RuleInfo, SHARDS, shard_of};
use crate::tuning::Tuning;
use crate::window::{Arrival, Closed, Group, Store, Stored};

/// A rule over hits.
pub(super) trait HitRule: Rule {
    /// Its number in the hits.
    fn number(&self) -> u32;

    /// What is written about it, shared with its alerts.
    fn shared_info(&self) -> &Arc<RuleInfo>;

    /// What the state of the rule depends on: that of another one is none of it.
    fn shape(&self) -> String;

    /// The group of a hit of this rule.
    fn group_of<'o>(&self, observation: Observation<'o>, hit: Hit<'o>) -> Option<Group<'o>>;

    /// Counts a hit.
    fn add_hit(&self, pane: &mut Self::Pane, observation: Observation<'_>, hit: Hit<'_>);

    /// Its first hit of an observation.
    fn first_hit<'o>(&self, observation: Observation<'o>) -> Option<Hit<'o>> {
        let mut hits = observation.hits();
        hits.find(|hit| hit.rule == self.number())
    }
}

/// The groups of one shard, by rule. A rule has a store from its first hit on.
type Shard<R> = BTreeMap<u32, Store<R>>;

/// Rules over hits and their state.
pub(super) struct HitSet<R: HitRule> {
    info: Arc<RuleInfo>,
    rules: BTreeMap<u32, R>,
    shards: Vec<Shard<R>>,
    budget: usize,
    tuning: Arc<Tuning>,
}

impl<R: HitRule> HitSet<R> {
    /// The rules at work under an id that stands for all of them.
    pub(super) fn boxed(
        id: &'static str,
        title: &'static str,
        rules: impl IntoIterator<Item = R>,
        tuning: &Arc<Tuning>,
    ) -> Box<dyn AnyRule> {
        Box::new(Self {
            info: Arc::new(together(id, title)),
            rules: rules.into_iter().map(|rule| (rule.number(), rule)).collect(),
            shards: (0..SHARDS).map(|_| Shard::new()).collect(),
            budget: tuning.keys_per_rule().div_ceil(SHARDS),
            tuning: tuning.clone(),
        })
    }
}

/// What is written about the rules together, for statistics and snapshots. Alerts tell of their own rule.
fn together(id: &'static str, title: &'static str) -> RuleInfo {
    RuleInfo {
        id: Cow::Borrowed(id),
        title: Cow::Borrowed(title),
        description: Cow::Borrowed("Rules in the Sigma format that the caller gave."),
        family: Family::Sigma,
        branch: Cow::Borrowed("Sigma"),
        severity: Severity::Medium,
        risk_score: 50,
        tactics: Cow::Borrowed(&[]),
        techniques: Cow::Borrowed(&[]),
        references: Cow::Borrowed(&[]),
        false_positives: Cow::Borrowed(&[]),
        schema: None,
        needs: &[],
        parameters: &[],
        kql: Cow::Borrowed(""),
    }
}

/// The state of a set: the ids and shapes of its rules, and each store with the numbers of its shard and its rule.
type StoredSet<R> = (
    Vec<(String, String)>,
    Vec<(usize, u32, Stored<<R as Rule>::Pane, <R as Rule>::Memory>)>,
);

impl<R: HitRule> HitSet<R> {
    fn shapes(&self) -> Vec<(String, String)> {
        let rules = self.rules.values();
        let shapes = rules.map(|rule| (rule.shared_info().id.to_string(), rule.shape()));
        shapes.collect()
    }

    fn take(&mut self) -> StoredSet<R> {
        let mut stored = Vec::new();
        for (place, shard) in self.shards.iter_mut().enumerate() {
            for (number, store) in shard {
                stored.push((place, *number, store.take()));
            }
        }
        (self.shapes(), stored)
    }

    fn take_back(&mut self, (_, stored): StoredSet<R>) {
        self.shards = (0..SHARDS).map(|_| Shard::new()).collect();
        for (place, number, store) in stored {
            if let (Some(shard), Some(rule)) = (self.shards.get_mut(place), self.rules.get(&number)) {
                let patience = patience(&self.tuning, rule);
                shard.insert(number, Store::restore(self.budget, patience, store));
            }
        }
    }
}

fn patience<R: HitRule>(tuning: &Tuning, rule: &R) -> i64 {
    tuning.patience(&rule.shared_info().id, rule.window())
}

impl<R: HitRule> AnyRule for HitSet<R> {
    fn info(&self) -> &Arc<RuleInfo> {
        &self.info
    }

    fn parts(&mut self, threads: usize) -> Vec<Box<dyn Part + '_>> {
        let threads = threads.clamp(1, SHARDS);
        let mut hands: Vec<Vec<_>> = (0..threads).map(|_| Vec::new()).collect();
        for (number, shard) in self.shards.iter_mut().enumerate() {
            if let Some(hand) = hands.get_mut(number % threads) {
                hand.push((number, shard));
            }
        }
        let (rules, tuning, budget) = (&self.rules, &*self.tuning, self.budget);
        let hands = hands.into_iter().map(|shards| {
            Box::new(Hand {
                rules,
                tuning,
                budget,
                threads,
                shards,
            }) as Box<dyn Part + '_>
        });
        hands.collect()
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let stored = self.take();
        let bytes = postcard::to_allocvec(&stored).map_err(|_| SnapshotError::Unwritable);
        self.take_back(stored);
        bytes
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let stored: StoredSet<R> = postcard::from_bytes(bytes).map_err(|_| SnapshotError::Unreadable)?;
        if stored.0 != self.shapes() {
            return Err(SnapshotError::OtherRules);
        }
        self.take_back(stored);
        Ok(())
    }

    fn statistics(&self) -> (u64, u64, u64) {
        let stores = self.shards.iter().flat_map(BTreeMap::values);
        stores.fold((0, 0, 0), |(late, evicted, keys), store| {
            let own = store.statistics();
            (late + own.late, evicted + own.evicted, keys + own.keys)
        })
    }
}

/// Some shards of a set, on one thread.
struct Hand<'s, R: HitRule> {
    rules: &'s BTreeMap<u32, R>,
    tuning: &'s Tuning,
    budget: usize,
    threads: usize,
    /// With their numbers, ascending; those of one hand are `threads` apart.
    shards: Vec<(usize, &'s mut Shard<R>)>,
}

impl<R: HitRule> Hand<'_, R> {
    fn count(
        &mut self,
        observation: Observation<'_>,
        hit: Hit<'_>,
        mark: i64,
        alerts: &mut Vec<Alert>,
    ) -> Option<()> {
        let rule = self.rules.get(&hit.rule)?;
        let group = rule.group_of(observation, hit)?;
        let number = shard_of(group.hash());
        let (own, shard) = self.shards.get_mut(number / self.threads)?;
        if *own != number {
            return None;
        }
        let new = || Store::new(self.budget, patience(self.tuning, rule));
        let store = shard.entry(hit.rule).or_insert_with(new);
        let mut closed = Vec::new();
        let window = rule.window();
        let arrival = Arrival {
            group,
            seen: None,
            pane: window.pane_of(observation.ticks()),
        };
        let add = |pane: &mut R::Pane| rule.add_hit(pane, observation, hit);
        store.count(rule, arrival, window.pane_of(mark), || None, add, &mut closed);
        tell(rule, self.tuning, closed, alerts);
        Some(())
    }
}

fn tell<R: HitRule>(rule: &R, tuning: &Tuning, closed: Vec<Closed>, alerts: &mut Vec<Alert>) {
    alerts.extend(closed.into_iter().map(|Closed { span, key, finding }| {
        let mut alert = Alert::of(rule.shared_info().clone(), &key, span, finding);
        tuning.exempt(&mut alert);
        alert
    }));
}

impl<R: HitRule> Part for Hand<'_, R> {
    /// These rules need no time to warm up.
    fn run(&mut self, batch: &Batch, marks: &[i64], end: Option<i64>, _: i64) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for (observation, mark) in batch.iter().zip(marks) {
            for hit in observation.hits() {
                let _ = self.count(observation, hit, *mark, &mut alerts);
            }
        }
        for (_, shard) in &mut self.shards {
            for (number, store) in shard.iter_mut() {
                let Some(rule) = self.rules.get(number) else {
                    continue;
                };
                let mut closed = Vec::new();
                match end {
                    Some(end) => store.close(rule, rule.window().pane_of(end), &mut closed),
                    None => store.finish(rule, &mut closed),
                }
                tell(rule, self.tuning, closed, &mut alerts);
            }
        }
        alerts
    }
}
