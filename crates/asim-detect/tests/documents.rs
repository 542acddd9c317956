//! What the documents say of rules agrees with the rules.

use std::sync::Arc;

use asim_detect::{Family, Tuning, rules};

/// The row of a rule in the table of its family.
fn row<'d>(text: &'d str, id: &str) -> Option<&'d str> {
    text.lines().find(|line| line.starts_with(&format!("| `{id}` |")))
}

#[test]
fn every_rule_of_sentinels_has_a_row_with_its_parameters() {
    let text = include_str!("../../../docs/detections.md");
    let all = rules::all(&Arc::new(Tuning::default()));
    let infos = all.iter().map(|rule| rule.info());
    let mut rows = 0;
    for info in infos.filter(|info| info.family == Family::Sentinel) {
        let row = row(text, &info.id).unwrap_or_else(|| panic!("no row for `{}`", info.id));
        rows += 1;
        for parameter in info.parameters {
            let told = format!("`{}` {}", parameter.name, parameter.default);
            let below = row.contains("see below") && text.contains(&told);
            assert!(row.contains(&told) || below, "`{}`: {told}", info.id);
        }
    }
    let section = text.split("<!-- sentinel -->").nth(1).unwrap_or_default();
    let section = section.split("<!-- /sentinel -->").next().unwrap_or_default();
    let told = section.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(told, rows, "a row for a rule that is not there");
}
