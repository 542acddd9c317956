//! The pages of a column chunk, complete and compressed.

use std::io::Write;
use std::num::TryFromIntError;

use bytes::Bytes;
use parquet::basic::{Encoding, EncodingMask, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

/// Data pages one behind the other, with their headers.
#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    bytes: Vec<u8>,
    written: Vec<Written>,
}

/// What is told of a data page.
#[derive(Debug, Clone)]
struct Written {
    rows: i64,
    encoding: Encoding,
    size: usize,
    uncompressed_size: usize,
}

impl Pages {
    /// The rows after which a page ends.
    pub(super) const ROWS: usize = 20_000;

    /// Whether there is no page.
    pub(super) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// How many bytes the pages have.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Compresses a data page: the levels and values of so many rows.
    pub(super) fn push(
        &mut self,
        rows: usize,
        encoding: Encoding,
        values: &[u8],
        compressor: &mut Compressor<'_>,
    ) -> Result<()> {
        let page = Page::DataPage {
            buf: compressor.compress(values)?.into(),
            num_values: u32::try_from(rows).map_err(too_large)?,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let page = CompressedPage::new(page, values.len());
        let spec = append(&mut self.bytes, page)?;
        self.written.push(Written {
            rows: signed(rows)?,
            encoding,
            size: spec.compressed_size,
            uncompressed_size: spec.uncompressed_size,
        });
        Ok(())
    }

    /// Ends the chunk, with so many texts in its dictionary, as the page has them.
    pub(super) fn finish(
        self,
        dictionary: Option<(usize, Vec<u8>)>,
        statistics: Statistics,
        compressor: &mut Compressor<'_>,
    ) -> Result<Chunk> {
        let mut bytes = Vec::new();
        let mut dictionary_size = None;
        if let Some((count, texts)) = dictionary {
            let page = Page::DictionaryPage {
                buf: compressor.compress(&texts)?.into(),
                num_values: u32::try_from(count).map_err(too_large)?,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let spec = append(&mut bytes, CompressedPage::new(page, texts.len()))?;
            dictionary_size = Some((spec.compressed_size, spec.uncompressed_size));
        }
        bytes.extend_from_slice(&self.bytes);
        Ok(Chunk {
            bytes: bytes.into(),
            dictionary_size,
            pages: self.written,
            statistics,
        })
    }
}

/// A column chunk with everything that the footer says of it.
///
/// Columns with the same values have the same chunk, so it does not know its column.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    bytes: Bytes,
    /// The size of the dictionary's page, and that before it was compressed.
    dictionary_size: Option<(usize, usize)>,
    pages: Vec<Written>,
    statistics: Statistics,
}

impl Chunk {
    /// Writes the chunk as the next column of a row group.
    pub(super) fn append_to<W: Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        column: &ColumnDescPtr,
        properties: &WriterProperties,
    ) -> Result<()> {
        let (first, first_uncompressed) = self.dictionary_size.unwrap_or_default();
        let mut tallies = Tallies::default();
        if self.dictionary_size.is_some() {
            tallies.add(PageType::DICTIONARY_PAGE, Encoding::PLAIN);
        }
        let mut offsets = OffsetIndexBuilder::new();
        let (mut rows, mut offset, mut uncompressed) = (0, first, first_uncompressed);
        for page in &self.pages {
            let size = i32::try_from(page.size).map_err(too_large)?;
            offsets.append_offset_and_size(signed(offset)?, size);
            offsets.append_row_count(page.rows);
            tallies.add(PageType::DATA_PAGE, page.encoding);
            offset += page.size;
            uncompressed += page.uncompressed_size;
            rows += page.rows;
        }
        let metadata = ColumnChunkMetaData::builder(column.clone())
            .set_compression(properties.compression(column.path()))
            .set_encodings_mask(tallies.encodings())
            .set_page_encoding_stats(tallies.0)
            .set_num_values(rows)
            .set_total_compressed_size(signed(offset)?)
            .set_total_uncompressed_size(signed(uncompressed)?)
            .set_dictionary_page_offset(self.dictionary_size.map(|_| 0))
            .set_data_page_offset(signed(first)?)
            .set_statistics(self.statistics.clone())
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: u64::try_from(offset).map_err(too_large)?,
            rows_written: u64::try_from(rows).map_err(too_large)?,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(offsets.build()),
        };
        group.append_column(&self.bytes, close)
    }
}

/// How many pages of a kind have an encoding.
#[derive(Default)]
struct Tallies(Vec<PageEncodingStats>);

impl Tallies {
    fn add(&mut self, page_type: PageType, encoding: Encoding) {
        let found = self
            .0
            .iter_mut()
            .find(|tally| tally.page_type == page_type && tally.encoding == encoding);
        match found {
            Some(tally) => tally.count += 1,
            None => self.0.push(PageEncodingStats {
                page_type,
                encoding,
                count: 1,
            }),
        }
    }

    /// The encodings of pages and of their levels.
    fn encodings(&self) -> EncodingMask {
        let of_pages = self.0.iter().map(|tally| &tally.encoding);
        EncodingMask::new_from_encodings(of_pages.chain([&Encoding::RLE]))
    }
}

/// Appends a page with its header.
fn append(bytes: &mut Vec<u8>, page: CompressedPage) -> Result<PageWriteSpec> {
    let mut output = TrackedWrite::new(bytes);
    let mut writer = SerializedPageWriter::new(&mut output);
    let spec = writer.write_page(page)?;
    output.flush()?;
    Ok(spec)
}

fn signed(count: usize) -> Result<i64> {
    i64::try_from(count).map_err(too_large)
}

fn too_large(error: TryFromIntError) -> ParquetError {
    ParquetError::General(format!("a page or a column chunk is too large: {error}"))
}
