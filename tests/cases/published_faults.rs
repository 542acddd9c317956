//! The table of the published parsers' faults names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::data::files_below;

/// The tests of the table, as crate and path.
fn of_table() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = fs::read_to_string(root.join("docs/published-parser-faults.md")).unwrap();
    let rows = table
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("::"));
    rows.map(|row| {
        row.trim_end_matches([' ', '|'])
            .rsplit('`')
            .nth(1)
            .unwrap()
            .to_owned()
    })
    .collect()
}

#[test]
fn every_test_of_the_table_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tests = of_table();
    assert!(tests.len() > 30, "{}", tests.len());
    for test in &tests {
        let (krate, path) = test.split_once("::").unwrap();
        let id = krate
            .strip_prefix("asim-parser-")
            .unwrap_or_else(|| panic!("{test}: no parser's crate"));
        let module = path.split("::").next().unwrap();
        let function = format!("fn {}()", path.rsplit("::").next().unwrap());
        let folder = root.join("parsers").join(id).join("src");
        let found = files_below(&folder).into_iter().any(|file| {
            let of_module = file.components().any(|part| {
                Path::new(part.as_os_str())
                    .file_stem()
                    .is_some_and(|stem| stem == module)
            });
            of_module && fs::read_to_string(&file).unwrap().contains(&function)
        });
        assert!(found, "{test} is in the table and not in the sources");
    }
    let unique: BTreeSet<_> = tests.iter().collect();
    assert_eq!(unique.len(), tests.len(), "a test stands in one row");
}

#[test]
fn every_test_of_a_fault_stands_in_the_table() {
    let tests = of_table();
    let parsers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers");
    for file in files_below(&parsers) {
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for name in text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("fn fault_"))
        {
            let name = format!("::fault_{}", name.split('(').next().unwrap());
            assert!(
                tests.iter().any(|test| test.ends_with(&name)),
                "{name} of {} is not in the table",
                file.display()
            );
        }
    }
}
