//! Where the values of an event come from.

use asim_schema::DnsField;

/// A field that a parser fills, the source's columns that it reads for it, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance<F = DnsField> {
    /// The field.
    pub field: F,
    /// The source's columns, under the source's own names; none where the value is the same for every record.
    pub columns: &'static [&'static str],
    /// How the value is made of them, in a few words; empty where it is taken as it stands.
    pub rule: &'static str,
}

impl<F> Provenance<F> {
    /// A field that is made of these columns by this rule.
    pub const fn new(field: F, columns: &'static [&'static str], rule: &'static str) -> Self {
        Self { field, columns, rule }
    }
}
