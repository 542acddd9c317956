//! Events as columns, any number of them.

use std::ops::Range;

use crate::column::Column;
use crate::table::Table;

/// Events as columns, as many as there are: what several threads fill, each its own, before batches are cut.
///
/// [`Table::push`] adds events, [`BatchBuilder::append`](crate::BatchBuilder::append) takes them over.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    columns: Vec<Column>,
    len: usize,
}

impl Rows {
    /// The number of events.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets all events and keeps the room for others.
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(Column::clear);
        self.len = 0;
    }

    /// Begins one more row; its columns.
    #[inline]
    pub(crate) fn begin(&mut self, table: &Table) -> &mut [Column] {
        if self.columns.is_empty() {
            self.columns = table.columns();
        }
        self.len += 1;
        &mut self.columns
    }

    /// How many bytes the values of some rows have beyond a fixed size for each row.
    pub(crate) fn size(&self, range: &Range<usize>) -> usize {
        self.columns.iter().map(|column| column.size(range.clone())).sum()
    }

    /// Adds some rows of the same table.
    pub(crate) fn extend(&mut self, table: &Table, other: &Self, range: Range<usize>) {
        if self.columns.is_empty() {
            self.columns = table.columns();
        }
        let row = self.len;
        for (own, theirs) in self.columns.iter_mut().zip(&other.columns) {
            own.extend(row, theirs, range.clone());
        }
        self.len += range.len();
    }

    /// The columns of all rows, which leave room for as many others and some more.
    pub(crate) fn take_columns(&mut self) -> Vec<Column> {
        let others = self.columns.iter().map(Column::as_roomy).collect();
        self.len = 0;
        std::mem::replace(&mut self.columns, others)
    }
}
