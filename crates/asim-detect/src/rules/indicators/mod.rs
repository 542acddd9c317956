//! Indicators of compromise: lists that the caller gives, and the rule that looks for what is on them.
//!
//! | concern | where |
//! |---|---|
//! | what a row says | [`Indicator`], [`IndicatorKind`] |
//! | reading CSV, NDJSON and plain lists | [`IndicatorReader`] |
//! | a million rows in little room, and finding one | [`Indicators`] |
//! | the rule | [`IndicatorMatch`] |

mod indicator;
mod indicator_match;
mod list;
mod networks;
mod reader;
mod texts;

pub use indicator::{Indicator, IndicatorKind};
pub use indicator_match::IndicatorMatch;
pub use list::Indicators;
pub use reader::{IndicatorError, IndicatorReader, Refused};
