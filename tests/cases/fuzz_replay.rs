//! The laws of the fuzz targets on stable: over their corpus, and over the beginnings of each file in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::fuzz_laws::LAWS;

/// Of so many bytes at the front of a file, every beginning is tried.
const BEGINNINGS: usize = 40;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The files of a corpus, sorted.
fn files(target: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(corpus().join(target))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn replay(target: &str) {
    let (_, law) = LAWS.iter().find(|(name, _)| *name == target).unwrap();
    let files = files(target);
    assert!(
        files.len() >= 5,
        "the corpus of {target} has {} files",
        files.len()
    );
    for path in files {
        let bytes = fs::read(&path).unwrap();
        // Shown only when the law does not hold.
        eprintln!("{}", path.display());
        law(&bytes);
        for length in 0..bytes.len().min(BEGINNINGS) {
            law(&bytes[..length]);
        }
    }
}

#[test]
fn cut() {
    replay("cut");
}

#[test]
fn zeek_tsv() {
    replay("zeek_tsv");
}

#[test]
fn zeek_json() {
    replay("zeek_json");
}

#[test]
fn bind() {
    replay("bind");
}

#[test]
fn microsoft_dns() {
    replay("microsoft_dns");
}

#[test]
fn sysmon() {
    replay("sysmon");
}

#[test]
fn auditd() {
    replay("auditd");
}

#[test]
fn defender() {
    replay("defender");
}

#[test]
fn decode() {
    replay("decode");
}

#[test]
fn decompress() {
    replay("decompress");
}

#[test]
fn json_roundtrip() {
    replay("json_roundtrip");
}

#[test]
fn every_law_has_a_corpus_and_a_target() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    for (name, _) in LAWS {
        assert!(targets.join(format!("{name}.rs")).is_file(), "no target {name}");
        assert!(corpus().join(name).is_dir(), "no corpus of {name}");
    }
    for folder in [targets, corpus()] {
        assert_eq!(fs::read_dir(folder).unwrap().count(), LAWS.len());
    }
}

/// What damaged, foreign or foul bytes make of the laws, with no file needed: each seed of one target in all others.
#[test]
fn every_law_holds_for_the_corpus_of_every_other() {
    for (_, law) in LAWS {
        for (target, _) in LAWS {
            for path in files(target) {
                law(&fs::read(path).unwrap());
            }
        }
    }
}
