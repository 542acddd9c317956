//! The samples and goldens of a parser.

use std::fs;
use std::path::{Path, PathBuf};

use asim_parse::{Context, Parser, Schemas, YearEvidence};

/// A parser with its samples and goldens.
pub struct Suite {
    pub(crate) parser: &'static dyn Parser,
    pub(crate) folder: PathBuf,
}

/// One file of `samples/`.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The file's name.
    pub name: String,
    /// Its name up to the first dot: samples with the same stem are the same events.
    pub stem: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Suite {
    /// The suite of a parser whose crate stands in a folder.
    pub fn new(parser: &'static dyn Parser, folder: &str) -> Self {
        Self {
            parser,
            folder: PathBuf::from(folder),
        }
    }

    /// The samples, sorted by name. Markdown files in the folder say where they are from.
    pub fn samples(&self) -> Vec<Sample> {
        let samples: Vec<_> = files(&self.folder.join("samples"))
            .into_iter()
            .filter(|(name, _)| !is_markdown(name))
            .map(|(name, path)| Sample {
                stem: name.split('.').next().unwrap_or_default().to_owned(),
                bytes: fs::read(path).expect("a sample can be read"),
                name,
            })
            .collect();
        assert!(!samples.is_empty(), "{} has no samples", self.folder.display());
        samples
    }

    /// The context in which the goldens are made: events of all schemas. Samples whose times name no year begin in
    /// 2026.
    pub(crate) fn context() -> Context {
        let mut context = Context::default();
        context.schemas = Schemas::ALL;
        context.year = Some(YearEvidence::BeginsIn(2026));
        context
    }
}

fn is_markdown(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "md")
}

/// The files of a folder by name, sorted.
pub(crate) fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(_, path)| path.is_file())
        .collect();
    files.sort();
    files
}
