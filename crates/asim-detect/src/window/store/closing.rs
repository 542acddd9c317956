//! What happens when the panes of a shard close.

use asim_schema::Timestamp;

use super::{Entry, Store};
use crate::alert::Finding;
use crate::rule::Rule;
use crate::window::{Key, Span, Window};

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
            for place in first.remove() {
                self.look(rule, place, pane, out);
            }
        }
    }

    /// Looks at a key when a pane has closed.
    fn look(&mut self, rule: &R, place: u32, now: i64, out: &mut Vec<Closed>) {
        let window = rule.window();
        let length = window.length();
        let oldest = now.saturating_sub(length - 1);
        let Some(entry) = self.entries.get_mut(place as usize).and_then(Option::as_mut) else {
            return;
        };
        let expired = entry.panes.partition_point(|(number, _)| *number < oldest);
        entry.panes.drain(..expired);
        // Whether other looks come between depends on the order of events: only a pane that closes is reason to judge.
        let closes = entry
            .panes
            .binary_search_by_key(&now, |(number, _)| *number)
            .is_ok();
        if closes && entry.due.is_none() {
            let closed = entry.panes.iter().take_while(|(number, _)| *number <= now);
            let weight: u64 = closed.map(|(_, pane)| rule.weight(pane)).sum();
            if weight >= rule.enough(entry.role)
                && let Some(merged) = merged(rule, entry, now)
                && rule.exceeds(&merged, entry.role)
                && let Some((first, _)) = entry.panes.first()
            {
                // The window that begins with the first event of what was seen tells all of it.
                entry.due = Some(first.saturating_add(length - 1));
            }
        }
        if entry.due.is_some_and(|due| due <= now) {
            entry.due = None;
            if let (Some(pane), Some((first, _))) = (merged(rule, entry, now), entry.panes.first()) {
                let span = span(window, *first, length);
                let found = rule.judge(&entry.key, entry.role, span, &pane, &mut entry.memory);
                let judged = entry.panes.partition_point(|(number, _)| *number <= now);
                entry.panes.drain(..judged);
                if let Some(finding) = found {
                    out.push(Closed {
                        span,
                        key: entry.key.clone(),
                        finding,
                    });
                }
            }
        }
        if length == 1 {
            let closed = entry.panes.partition_point(|(number, _)| *number <= now);
            entry.panes.drain(..closed);
        }
        let last = entry.last_pane;
        let next = match entry.due {
            Some(due) => Some(due),
            // Panes still to close have their own place on the agenda.
            None if entry.panes.first().is_some_and(|(number, _)| *number <= now) => {
                Some(last.saturating_add(length))
            }
            None if !entry.panes.is_empty() => None,
            None if entry.memory != R::Memory::default() => Some(last.saturating_add(rule.retention())),
            None => Some(now),
        };
        match next {
            Some(next) if next > now => self.agenda.entry(next).or_default().push(place),
            Some(_) => self.remove(place),
            None => {}
        }
    }
}

/// All panes of an entry up to one, merged.
fn merged<R: Rule>(rule: &R, entry: &Entry<R::Pane, R::Memory>, last: i64) -> Option<R::Pane> {
    let mut panes = entry.panes.iter().take_while(|(number, _)| *number <= last);
    let (_, mut merged) = panes.next().cloned()?;
    for (_, pane) in panes {
        rule.merge(&mut merged, pane);
    }
    Some(merged)
}

fn span(window: Window, first: i64, length: i64) -> Span {
    let instant = |pane| Timestamp::from_ticks(window.start_of(pane));
    Span {
        start: instant(first).unwrap_or(Timestamp::MIN),
        end: instant(first.saturating_add(length)).unwrap_or(Timestamp::MAX),
    }
}
