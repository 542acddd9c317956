//! Asking for memory ahead, in steps: each reads only what the one before has brought, and many groups take it together.

use std::slice;

use prefetch_index::prefetch_index;

use super::{Held, Slot, Store};
use crate::rule::Rule;

impl<R: Rule> Store<R> {
    /// Has memory bring what stands in the store itself.
    #[inline]
    pub(crate) fn prefetch(&self) {
        prefetch_index(slice::from_ref(&self.table), 0);
        prefetch_index(slice::from_ref(&self.entries), 0);
        prefetch_index(slice::from_ref(&self.lobby), 0);
        prefetch_index(slice::from_ref(&self.events), 0);
    }

    /// Has memory bring what [`locate`](Self::locate) will read.
    #[inline]
    pub(crate) fn prefetch_line(&self, hash: u64) {
        self.table.prefetch(hash);
    }

    /// Has memory bring what [`has`](Self::has) will read.
    #[inline]
    pub(crate) fn prefetch_head(&self, slot: Slot) {
        match slot.held() {
            Held::Kept(place) => prefetch_index(&self.entries, place as usize),
            Held::Waiting(seat) => self.lobby.prefetch(seat),
        }
    }

    /// Has memory bring the rest of a group, of which the head has come.
    #[inline]
    pub(crate) fn prefetch_rest(&self, slot: Slot) {
        match slot.held() {
            Held::Kept(place) => {
                if let Some(entry) = self.entry(place) {
                    entry.prefetch();
                }
            }
            Held::Waiting(seat) => self.lobby.prefetch_last(seat),
        }
    }

    /// Has memory bring what a group, which has come, leads to: its text, and what `ahead` says of its latest pane.
    #[inline]
    pub(crate) fn prefetch_beyond(&self, slot: Slot, ahead: impl FnOnce(&R::Pane)) {
        let Held::Kept(place) = slot.held() else { return };
        if let Some(entry) = self.entry(place) {
            entry.key.prefetch();
            if let Some((_, pane)) = entry.panes.latest() {
                ahead(pane);
            }
        }
    }

    /// Has memory bring groups, each with its panes.
    pub(super) fn prefetch_all(&self, places: &[u32]) {
        for place in places {
            prefetch_index(&self.entries, *place as usize);
        }
        for entry in places.iter().filter_map(|place| self.entry(*place)) {
            entry.prefetch();
        }
        for entry in places.iter().filter_map(|place| self.entry(*place)) {
            entry.panes.prefetch();
        }
    }
}
