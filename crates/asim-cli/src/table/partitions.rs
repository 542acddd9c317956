//! A folder of files, parted as Hive has it: `date=2026-11-21/source=zeek/part-0.parquet`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use asim_arrow::{Rows, Table};

use super::file::TableFile;
use super::{Part, date};
use crate::arguments::{OutputForm, PartitionKey};
use crate::temporary::TemporaryFolder;

/// So many files are open at a time; before another one is begun, the one that was left alone longest is ended.
const OPEN: usize = 64;

/// So many bytes of row groups under way are in memory in all; then the largest of them ends.
const MEMORY: usize = 256 << 20;

/// So many bytes of text may wait for the end of their batch in each open file.
const BATCH: usize = 8 << 20;

/// What Hive calls the partition of rows without a value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// The files of a folder that is being written.
#[derive(Debug)]
pub(super) struct Partitions {
    folder: TemporaryFolder,
    table: Table,
    form: OutputForm,
    keys: Vec<PartitionKey>,
    open: HashMap<Key, OpenFile>,
    /// How many files each partition has.
    files: HashMap<Key, usize>,
    /// Grows with each use of a file.
    clock: u64,
}

/// What the rows of a partition have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    day: Option<i64>,
    source: &'static str,
}

#[derive(Debug)]
struct OpenFile {
    file: TableFile<File>,
    used: u64,
}

impl Partitions {
    pub(super) fn new(
        folder: TemporaryFolder,
        table: Table,
        form: OutputForm,
        keys: Vec<PartitionKey>,
    ) -> Self {
        Self {
            folder,
            table,
            form,
            keys,
            open: HashMap::new(),
            files: HashMap::new(),
            clock: 0,
        }
    }

    /// Adds the events of a block.
    pub(super) fn add(&mut self, part: &Part) -> io::Result<()> {
        let by_source = self.keys.contains(&PartitionKey::Source);
        let mut start = 0;
        while start < part.rows.len() {
            let day = part.days.get(start).copied().flatten();
            let rest = part.days.get(start..).unwrap_or_default();
            let same = rest.iter().take_while(|other| **other == day).count();
            let end = if part.days.is_empty() {
                part.rows.len()
            } else {
                start + same
            };
            let key = Key {
                day,
                source: if by_source { part.source } else { "" },
            };
            self.append(key, &part.rows, start..end)?;
            start = end;
        }
        Ok(())
    }

    fn append(&mut self, key: Key, rows: &Rows, range: Range<usize>) -> io::Result<()> {
        self.clock += 1;
        if !self.open.contains_key(&key) {
            self.begin(key)?;
        }
        let Some(open) = self.open.get_mut(&key) else {
            return Ok(());
        };
        open.used = self.clock;
        // Only where a batch ends, so that the blocks of the input change nothing.
        if open.file.append(rows, range)? > 0 {
            self.bound()?;
        }
        Ok(())
    }

    /// Begins the next file of a partition.
    fn begin(&mut self, key: Key) -> io::Result<()> {
        if self.open.len() >= OPEN
            && let Some(oldest) = self.open.iter().min_by_key(|(_, open)| open.used)
        {
            let oldest = *oldest.0;
            self.end(oldest)?;
        }
        let number = self.files.entry(key).or_default();
        let extension = if self.form == OutputForm::Arrow {
            "arrows"
        } else {
            "parquet"
        };
        let path = partition(&self.folder, &self.keys, key);
        fs::create_dir_all(&path)?;
        let file = File::create(path.join(format!("part-{number}.{extension}")))?;
        *number += 1;
        let file = TableFile::begin(file, &self.table, self.form, BATCH)?;
        self.open.insert(
            key,
            OpenFile {
                file,
                used: self.clock,
            },
        );
        Ok(())
    }

    fn end(&mut self, key: Key) -> io::Result<()> {
        match self.open.remove(&key) {
            Some(open) => open.file.finish().map(drop),
            None => Ok(()),
        }
    }

    /// Ends the largest row groups while all of them together are too large.
    fn bound(&mut self) -> io::Result<()> {
        while self.open.values().map(|open| open.file.size()).sum::<usize>() > MEMORY {
            let largest = self
                .open
                .iter_mut()
                .max_by_key(|(key, open)| (open.file.size(), **key));
            let Some((_, open)) = largest.filter(|(_, open)| open.file.size() > 0) else {
                break;
            };
            open.file.end_row_group()?;
        }
        Ok(())
    }

    /// Ends all files; then the folder can take its place.
    pub(super) fn finish(mut self) -> io::Result<TemporaryFolder> {
        let mut keys: Vec<_> = self.open.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            self.end(key)?;
        }
        Ok(self.folder)
    }
}

/// The folder of a partition.
fn partition(folder: &TemporaryFolder, keys: &[PartitionKey], key: Key) -> PathBuf {
    let mut path = folder.path().to_owned();
    for name in keys {
        let value = match name {
            PartitionKey::Date => key.day.and_then(date),
            PartitionKey::Source => Some(key.source.to_owned()),
        };
        let value = value.as_deref().unwrap_or(NO_VALUE);
        path.push(format!("{}={value}", name.as_str()));
    }
    path
}
