//! A rule with its state, in shards.

use std::sync::Arc;

use crate::alert::Alert;
use crate::detector::SnapshotError;
use crate::observation::Batch;
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{Tuning, ticks};
use crate::window::{Closed, First, Store, StoreStatistics, Stored};

/// A rule's groups are divided among so many shards, each with a budget of its own, whatever the number of threads.
pub(crate) const SHARDS: usize = 64;

/// The shard of a group, by bits of its hash that the tables of a shard do not go by.
pub(crate) fn shard_of(hash: u64) -> usize {
    usize::try_from((hash >> 40) % SHARDS as u64).unwrap_or_default()
}

/// A rule at work whose types are erased.
pub trait AnyRule: Send {
    /// What is written about the rule.
    fn info(&self) -> &Arc<RuleInfo>;

    /// Its shards, dealt out to so many threads.
    #[doc(hidden)]
    fn parts(&mut self, threads: usize) -> Vec<Box<dyn Part + '_>>;

    /// Its state as bytes; it keeps it.
    #[doc(hidden)]
    fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError>;

    /// Takes the state of a snapshot for its own.
    #[doc(hidden)]
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError>;

    /// What its shards have done.
    #[doc(hidden)]
    fn statistics(&self) -> (u64, u64, u64);
}

/// Some shards of a rule, on one thread.
pub trait Part: Send {
    /// Counts the observations of a batch that are of these shards. `marks` are the watermarks before each of them, in
    /// ticks, and `end` the one behind the last; without it no further event comes. `since` is the time of the first
    /// event.
    fn run(&mut self, batch: &Batch, marks: &[i64], end: Option<i64>, since: i64) -> Vec<Alert>;
}

/// A rule and its shards.
pub(crate) struct Running<R: Rule> {
    rule: R,
    info: Arc<RuleInfo>,
    budget: usize,
    shards: Vec<Store<R>>,
    tuning: Arc<Tuning>,
}

impl<R: Rule> Running<R> {
    pub(crate) fn boxed(rule: R, tuning: Arc<Tuning>) -> Box<dyn AnyRule> {
        let budget = tuning.keys_per_rule().div_ceil(SHARDS);
        Box::new(Self {
            info: Arc::new(rule.info()),
            rule,
            budget,
            shards: (0..SHARDS).map(|_| Store::new(budget)).collect(),
            tuning,
        })
    }
}

impl<R: Rule> AnyRule for Running<R> {
    fn info(&self) -> &Arc<RuleInfo> {
        &self.info
    }

    fn parts(&mut self, threads: usize) -> Vec<Box<dyn Part + '_>> {
        let threads = threads.clamp(1, SHARDS);
        let mut dealt: Vec<Vec<Option<&mut Store<R>>>> = (0..threads)
            .map(|_| (0..SHARDS).map(|_| None).collect())
            .collect();
        for (number, shard) in self.shards.iter_mut().enumerate() {
            let hand = dealt.get_mut(number % threads);
            if let Some(place) = hand.and_then(|hand| hand.get_mut(number)) {
                *place = Some(shard);
            }
        }
        let (rule, info, tuning) = (&self.rule, &self.info, &*self.tuning);
        dealt
            .into_iter()
            .map(|shards| {
                Box::new(Hand {
                    rule,
                    info,
                    tuning,
                    shards,
                }) as Box<dyn Part + '_>
            })
            .collect()
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let stored: Vec<_> = self.shards.iter_mut().map(Store::take).collect();
        let bytes = postcard::to_allocvec(&stored).map_err(|_| SnapshotError::Unwritable)?;
        self.take_back(stored);
        Ok(bytes)
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let stored: Vec<Stored<R::Pane, R::Memory>> =
            postcard::from_bytes(bytes).map_err(|_| SnapshotError::Unreadable)?;
        if stored.len() != SHARDS {
            return Err(SnapshotError::Unreadable);
        }
        self.take_back(stored);
        Ok(())
    }

    fn statistics(&self) -> (u64, u64, u64) {
        let mut sum = StoreStatistics::default();
        for shard in self.shards.iter().map(Store::statistics) {
            sum.late += shard.late;
            sum.evicted += shard.evicted;
            sum.keys += shard.keys;
        }
        (sum.late, sum.evicted, sum.keys)
    }
}

impl<R: Rule> Running<R> {
    fn take_back(&mut self, stored: Vec<Stored<R::Pane, R::Memory>>) {
        let restored = stored
            .into_iter()
            .map(|shard| Store::restore(&self.rule, self.budget, shard));
        self.shards = restored.collect();
    }
}

struct Hand<'s, R: Rule> {
    rule: &'s R,
    info: &'s Arc<RuleInfo>,
    tuning: &'s Tuning,
    /// By number; those of other threads are none.
    shards: Vec<Option<&'s mut Store<R>>>,
}

impl<R: Rule> Part for Hand<'_, R> {
    fn run(&mut self, batch: &Batch, marks: &[i64], end: Option<i64>, since: i64) -> Vec<Alert> {
        let mut closed = Vec::new();
        for (place, observation) in batch.with(self.rule.traits()) {
            let (Some(mark), Some(group)) = (marks.get(place), self.rule.group(observation)) else {
                continue;
            };
            let number = shard_of(group.hash());
            let Some(shard) = self.shards.get_mut(number).and_then(Option::as_mut) else {
                continue;
            };
            let event = First::of(observation);
            let may_wait = self.rule.waits(observation) && self.rule.enough(group.role()) > 1;
            let pane = shard.pane(self.rule, group, event, may_wait, *mark, &mut closed);
            if let Some(pane) = pane {
                self.rule.add(pane, observation);
            }
        }
        for shard in self.shards.iter_mut().flatten() {
            match end {
                Some(end) => shard.close(self.rule, end, &mut closed),
                None => shard.finish(self.rule, &mut closed),
            }
        }
        let warm = since.saturating_add(ticks(self.rule.warm_up()));
        let told = closed.into_iter().filter(|closed| closed.span.end.ticks() > warm);
        let told = told.map(|Closed { span, key, finding }| {
            let mut alert = Alert::of(self.info.clone(), &key, span, finding);
            self.tuning.exempt(&mut alert);
            alert
        });
        told.collect()
    }
}
