//! What happens when the panes of a shard close.

use asim_schema::Timestamp;

use super::{Entry, Store};
use crate::alert::Finding;
use crate::rule::Rule;
use crate::window::{Key, Span, Window};

/// So many groups are looked at together.
const BLOCK: usize = 64;

/// What was found when a window closed.
pub(crate) struct Closed {
    pub(crate) span: Span,
    pub(crate) key: Key,
    pub(crate) finding: Finding,
}

impl<R: Rule> Store<R> {
    /// Closes every pane before this one.
    #[inline]
    pub(crate) fn close(&mut self, rule: &R, next: i64, out: &mut Vec<Closed>) {
        if self.next.is_none_or(|own| own < next) {
            self.close_before(rule, next, out);
            self.next = Some(next);
            let swept = *self.swept.get_or_insert(next);
            if swept.saturating_add(rule.window().length()) <= next {
                self.sweep(rule, next);
            }
        }
    }

    /// Closes all panes: no further event comes.
    pub(crate) fn finish(&mut self, rule: &R, out: &mut Vec<Closed>) {
        self.close_before(rule, i64::MAX, out);
    }

    #[cold]
    fn close_before(&mut self, rule: &R, end: i64, out: &mut Vec<Closed>) {
        while let Some(first) = self.agenda.first_entry() {
            let pane = *first.key();
            if pane >= end {
                break;
            }
            for places in first.remove().chunks(BLOCK) {
                self.prefetch_all(places);
                for place in places {
                    self.look(rule, *place, pane, out);
                }
            }
        }
    }

    /// Removes the groups that are over before this pane.
    pub(super) fn sweep(&mut self, rule: &R, next: i64) {
        self.swept = Some(next);
        let places = 0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for place in places {
            if self.entry(place).is_some_and(|entry| entry.is_over(rule, next)) {
                self.remove(place);
            }
        }
    }

    /// Looks at a group that weighs enough when a pane has closed.
    fn look(&mut self, rule: &R, place: u32, now: i64, out: &mut Vec<Closed>) {
        let window = rule.window();
        let length = window.length();
        let oldest = now.saturating_sub(length - 1);
        let patience = self.patience;
        let Some(entry) = self.entries.get_mut(place as usize).and_then(Option::as_mut) else {
            return;
        };
        entry.drop_first(rule, entry.panes.count_before(oldest));
        let closed = entry.panes.count_before(now.saturating_add(1));
        // Whether other looks come between depends on the order of events: only a pane that closes is reason to judge.
        if entry.panes.has(now)
            && entry.due.is_none()
            && let Some((first, _)) = entry.panes.iter().next()
            && exceeds(rule, entry.panes.iter().take(closed), entry.role)
        {
            // The window that begins with the first event of what was seen tells all of it, if there is time.
            let last = first.saturating_add(length - 1);
            entry.due = Some(last.min(now.saturating_add(patience)));
        }
        if entry.due.is_some_and(|due| due <= now) {
            entry.due = None;
            if let Some((first, pane)) = merged(rule, entry.panes.drain(closed)) {
                let span = span(window, first, now.saturating_add(1));
                let Entry {
                    key, role, memory, ..
                } = entry;
                if span.end.ticks() <= self.warm {
                    rule.remember(key, *role, span, &pane, memory);
                } else if let Some(finding) = rule.judge(key, *role, span, &pane, memory) {
                    out.push(Closed {
                        span,
                        key: entry.key.clone(),
                        finding,
                    });
                }
            }
            entry.weigh(rule);
        } else if length == 1 {
            entry.drop_first(rule, closed);
        }
        match entry.due {
            Some(due) => self.agenda.entry(due).or_default().push(place),
            None if entry.panes.is_empty() && entry.memory == R::Memory::default() => self.remove(place),
            // Panes still to close have their own place on the agenda.
            None => {}
        }
    }
}

/// Whether panes together are reason to judge.
fn exceeds<'p, R: Rule>(rule: &R, panes: impl Iterator<Item = &'p (i64, R::Pane)> + Clone, role: u8) -> bool {
    let weight: u64 = panes.clone().map(|(_, pane)| rule.weight(pane)).sum();
    if weight < rule.enough(role) {
        return false;
    }
    let mut others = panes.clone();
    match (others.next(), others.next()) {
        (Some((_, pane)), None) => rule.exceeds(pane, role),
        _ => merged(rule, panes.cloned()).is_some_and(|(_, pane)| rule.exceeds(&pane, role)),
    }
}

/// Panes merged into the first one, with its number.
fn merged<R: Rule>(rule: &R, mut panes: impl Iterator<Item = (i64, R::Pane)>) -> Option<(i64, R::Pane)> {
    let (first, mut merged) = panes.next()?;
    for (_, pane) in panes {
        rule.merge(&mut merged, &pane);
    }
    Some((first, merged))
}

/// The time from the start of one pane to that of another.
fn span(window: Window, first: i64, behind: i64) -> Span {
    let instant = |pane| Timestamp::from_ticks(window.start_of(pane));
    Span {
        start: instant(first).unwrap_or(Timestamp::MIN),
        end: instant(behind).unwrap_or(Timestamp::MAX),
    }
}
