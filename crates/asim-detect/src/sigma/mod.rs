//! Rules in the Sigma format over Dns and process events.
//!
//! A rule's text is read and compiled by rsigma, whose stateless part says which rules an event fulfils; what happens
//! over time (one alert an hour, correlations) runs on this crate's windows. Nothing becomes JSON on the way: the
//! engine reads typed events through a mapping of names.
//!
//! | concern | where |
//! |---|---|
//! | loading, and what came of it | [`SigmaRules`], [`LoadedRule`], [`Unloadable`] |
//! | what rules call a value, and the column that has it | `dns`, `process` |
//! | which events a rule is for | `logsource` |
//! | alerts of single events | `matches` |
//! | correlations | `correlation`; what they count `counting`, `expression`, `threshold`; what is kept for that `order`, `numbers` |
//!
//! Sigma is specified at <https://github.com/SigmaHQ/sigma-specification>, version 2.1.0 (2025).

mod about;
mod collection;
mod correlation;
mod counting;
mod dns;
mod expression;
mod field;
mod hits;
mod load;
mod logsource;
mod matches;
mod numbers;
mod order;
mod process;
mod quotient;
mod report;
mod rewrite;
mod threshold;

pub use collection::SigmaRules;
pub use report::{LoadedRule, Unloadable};
pub use rewrite::Placeholders;

#[cfg(test)]
mod tests {
    use asim_schema::{DnsField, ProcessField};

    use super::field::Mapped;

    /// The document for users, which has a row for each line of the mappings.
    const DOCUMENT: &str = include_str!("../../../../docs/sigma.md");

    fn rows<F: Mapped>() -> Vec<String> {
        let quoted = |texts: &[&str]| {
            let texts: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
            texts.join(", ")
        };
        let rows = F::MAPPINGS
            .iter()
            .map(|mapping| format!("| {} | {} |", quoted(mapping.names), quoted(mapping.columns)));
        rows.collect()
    }

    #[test]
    fn the_document_tells_the_mappings() {
        let (dns, process) = DOCUMENT.split_once("### ProcessEvent").unwrap();
        for (rows, part) in [(rows::<DnsField>(), dns), (rows::<ProcessField>(), process)] {
            let told: Vec<_> = part.lines().filter(|line| line.starts_with("| `")).collect();
            for row in rows {
                assert!(told.iter().any(|line| line.starts_with(&row)), "{row}");
            }
        }
    }
}
