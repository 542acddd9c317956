//! How the crates stand to one another: names, dependencies that point one way, and the files that each of them has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A crate of the workspace.
struct Crate {
    name: String,
    folder: PathBuf,
    manifest: Table,
}

/// What each crate may be built on. Every new crate takes its place here on purpose.
const MAY_USE: &[(&str, &[&str])] = &[
    ("asim-schema", &[]),
    ("asim-match", &["asim-schema"]),
    ("asim-parse", &["asim-schema", "asim-match"]),
    ("asim-detect", &["asim-schema", "asim-match"]),
    ("asim-arrow", &["asim-schema"]),
    ("asim-testkit", &["asim-schema", "asim-match", "asim-parse"]),
    (
        "asimkit",
        &["asim-schema", "asim-match", "asim-parse", "asim-detect", PARSERS],
    ),
    ("asim-cli", &["asimkit", "asim-detect", "asim-arrow"]),
    ("asim-python", &["asimkit", "asim-detect", "asim-arrow"]),
    (PARSERS, &["asim-parse"]),
    // It must be able to repair generated code that does not compile.
    ("xtask", &[]),
    ("asim-tests", &[]),
];

/// Stands for every crate in `parsers/`, which are all alike.
const PARSERS: &str = "asim-parser-*";
/// Serves tests alone.
const TESTKIT: &str = "asim-testkit";
/// The package of these tests, which may look at everything.
const TESTS: &str = "asim-tests";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates in a folder, sorted.
fn crates_in(folder: &str) -> Vec<Crate> {
    let mut folders: Vec<_> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(read)
        .collect()
}

fn read(folder: PathBuf) -> Crate {
    let manifest: Table = fs::read_to_string(folder.join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str())
        .unwrap()
        .to_owned();
    Crate {
        name,
        folder,
        manifest,
    }
}

fn all_crates() -> Vec<Crate> {
    let mut crates = crates_in("crates");
    crates.extend(crates_in("parsers"));
    crates.push(read(root().join("tests")));
    crates
}

impl Crate {
    /// The name of its folder.
    fn folder_name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// The crates of the workspace in one kind of dependencies, on all platforms.
    fn uses(&self, kind: &str) -> BTreeSet<String> {
        let platforms = self.manifest.get("target").and_then(Value::as_table);
        let tables = platforms
            .into_iter()
            .flat_map(Table::values)
            .filter_map(Value::as_table);
        let tables = tables
            .chain([&self.manifest])
            .filter_map(|table| table.get(kind)?.as_table());
        let names = tables.flat_map(|table| {
            table.iter().map(|(key, entry)| {
                entry
                    .get("package")
                    .and_then(Value::as_str)
                    .unwrap_or(key)
                    .to_owned()
            })
        });
        names
            .filter(|name| name.starts_with("asim") || name == "xtask")
            .collect()
    }

    /// What it may use: of its own name, or of all parsers.
    fn may_use(&self, other: &str) -> bool {
        let rule = if self.name.starts_with("asim-parser-") {
            PARSERS
        } else {
            self.name.as_str()
        };
        let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == rule).unwrap_or_else(|| {
            panic!(
                "tests/cases/layout.rs does not say what {} may be built on",
                self.name
            );
        });
        allowed.contains(&other) || (other.starts_with("asim-parser-") && allowed.contains(&PARSERS))
    }
}

#[test]
fn dependencies_point_one_way() {
    for item in all_crates() {
        for kind in ["dependencies", "build-dependencies"] {
            for other in item.uses(kind) {
                assert!(item.may_use(&other), "{} must not be built on {other}", item.name);
            }
        }
    }
}

#[test]
fn tests_may_use_the_test_kit_besides() {
    for item in all_crates().iter().filter(|item| item.name != TESTS) {
        for other in item.uses("dev-dependencies") {
            let may = item.may_use(&other) || (other == TESTKIT && item.name != "xtask");
            assert!(may, "tests of {} must not be built on {other}", item.name);
        }
    }
}

#[test]
fn the_allowed_dependencies_have_no_circle() {
    let mut placed = BTreeSet::new();
    while placed.len() < MAY_USE.len() {
        let ready: Vec<_> = MAY_USE
            .iter()
            .filter(|(name, uses)| !placed.contains(name) && uses.iter().all(|other| placed.contains(other)))
            .map(|(name, _)| *name)
            .collect();
        assert!(!ready.is_empty(), "beside {placed:?} all others are in a circle");
        placed.extend(ready);
    }
}

#[test]
fn a_parser_is_built_on_asim_parse_and_tested_by_the_kit() {
    for parser in crates_in("parsers") {
        let one = |name: &str| BTreeSet::from([name.to_owned()]);
        assert_eq!(parser.uses("dependencies"), one("asim-parse"), "{}", parser.name);
        assert_eq!(parser.uses("dev-dependencies"), one(TESTKIT), "{}", parser.name);
    }
}

#[test]
fn a_crate_is_named_after_its_folder() {
    for item in crates_in("crates") {
        assert_eq!(item.name, item.folder_name());
    }
    for item in crates_in("parsers") {
        assert_eq!(item.name, format!("asim-parser-{}", item.folder_name()));
    }
}

#[test]
fn every_crate_keeps_to_the_lints_of_the_workspace() {
    for item in all_crates() {
        let lints = item
            .manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace")?.as_bool());
        assert_eq!(lints, Some(true), "{}: [lints] workspace = true", item.name);
    }
}

#[test]
fn every_crate_says_first_what_it_may_not_do() {
    for item in crates_in("crates") {
        let path = item.folder.join("README.md");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().filter(|line| !line.is_empty());
        assert_eq!(
            lines.next(),
            Some(format!("# {}", item.name).as_str()),
            "{}",
            path.display()
        );
        let first = lines.next().unwrap_or_default();
        assert!(
            first.starts_with("It may not "),
            "{}: begins with what it may not do: {first}",
            path.display()
        );
    }
}

#[test]
fn everything_but_the_python_module_is_built_by_default() {
    let manifest: Table = fs::read_to_string(root().join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let patterns = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("default-members")?.as_array())
        .unwrap();
    let patterns: Vec<_> = patterns.iter().filter_map(Value::as_str).collect();
    for item in all_crates() {
        let folder = match item.name.as_str() {
            TESTS => "tests".to_owned(),
            name if name.starts_with("asim-parser-") => format!("parsers/{}", item.folder_name()),
            _ => format!("crates/{}", item.folder_name()),
        };
        let built = patterns.iter().any(|pattern| matches(pattern, &folder));
        assert_eq!(built, item.name != "asim-python", "{folder}: in default-members");
    }
}

/// Whether a path is meant by a pattern with `*` at its end and `[!x]` for any character but one.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once("[!") {
        Some((before, rest)) => {
            let (not, rest) = rest.split_once(']').unwrap();
            path.strip_prefix(before).is_some_and(|path| {
                let mut characters = path.chars();
                let other = characters
                    .next()
                    .is_some_and(|character| !not.contains(character));
                other && matches(rest, characters.as_str())
            })
        }
        None => match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => pattern == path,
        },
    }
}

#[test]
fn every_parser_has_its_documents_samples_and_goldens() {
    for parser in crates_in("parsers") {
        for file in ["README.md", "samples/README.md"] {
            let text = fs::read_to_string(parser.folder.join(file)).unwrap_or_default();
            assert!(
                !text.trim().is_empty(),
                "parsers/{} has no {file}",
                parser.folder_name()
            );
        }
        let goldens = fs::read_dir(parser.folder.join("goldens")).into_iter().flatten();
        assert!(
            goldens.count() > 0,
            "parsers/{} has no goldens",
            parser.folder_name()
        );
    }
}
