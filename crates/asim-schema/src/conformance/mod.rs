//! Whether a table of events keeps to its schema.
//!
//! Microsoft publishes two testers in KQL: one for the columns of a table, one for the values in them. [`RuleSet`]
//! holds their rules, by the schema data; [`RuleSet::dns`] mends those that contradict the schema and adds what they
//! leave unchecked, [`RuleSet::dns_published`] is theirs to the letter. A [`Checker`] takes in records (JSON objects,
//! rows of a CSV table, or a list of columns with their types) and gives a [`Report`] of [`Finding`]s.
//!
//! | concern | where |
//! |---|---|
//! | levels, rules, their names | [`Level`], [`Rule`], [`Own`] |
//! | the published list | [`TesterRow`] |
//! | which columns there are | `columns` |
//! | forms of values, published and ours | `published`, `own`, `form` |
//! | several columns of a record | `across` |
//! | records, counts | `record`, `tally`, `checker` |

mod across;
mod checker;
mod columns;
mod form;
mod level;
mod own;
mod published;
mod record;
mod report;
mod rule;
mod rules;
mod scan;
mod table_text;
mod tally;
mod tester;

pub use checker::Checker;
pub use level::Level;
pub use report::{Example, Finding, Report};
pub use rule::{Own, Rule};
pub use rules::RuleSet;
pub use table_text::{Header, portal_time};
pub use tester::TesterRow;
