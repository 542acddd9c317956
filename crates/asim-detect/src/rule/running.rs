//! A rule with its state, in shards.

use std::sync::Arc;

use crate::alert::Alert;
use crate::detector::SnapshotError;
use crate::observation::{Batch, Observation};
use crate::rule::{Rule, RuleInfo};
use crate::tuning::{Tuning, ticks};
use crate::window::{Arrival, Closed, Group, LatestPane, Slot, Store, StoreStatistics, Stored, Waited};

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
    patience: i64,
    shards: Vec<Store<R>>,
    tuning: Arc<Tuning>,
}

impl<R: Rule> Running<R> {
    pub(crate) fn boxed(rule: R, tuning: Arc<Tuning>) -> Box<dyn AnyRule> {
        let budget = tuning.keys_per_rule().div_ceil(SHARDS);
        let info = rule.info();
        let patience = tuning.patience(&info.id, rule.window());
        Box::new(Self {
            info: Arc::new(info),
            rule,
            budget,
            patience,
            shards: (0..SHARDS).map(|_| Store::new(budget, patience)).collect(),
            tuning,
        })
    }
}

impl<R: Rule> AnyRule for Running<R> {
    fn info(&self) -> &Arc<RuleInfo> {
        &self.info
    }

    fn parts(&mut self, threads: usize) -> Vec<Box<dyn Part + '_>> {
        let each = SHARDS.div_ceil(threads.max(1));
        let (rule, info, tuning) = (&self.rule, &self.info, &*self.tuning);
        let parts = self.shards.chunks_mut(each).enumerate();
        let parts = parts.map(|(number, shards)| {
            Box::new(Hand {
                rule,
                info,
                tuning,
                before: number * each,
                shards,
            }) as Box<dyn Part + '_>
        });
        parts.collect()
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
            .map(|shard| Store::restore(self.budget, self.patience, shard));
        self.shards = restored.collect();
    }
}

/// So many events are looked up together.
const BLOCK: usize = 32;

/// Some neighbouring shards.
struct Hand<'s, R: Rule> {
    rule: &'s R,
    info: &'s Arc<RuleInfo>,
    tuning: &'s Tuning,
    /// So many shards stand before these.
    before: usize,
    shards: &'s mut [Store<R>],
}

/// An event that the rule is about.
struct Grouped<'b> {
    /// Its number in the batch.
    number: usize,
    observation: Observation<'b>,
    group: Group<'b>,
    /// The shard, by its place in the hand.
    shard: usize,
    /// Where the group has been seen.
    slot: Option<Slot>,
}

impl<R: Rule> Hand<'_, R> {
    /// Fills a block with the next events of these shards, and looks up where their groups are.
    ///
    /// Each lookup waits for memory, and for each thing that it leads to once more. So all of them take one step together
    /// and have memory bring what the next step reads.
    fn look_up<'b>(
        &self,
        events: &mut impl Iterator<Item = (usize, Observation<'b>)>,
        block: &mut Vec<Grouped<'b>>,
    ) where
        Self: 'b,
    {
        block.clear();
        let grouped = events.filter_map(|(number, observation)| {
            let group = self.rule.group(observation)?;
            let shard = shard_of(group.hash()).checked_sub(self.before)?;
            (shard < self.shards.len()).then_some(Grouped {
                number,
                observation,
                group,
                shard,
                slot: None,
            })
        });
        block.extend(grouped.take(BLOCK));
        for (_, shard) in self.with_shards(block) {
            shard.prefetch();
        }
        for (event, shard) in self.with_shards(block) {
            shard.prefetch_line(event.group.hash());
        }
        for event in &mut *block {
            let shard = self.shards.get(event.shard);
            event.slot = shard.and_then(|shard| {
                let slot = shard.locate(event.group.hash())?;
                shard.prefetch_head(slot);
                Some(slot)
            });
        }
        for event in &mut *block {
            let shard = self.shards.get(event.shard);
            event.slot = event.slot.filter(|slot| {
                let has = |shard: &&Store<R>| shard.has(*slot, event.group.hash());
                shard
                    .filter(has)
                    .inspect(|shard| shard.prefetch_rest(*slot))
                    .is_some()
            });
        }
        for (event, shard) in self.with_shards(block) {
            if let Some(slot) = event.slot {
                shard.prefetch_beyond(slot, |pane| self.rule.prefetch(pane, event.observation));
            }
        }
    }

    fn with_shards<'g, 'b>(
        &self,
        block: &'g [Grouped<'b>],
    ) -> impl Iterator<Item = (&'g Grouped<'b>, &Store<R>)> {
        block
            .iter()
            .filter_map(|event| Some((event, self.shards.get(event.shard)?)))
    }

    /// Counts the events of a batch.
    fn count(&mut self, batch: &Batch, marks: &[i64], closed: &mut Vec<Closed>) {
        let rule = self.rule;
        let window = rule.window();
        let (mut own, mut open) = (LatestPane::new(window), LatestPane::new(window));
        let mut events = batch.with(rule.traits());
        let mut block = Vec::with_capacity(BLOCK);
        loop {
            self.look_up(&mut events, &mut block);
            if block.is_empty() {
                return;
            }
            for event in block.drain(..) {
                let (Some(mark), Some(shard)) = (marks.get(event.number), self.shards.get_mut(event.shard))
                else {
                    continue;
                };
                let observation = event.observation;
                let arrival = Arrival {
                    group: event.group,
                    seen: event.slot,
                    pane: own.of(observation.ticks()),
                };
                let waited = || Some(Waited::of(observation, rule.waits(observation)?));
                let add = |pane: &mut R::Pane| rule.add(pane, observation);
                shard.count(rule, arrival, open.of(*mark), waited, add, closed);
            }
        }
    }

    /// Closes what ends at or before the watermark behind a batch; everything if no further event comes.
    fn close(&mut self, marks: &[i64], end: Option<i64>, closed: &mut Vec<Closed>) {
        let window = self.rule.window();
        let Some(end) = end.map(|end| window.pane_of(end)) else {
            for shard in &mut *self.shards {
                shard.finish(self.rule, closed);
            }
            return;
        };
        // Behind the batch before, all was closed up to the watermark before this one.
        if marks.first().is_none_or(|mark| window.pane_of(*mark) < end) {
            for shard in &mut *self.shards {
                shard.close(self.rule, end, closed);
            }
        }
    }
}

impl<R: Rule> Part for Hand<'_, R> {
    fn run(&mut self, batch: &Batch, marks: &[i64], end: Option<i64>, since: i64) -> Vec<Alert> {
        let mut closed = Vec::new();
        let warm = since.saturating_add(ticks(self.rule.warm_up()));
        for shard in &mut *self.shards {
            shard.warm_up_until(warm);
        }
        self.count(batch, marks, &mut closed);
        self.close(marks, end, &mut closed);
        let told = closed.into_iter().map(|Closed { span, key, finding }| {
            let mut alert = Alert::of(self.info.clone(), &key, span, finding);
            self.tuning.exempt(&mut alert);
            alert
        });
        told.collect()
    }
}
