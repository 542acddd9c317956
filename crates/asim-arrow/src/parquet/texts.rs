//! A column of texts on its way into a row group.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use arrow_schema::ArrowError;
use parquet::basic::Encoding;
use parquet::errors::Result;
use zstd::bulk::Compressor;

use super::bounds::Bounds;
use super::chunk::{Chunk, Pages};
use super::hybrid;
use super::levels::Levels;
use crate::interner::Interner;

/// The bytes after which a dictionary takes no more texts, and a page of texts ends.
const SIZE: usize = 1 << 20;
/// With so many texts it is seen whether a dictionary saves any.
const TRIAL: usize = 8192;

/// The texts of a column chunk.
///
/// Each different text gets a number, and the pages have numbers, until there are too many texts or they do not repeat;
/// the pages from there on have the texts themselves. Texts that come as a dictionary are looked up once a batch and not
/// once a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    dictionary: Interner,
    /// The bytes of the dictionary as a page.
    dictionary_size: usize,
    /// Whether texts get no numbers any more.
    plain: bool,
    page: PageUnderWay,
    pages: Pages,
    /// The bounds of the texts without numbers.
    bounds: Bounds,
}

/// The page under way.
#[derive(Debug, Clone, Default)]
struct PageUnderWay {
    levels: Levels,
    /// The numbers of the texts.
    numbers: Vec<u32>,
    /// Or the texts themselves, each with its length before it.
    texts: Vec<u8>,
}

impl Texts {
    /// About how many bytes the chunk has so far.
    pub(super) fn size(&self) -> usize {
        let bits = self.page.numbers.len() * usize::from(hybrid::width(self.dictionary.len()));
        self.pages.size() + self.dictionary_size + self.page.texts.len() + bits / 8
    }

    /// Adds the rows of an array of texts, or of a dictionary of texts.
    pub(super) fn write(&mut self, array: &ArrayRef, compressor: &mut Compressor<'_>) -> Result<()> {
        if let Some(texts) = array.as_string_opt::<i32>() {
            self.write_texts(texts, compressor)
        } else if let Some(keys) = array.as_dictionary_opt::<Int32Type>()
            && let Some(texts) = keys.values().as_string_opt::<i32>()
        {
            self.write_keys(keys, texts, compressor)
        } else {
            let kind = array.data_type();
            Err(ArrowError::SchemaError(format!("a column of texts has values of {kind}")).into())
        }
    }

    fn write_texts(&mut self, texts: &StringArray, compressor: &mut Compressor<'_>) -> Result<()> {
        for text in texts {
            match text {
                Some(text) if self.plain => self.page.push_text(text.as_bytes(), &mut self.bounds),
                Some(text) => {
                    let number = self.number(text.as_bytes());
                    self.page.push_number(number);
                }
                None => self.page.levels.push_null(),
            }
            if self.is_page_full() {
                self.end_full_page(compressor)?;
            }
        }
        self.judge_dictionary();
        Ok(())
    }

    fn write_keys(
        &mut self,
        keys: &DictionaryArray<Int32Type>,
        texts: &StringArray,
        compressor: &mut Compressor<'_>,
    ) -> Result<()> {
        let is_full = keys.null_count() == 0 && texts.null_count() == 0;
        if texts.len() == 1 && is_full {
            return self.write_constant(texts.value(0).as_bytes(), keys.len(), compressor);
        }
        // The numbers of the keys that have come.
        let mut known = vec![None; texts.len()];
        if is_full {
            for key in keys.keys().values() {
                self.write_key(*key, texts, &mut known, compressor)?;
            }
            return Ok(());
        }
        let has_text = |key: &i32| usize::try_from(*key).is_ok_and(|key| texts.is_valid(key));
        for key in keys.keys() {
            if let Some(key) = key.filter(has_text) {
                self.write_key(key, texts, &mut known, compressor)?;
                continue;
            }
            self.page.levels.push_null();
            if self.is_page_full() {
                self.end_full_page(compressor)?;
            }
        }
        Ok(())
    }

    #[inline]
    fn write_key(
        &mut self,
        key: i32,
        texts: &StringArray,
        known: &mut [Option<u32>],
        compressor: &mut Compressor<'_>,
    ) -> Result<()> {
        let key = usize::try_from(key).unwrap_or_default();
        match known.get_mut(key) {
            Some(Some(number)) if !self.plain => self.page.push_number(*number),
            Some(place) if !self.plain => {
                let number = self.number(texts.value(key).as_bytes());
                *place = Some(number);
                self.page.push_number(number);
            }
            _ => self.page.push_text(texts.value(key).as_bytes(), &mut self.bounds),
        }
        if self.is_page_full() {
            self.end_full_page(compressor)?;
        }
        Ok(())
    }

    /// Adds rows with one text.
    fn write_constant(&mut self, text: &[u8], rows: usize, compressor: &mut Compressor<'_>) -> Result<()> {
        let mut rest = rows;
        while rest > 0 && !self.plain {
            let count = rest
                .min(Pages::ROWS.saturating_sub(self.page.levels.rows()))
                .max(1);
            let number = self.number(text);
            self.page.push_numbers(number, count);
            rest -= count;
            if self.is_page_full() {
                self.end_full_page(compressor)?;
            }
        }
        for _ in 0..rest {
            self.page.push_text(text, &mut self.bounds);
            if self.is_page_full() {
                self.end_full_page(compressor)?;
            }
        }
        Ok(())
    }

    /// The number of a text, which it gets if it has none.
    fn number(&mut self, text: &[u8]) -> u32 {
        let count = self.dictionary.len();
        let number = self.dictionary.number(text).cast_unsigned();
        if self.dictionary.len() > count {
            self.dictionary_size += text.len() + size_of::<u32>();
        }
        number
    }

    #[inline]
    fn is_dictionary_full(&self) -> bool {
        self.dictionary_size >= SIZE && !self.plain
    }

    #[inline]
    fn is_page_full(&self) -> bool {
        self.page.levels.rows() >= Pages::ROWS || self.page.texts.len() >= SIZE || self.is_dictionary_full()
    }

    fn end_full_page(&mut self, compressor: &mut Compressor<'_>) -> Result<()> {
        self.end_page(compressor)?;
        self.plain |= self.is_dictionary_full();
        Ok(())
    }

    /// Takes back a dictionary in which nearly every text of the first page is new.
    fn judge_dictionary(&mut self) {
        let count = self.page.numbers.len();
        if self.plain || !self.pages.is_empty() || count < TRIAL || self.dictionary.len() <= count / 16 * 15 {
            return;
        }
        self.plain = true;
        self.dictionary_size = 0;
        let dictionary = std::mem::take(&mut self.dictionary);
        for number in self.page.numbers.drain(..) {
            let text = dictionary
                .texts()
                .get(usize::try_from(number).unwrap_or_default());
            self.bounds.add(text);
            append_text(&mut self.page.texts, text);
        }
    }

    fn end_page(&mut self, compressor: &mut Compressor<'_>) -> Result<()> {
        let rows = self.page.levels.rows();
        let mut bytes = Vec::new();
        self.page.levels.take(&mut bytes);
        let encoding = if self.page.numbers.is_empty() {
            bytes.extend_from_slice(&self.page.texts);
            Encoding::PLAIN
        } else {
            let width = hybrid::width(self.dictionary.len().saturating_sub(1));
            bytes.push(width);
            hybrid::append(&mut bytes, width, &self.page.numbers);
            Encoding::RLE_DICTIONARY
        };
        self.page.numbers.clear();
        self.page.texts.clear();
        self.pages.push(rows, encoding, &bytes, compressor)
    }

    /// Ends the chunk.
    pub(super) fn finish(mut self, compressor: &mut Compressor<'_>) -> Result<Chunk> {
        if self.page.levels.rows() > 0 {
            self.end_page(compressor)?;
        }
        let count = self.dictionary.len();
        let mut page = Vec::with_capacity(self.dictionary_size);
        for number in 0..count {
            let text = self.dictionary.texts().get(number);
            self.bounds.add(text);
            append_text(&mut page, text);
        }
        let nulls = self.page.levels.nulls();
        let dictionary = (count > 0).then_some((count, page));
        self.pages
            .finish(dictionary, self.bounds.statistics(nulls), compressor)
    }
}

impl PageUnderWay {
    #[inline]
    fn push_number(&mut self, number: u32) {
        self.levels.push();
        self.numbers.push(number);
    }

    fn push_numbers(&mut self, number: u32, count: usize) {
        self.levels.push_many(count);
        self.numbers.resize(self.numbers.len() + count, number);
    }

    #[inline]
    fn push_text(&mut self, text: &[u8], bounds: &mut Bounds) {
        self.levels.push();
        bounds.add(text);
        append_text(&mut self.texts, text);
    }
}

/// Appends bytes with their length before them, as the encoding PLAIN (0) has texts. That of a text in an Arrow array
/// is below 2 GiB.
#[inline]
fn append_text(bytes: &mut Vec<u8>, text: &[u8]) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(text);
}
