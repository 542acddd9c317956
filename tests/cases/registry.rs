//! The registry: all parsers, each under its folder's name, and none in another's way.

use std::fs;
use std::path::{Path, PathBuf};

use asim_testkit::Suite;
use asimkit::{Normalizer, registry};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers")
}

fn ids() -> Vec<&'static str> {
    registry::parsers()
        .iter()
        .map(|parser| parser.manifest().id)
        .collect()
}

#[test]
fn ids_are_sorted_and_differ() {
    let ids = ids();
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
}

#[test]
fn every_folder_is_registered_under_its_name() {
    let entries = fs::read_dir(folder()).unwrap().map(Result::unwrap);
    let mut folders: Vec<_> = entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(ids(), folders);
}

#[test]
fn an_id_finds_its_parser() {
    for id in ids() {
        assert_eq!(registry::parser(id).map(|parser| parser.manifest().id), Some(id));
    }
    assert!(registry::parser("auto").is_none(), "`auto` asks for any source");
}

#[test]
fn every_parser_says_what_it_reads_and_fills() {
    for manifest in registry::parsers().iter().map(|parser| parser.manifest()) {
        let id = manifest.id;
        assert!(!manifest.provenance.is_empty(), "{id} fills nothing");
        assert!(!manifest.formats.is_empty(), "{id} reads no format");
        for text in [manifest.title, manifest.vendor, manifest.product] {
            assert!(!text.trim().is_empty(), "{id} leaves a name out");
        }
    }
}

/// With no source named, each sample finds the parser whose sample it is, and no other claims it.
#[test]
fn every_sample_is_recognized_by_its_own_parser_alone() {
    for parser in registry::parsers() {
        let id = parser.manifest().id;
        for sample in Suite::new(*parser, &folder().join(id).to_string_lossy()).samples() {
            let what = format!("parsers/{id}/samples/{}", sample.name);
            let normalizer = Normalizer::new();
            let opened = normalizer
                .open(&sample.bytes[..])
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let recognized = opened
                .outcome()
                .recognized
                .as_ref()
                .unwrap_or_else(|| panic!("{what} is empty"));
            assert_eq!(recognized.parser.manifest().id, id, "{what}");
            // What stands inside layers may come in any layout.
            assert!(
                recognized.enveloped || parser.manifest().formats.contains(&recognized.format),
                "{what} is read as {}",
                recognized.format
            );
        }
    }
}
