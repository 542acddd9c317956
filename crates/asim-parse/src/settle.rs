//! What the first bytes of an input settle for all its records.

use chrono::NaiveDate;

use crate::context::{Context, YearEvidence};
use crate::manifest::{Format, Recognition};
use crate::parser::Parser;
use crate::sniff;

/// Settles from an input's first bytes what no single record tells: on which day of the caller's year it begins, and
/// what the parser must know.
///
/// # Errors
///
/// A sentence that asks the caller, when the input leaves open what the parser must know.
pub fn settle(parser: &dyn Parser, head: &[u8], context: &mut Context) -> Result<(), String> {
    if let Some(YearEvidence::BeginsIn(year)) = context.year
        && let Some((month, day)) = sniff::first_day_without_year(head)
        && let Some(first) = NaiveDate::from_ymd_opt(year, month, day)
    {
        context.year = Some(YearEvidence::BeginsOn(first));
    }
    parser.settle(head, context)
}

/// What a parser says of an input, and whether its records stand inside the layers of shippers or exports.
pub fn recognize(parser: &dyn Parser, head: &[u8]) -> Option<(Recognition, bool)> {
    let itself = parser.recognize(head);
    // The rows of a table that a parser knows are its records, whatever else stands in them.
    if let Some(rows) = &itself
        && rows.format == Format::Csv
    {
        return itself.map(|found| (found, false));
    }
    match sniff::inside(head, |text| parser.claims(text)) {
        Some(inside) => Some((inside, true)),
        None => itself.map(|found| (found, false)),
    }
}
