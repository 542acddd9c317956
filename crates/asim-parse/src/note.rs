//! Soft problems: the event is written, and what did not fit is counted.

use std::collections::BTreeMap;

/// A problem with one field of a record that was written all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// The field or column that it is about, under the source's name.
    pub field: &'static str,
    /// What was the matter, in a few words.
    pub problem: &'static str,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

/// The notes of a run of records, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes(BTreeMap<Note, u64>);

impl Notes {
    /// Counts a problem with a field.
    #[cold]
    pub fn add(&mut self, field: &'static str, problem: &'static str) {
        *self.0.entry(Note { field, problem }).or_default() += 1;
    }

    /// Counts the notes of another run with these.
    pub fn merge(&mut self, other: &Self) {
        for (note, count) in &other.0 {
            *self.0.entry(*note).or_default() += count;
        }
    }

    /// The notes in the order of their fields, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Note, u64)> + '_ {
        self.0.iter().map(|(note, count)| (*note, *count))
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all notes.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
