//! Soft problems: the event is written, and what did not fit is counted.

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
pub struct Notes(Vec<(Note, u64)>);

impl Notes {
    /// Counts a problem with a field.
    #[cold]
    pub fn add(&mut self, field: &'static str, problem: &'static str) {
        self.count(Note { field, problem }, 1);
    }

    /// Counts the notes of another run with these.
    pub fn merge(&mut self, other: &Self) {
        for (note, count) in &other.0 {
            self.count(*note, *count);
        }
    }

    // Few notes are told apart, and some sources have one for every record: a short list is faster than a map.
    fn count(&mut self, note: Note, count: u64) {
        let known = self.0.iter_mut().find(|(known, _)| known.is(note));
        if let Some((_, known)) = known {
            *known += count;
            return;
        }
        match self.0.binary_search_by_key(&note, |(known, _)| *known) {
            Ok(place) => {
                if let Some((_, known)) = self.0.get_mut(place) {
                    *known += count;
                }
            }
            Err(place) => self.0.insert(place, (note, count)),
        }
    }

    /// The notes in the order of their fields, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Note, u64)> + '_ {
        self.0.iter().copied()
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

impl Note {
    /// Whether both are the same texts in memory, which tells most equal notes without reading them.
    fn is(self, other: Self) -> bool {
        std::ptr::eq(self.field, other.field) && std::ptr::eq(self.problem, other.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_counted_and_in_order() {
        let mut notes = Notes::default();
        for (field, problem) in [("b", "x"), ("a", "y"), ("b", "x"), ("a", "x")] {
            notes.add(field, problem);
        }
        let mut more = Notes::default();
        more.add("b", "x");
        notes.merge(&more);
        let found: Vec<_> = notes
            .iter()
            .map(|(note, count)| (note.to_string(), count))
            .collect();
        assert_eq!(
            found,
            [
                ("a: x".to_owned(), 1),
                ("a: y".to_owned(), 1),
                ("b: x".to_owned(), 3)
            ]
        );
    }
}
