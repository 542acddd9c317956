//! The panes of instants that follow one another.

use super::Window;

/// Tells the panes of instants, of which most are in the pane of the one before.
#[derive(Debug)]
pub(crate) struct LatestPane {
    window: Window,
    number: i64,
    /// Its first tick, and the first one behind it.
    start: i64,
    end: i64,
}

impl LatestPane {
    pub(crate) fn new(window: Window) -> Self {
        Self {
            window,
            number: 0,
            start: 0,
            end: 0,
        }
    }

    /// The pane of an instant in ticks.
    #[inline]
    pub(crate) fn of(&mut self, ticks: i64) -> i64 {
        if ticks < self.start || ticks >= self.end {
            self.number = self.window.pane_of(ticks);
            self.start = self.window.start_of(self.number);
            self.end = self.window.start_of(self.number.saturating_add(1));
        }
        self.number
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_says_what_the_window_says(instants in proptest::collection::vec(any::<i64>(), 1..20), pane in 1_u32..100_000) {
            let window = Window { pane, panes: 12 };
            let mut latest = LatestPane::new(window);
            for ticks in instants.iter().flat_map(|ticks| [*ticks, ticks.saturating_add(1), ticks / 1_000_000_000]) {
                prop_assert_eq!(latest.of(ticks), window.pane_of(ticks));
            }
        }
    }
}
