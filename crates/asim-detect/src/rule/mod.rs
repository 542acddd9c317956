//! What a rule is.

mod info;
mod running;

pub use info::{Family, Need, Parameter, RuleInfo, Technique};
pub use running::AnyRule;
pub(crate) use running::{Part, Running};
#[cfg(feature = "sigma")]
pub(crate) use running::{SHARDS, shard_of};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::alert::Finding;
use crate::observation::{Observation, Traits};
use crate::window::{Group, Key, Span, Waited, Window};

/// A rule: what it groups events by, what it counts of each group in a pane of time, and when it tells.
///
/// The engine keeps the groups, adds events to the pane of their time, and closes a pane when the watermark, the
/// newest time seen less the allowed lateness, has passed its end. When the panes of a window weigh enough, they are
/// merged and judged: only when one of the group's own panes closes, so that the answer does not depend on when else
/// the engine looks at it. A window begins with the first event of what is told, so that it tells all of it, and
/// windows that were told do not overlap. A tuning may have it end sooner.
///
/// What a pane tells must not depend on the order of its events, nor on that of merging.
pub trait Rule: Send + Sync + 'static {
    /// What a group's events in one pane become.
    type Pane: Default + Clone + Send + Serialize + DeserializeOwned;

    /// What is kept of a group beyond its windows; `()` for nothing.
    type Memory: Default + PartialEq + Send + Serialize + DeserializeOwned;

    /// What is written about the rule.
    fn info(&self) -> RuleInfo;

    /// How long it looks, and in which steps.
    fn window(&self) -> Window;

    /// So many panes after its last event a group's memory is kept.
    fn retention(&self) -> i64 {
        0
    }

    /// Nothing is told of windows that end within so many seconds after the first event: a rule that compares with the
    /// past has none before. What it keeps in its memory then counts all the same.
    fn warm_up(&self) -> u64 {
        0
    }

    /// What the observations have of which it wants to see any: at least one of these.
    fn traits(&self) -> Traits {
        Traits::ANY
    }

    /// The group of an event; none if the rule is not about it. The item of a group may be the rule's own text.
    fn group<'o>(&'o self, observation: Observation<'o>) -> Option<Group<'o>>;

    /// Counts an event.
    fn add(&self, pane: &mut Self::Pane, observation: Observation<'_>);

    /// Whether an event may wait in little room as long as its group is small: what [`Waited`] has is then all that is
    /// kept of it, with the note that is returned here. For rules of which most groups never have more than a few events.
    ///
    /// It must follow from the event alone.
    fn waits(&self, _observation: Observation<'_>) -> Option<u32> {
        None
    }

    /// So many events of a group may wait, of clients of a role; there are never more than seven. All of them together
    /// must be no reason to judge.
    fn most_waiting(&self, _role: u8) -> u64 {
        1
    }

    /// Counts an event that has waited, as [`add`](Self::add) would have done.
    fn add_waited(&self, pane: &mut Self::Pane, event: Waited) {
        let _ = (pane, event);
    }

    /// Has memory bring what counting an event will read beyond the pane itself. It only makes counting faster: memory
    /// then brings what many events need at a time.
    fn prefetch(&self, _pane: &Self::Pane, _observation: Observation<'_>) {}

    /// Counts in a later pane.
    fn merge(&self, into: &mut Self::Pane, from: &Self::Pane);

    /// How much a pane weighs against [`enough`](Self::enough); merged panes never weigh more than apart.
    fn weight(&self, pane: &Self::Pane) -> u64;

    /// The weight from which on a window is judged, for clients of a role.
    fn enough(&self, role: u8) -> u64;

    /// Whether the merged panes of a window are reason to judge.
    fn exceeds(&self, pane: &Self::Pane, role: u8) -> bool {
        self.weight(pane) >= self.enough(role)
    }

    /// What there is to tell of a window.
    fn judge(
        &self,
        key: &Key,
        role: u8,
        span: Span,
        pane: &Self::Pane,
        memory: &mut Self::Memory,
    ) -> Option<Finding>;

    /// What there is to remember of a window of which nothing is told, because it ends within the
    /// [`warm_up`](Self::warm_up): what [`judge`](Self::judge) would have left in the memory.
    fn remember(&self, key: &Key, role: u8, span: Span, pane: &Self::Pane, memory: &mut Self::Memory) {
        let _ = self.judge(key, role, span, pane, memory);
    }
}
