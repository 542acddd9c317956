//! Columns of small numbers and of flags on their way into a row group.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::BooleanBufferBuilder;
use arrow_schema::ArrowError;
use parquet::basic::Encoding;
use parquet::errors::{ParquetError, Result};
use parquet::file::statistics::{Statistics, ValueStatistics};
use zstd::bulk::Compressor;

use super::chunk::{Chunk, Pages};
use super::levels::Levels;

/// The values of a column chunk, one behind the other: they are pressed as well as with a dictionary, for less work.
#[derive(Debug)]
pub(super) struct Values {
    levels: Levels,
    page: Page,
    pages: Pages,
}

/// The values of the page under way, and the least and the greatest of all pages.
#[derive(Debug)]
enum Page {
    Integers(Vec<u8>, Option<(i32, i32)>),
    Flags(BooleanBufferBuilder, Option<(bool, bool)>),
}

impl Values {
    /// A column of integers of 32 bits.
    pub(super) fn integers() -> Self {
        Self::of(Page::Integers(Vec::new(), None))
    }

    /// A column of flags.
    pub(super) fn flags() -> Self {
        Self::of(Page::Flags(BooleanBufferBuilder::new(0), None))
    }

    fn of(page: Page) -> Self {
        Self {
            levels: Levels::default(),
            page,
            pages: Pages::default(),
        }
    }

    /// About how many bytes the chunk has so far.
    pub(super) fn size(&self) -> usize {
        let under_way = match &self.page {
            Page::Integers(bytes, _) => bytes.len(),
            Page::Flags(bits, _) => bits.len() / 8,
        };
        self.pages.size() + under_way
    }

    /// Adds the rows of an array.
    pub(super) fn write(&mut self, array: &ArrayRef, compressor: &mut Compressor<'_>) -> Result<()> {
        match &mut self.page {
            Page::Integers(bytes, bounds) => {
                let array = array
                    .as_primitive_opt::<Int32Type>()
                    .ok_or_else(|| misfit(array))?;
                bytes.reserve(size_of::<i32>() * (array.len() - array.null_count()));
                let range = if array.null_count() == 0 {
                    append(bytes, array.values().iter().copied())
                } else {
                    append(bytes, array.iter().flatten())
                };
                widen(bounds, range);
            }
            Page::Flags(bits, bounds) => {
                let array = array.as_boolean_opt().ok_or_else(|| misfit(array))?;
                if array.null_count() == 0 {
                    bits.append_buffer(array.values());
                } else {
                    array.iter().flatten().for_each(|flag| bits.append(flag));
                }
                let (all, some) = (array.len() - array.null_count(), array.true_count());
                // False is less than true.
                widen(bounds, (all > 0).then_some((some == all, some > 0)));
            }
        }
        self.levels.extend(array.nulls(), array.len());
        if self.levels.rows() >= Pages::ROWS {
            self.end_page(compressor)?;
        }
        Ok(())
    }

    fn end_page(&mut self, compressor: &mut Compressor<'_>) -> Result<()> {
        let rows = self.levels.rows();
        let mut bytes = Vec::new();
        self.levels.take(&mut bytes);
        match &mut self.page {
            Page::Integers(values, _) => {
                bytes.extend_from_slice(values);
                values.clear();
            }
            Page::Flags(bits, _) => bytes.extend_from_slice(bits.finish().values()),
        }
        self.pages.push(rows, Encoding::PLAIN, &bytes, compressor)
    }

    /// Ends the chunk.
    pub(super) fn finish(mut self, compressor: &mut Compressor<'_>) -> Result<Chunk> {
        if self.levels.rows() > 0 {
            self.end_page(compressor)?;
        }
        let nulls = self.levels.nulls();
        let statistics = match self.page {
            // The deprecated bounds are the same where numbers are signed.
            Page::Integers(_, bounds) => {
                Statistics::Int32(statistics(bounds, nulls).with_backwards_compatible_min_max(true))
            }
            Page::Flags(_, bounds) => Statistics::Boolean(statistics(bounds, nulls)),
        };
        self.pages.finish(None, statistics, compressor)
    }
}

/// Appends numbers, and returns the least and the greatest.
fn append(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = i32>) -> Option<(i32, i32)> {
    let (mut least, mut greatest) = (i32::MAX, i32::MIN);
    numbers.for_each(|number| {
        bytes.extend_from_slice(&number.to_le_bytes());
        (least, greatest) = (least.min(number), greatest.max(number));
    });
    (least <= greatest).then_some((least, greatest))
}

fn widen<T: Ord + Copy>(bounds: &mut Option<(T, T)>, others: Option<(T, T)>) {
    if let Some((least, greatest)) = others {
        let (first, last) = bounds.unwrap_or((least, greatest));
        *bounds = Some((first.min(least), last.max(greatest)));
    }
}

fn statistics<T>(bounds: Option<(T, T)>, nulls: u64) -> ValueStatistics<T> {
    let (least, greatest) = bounds.unzip();
    ValueStatistics::new(least, greatest, None, Some(nulls), false)
}

fn misfit(array: &ArrayRef) -> ParquetError {
    ArrowError::SchemaError(format!("a column has values of {}", array.data_type())).into()
}
