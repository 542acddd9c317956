//! Record batches of a fixed number of rows.

use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use asim_schema::Event;

use crate::rows::Rows;
use crate::table::Table;

/// Cuts events into record batches.
///
/// Where one batch ends and the next begins depends on the events alone: after [`ROWS`](Self::ROWS) of them, or earlier
/// when the texts of the next one would make it larger than [`SIZE`](Self::SIZE). So the batches are the same, however
/// many threads have filled the [`Rows`] that are appended, and however many events each of these has.
///
/// ```
/// use asim_arrow::{BatchBuilder, Table, TableOptions};
/// use asim_schema::{DnsEvent, DnsField, Event, SchemaVersion};
///
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_dns_query("www.example.com");
/// let table = Table::dns(SchemaVersion::DEFAULT, [DnsField::DnsQuery], TableOptions::default());
/// let mut builder = BatchBuilder::new(table);
/// assert!(builder.push(&Event::Dns(event))?.is_none());
/// let batch = builder.finish()?.unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 1));
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Debug, Clone)]
pub struct BatchBuilder {
    table: Table,
    rows: Rows,
    /// The bytes of the texts of the rows.
    size: usize,
    /// The rows and the bytes of texts of a batch.
    limits: (usize, usize),
    /// The row of a single event on its way.
    one: Rows,
}

impl BatchBuilder {
    /// The rows of a batch.
    pub const ROWS: usize = 8192;
    /// The bytes that the texts of a batch may have; a batch of one row may have more.
    pub const SIZE: usize = 64 << 20;

    /// A builder of batches of a table.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            rows: Rows::default(),
            size: 0,
            limits: (Self::ROWS, Self::SIZE),
            one: Rows::default(),
        }
    }

    /// Cuts batches of other limits: so many rows, at least one, and so many bytes of text.
    #[must_use]
    pub fn limits(mut self, rows: usize, size: usize) -> Self {
        self.limits = (rows.max(1), size);
        self
    }

    /// The table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The number of events that wait for the end of their batch.
    pub fn waiting(&self) -> usize {
        self.rows.len()
    }

    /// How many bytes the texts of the events that wait have.
    pub fn waiting_size(&self) -> usize {
        self.size
    }

    /// Adds an event, and returns the batch that it has ended. An event of another schema is not added.
    ///
    /// # Errors
    ///
    /// When a text is too long for a batch: 2 GiB.
    pub fn push(&mut self, event: &Event<'_>) -> Result<Option<RecordBatch>, ArrowError> {
        let mut one = std::mem::take(&mut self.one);
        one.clear();
        let mut ended = None;
        if self.table.push(&mut one, event) {
            let mut range = 0..1;
            ended = self.append(&one, &mut range)?;
            if !range.is_empty() {
                // The batch before has ended, so this begins one and ends none.
                self.append(&one, &mut range)?;
            }
        }
        self.one = one;
        Ok(ended)
    }

    /// Adds events out of a range of rows until a batch has ended, and takes them off the range. Call it again while
    /// the range has any.
    ///
    /// # Errors
    ///
    /// When a text is too long for a batch: 2 GiB.
    pub fn append(
        &mut self,
        rows: &Rows,
        range: &mut Range<usize>,
    ) -> Result<Option<RecordBatch>, ArrowError> {
        let fit = self.fit(rows, range);
        let taken = range.start..range.start + fit;
        self.size += rows.size(&taken);
        range.start = taken.end;
        self.rows.extend(&self.table, rows, taken);
        let full = self.rows.len() >= self.limits.0 || range.start < range.end;
        if full { self.finish() } else { Ok(None) }
    }

    /// How many of the rows go into the batch under way.
    fn fit(&self, rows: &Rows, range: &Range<usize>) -> usize {
        let room = range.len().min(self.limits.0.saturating_sub(self.rows.len()));
        let fits = |count: usize| self.size + rows.size(&(range.start..range.start + count)) <= self.limits.1;
        if fits(room) {
            return room;
        }
        let (mut least, mut more) = (0, room);
        while least + 1 < more {
            let middle = usize::midpoint(least, more);
            if fits(middle) {
                least = middle;
            } else {
                more = middle;
            }
        }
        let empty = self.rows.is_empty();
        least.max(usize::from(empty && !range.is_empty()))
    }

    /// The batch of the events that wait; none when there are none.
    ///
    /// # Errors
    ///
    /// When a text is too long for a batch: 2 GiB.
    pub fn finish(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        self.size = 0;
        let count = self.rows.len();
        if count == 0 {
            return Ok(None);
        }
        let columns = self.rows.take_columns().into_iter();
        let arrays = columns
            .map(|column| column.finish(count))
            .collect::<Result<_, _>>()?;
        let schema = self.table.schema().clone();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(count));
        Ok(Some(RecordBatch::try_new_with_options(schema, arrays, &options)?))
    }
}
