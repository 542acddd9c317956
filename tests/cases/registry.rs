//! The registry: all parsers, each under its folder's name, and none in another's way.

use std::fs;
use std::path::{Path, PathBuf};

use asim_testkit::Suite;
use asimkit::{DateOrder, NormalizeError, Normalizer, Schemas, SourceError, registry};

use super::data::{beside, files_below};

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
    for name in ["auto", "auto-record"] {
        assert!(registry::parser(name).is_none(), "`{name}` asks for any source");
    }
}

#[test]
fn every_parser_says_what_it_reads_and_fills() {
    for manifest in registry::parsers().iter().map(|parser| parser.manifest()) {
        let id = manifest.id;
        assert!(manifest.schemas() != Schemas::NONE, "{id} fills nothing");
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
            // Some samples leave the order of day and month open.
            let normalizer = Normalizer::new().date_order(DateOrder::MonthDayYear);
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

/// Which source the files of a folder beside the project are of; none for what no parser reads.
const FOLDERS: [(&str, Option<&str>); 8] = [
    ("data/zeek", Some("zeek")),
    ("data/bind", Some("bind")),
    ("data/infoblox", Some("bind")),
    ("data/microsoft-dns", Some("microsoft-dns")),
    ("data/sysmon", Some("sysmon")),
    ("data/process/auditd", Some("auditd")),
    ("data/process/sigma-regression", Some("sysmon")),
    ("data/other", None),
];

/// Real files are never taken for another source's.
#[test]
fn no_vendor_is_guessed_for_a_file_that_is_of_none() {
    for (folder, expected) in FOLDERS {
        let Some(folder) = beside(folder) else { continue };
        for path in files_below(&folder) {
            let Ok(mut file) = fs::File::open(&path) else {
                continue;
            };
            let what = path.display();
            match Normalizer::new().open(&mut file) {
                Ok(opened) => {
                    if let Some(found) = &opened.outcome().recognized {
                        let name = path.to_string_lossy();
                        let expected = match () {
                            // An event log file of the DNS server's audit channel.
                            () if name.contains("ID541") => Some("microsoft-dns"),
                            // Files in which events of the Security log stand, among others.
                            () if ["ID4688", "ID6004", "ID150", "process-dns-tools"]
                                .iter()
                                .any(|of_security| name.contains(of_security)) =>
                            {
                                Some("windows-security")
                            }
                            () => expected,
                        };
                        assert_eq!(
                            Some(found.parser.manifest().id),
                            expected,
                            "{what}: {}",
                            found.evidence
                        );
                    }
                }
                // Notes about the data stand beside it; a log whose dates are open is known all the same.
                Err(NormalizeError::Source(SourceError::Unrecognized) | NormalizeError::Undecided(_)) => {}
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }
}
