//! The bound on `AdditionalFields`.

use asim_schema::{AdditionalFields, AdditionalValue};

use crate::note::Notes;

/// `AdditionalFields` hold at most so many bytes of JSON text.
pub const LIMIT: usize = 64 << 10;

/// One byte of text takes at most so many bytes of JSON text: `\u0000`.
const ESCAPED: usize = 6;

/// Leaves out the columns with which the fields would take more than [`LIMIT`] bytes, and notes it.
pub fn limit(fields: &mut AdditionalFields<'_>, notes: &mut Notes) {
    if at_most(fields) <= LIMIT {
        return;
    }
    let (mut json, mut size) = (Vec::new(), 2);
    let mut fits = |name: &str, value: &AdditionalValue<'_>| {
        json.clear();
        AdditionalValue::from(name.to_owned()).write_json(&mut json);
        value.write_json(&mut json);
        // A colon and a comma beside them.
        let grown = size + json.len() + 2;
        let fits = grown <= LIMIT;
        if fits {
            size = grown;
        }
        fits
    };
    let all = fields.len();
    let kept: AdditionalFields<'_> = fields
        .iter()
        .filter(|(name, value)| fits(name, value))
        .map(|(name, value)| (name.to_owned().into(), value.clone()))
        .collect();
    if kept.len() < all {
        notes.add("AdditionalFields", "over 64 KiB, columns were left out");
        *fields = kept;
    }
}

/// A cheap upper bound of the JSON text's length.
fn at_most(fields: &AdditionalFields<'_>) -> usize {
    fields
        .iter()
        .map(|(name, value)| name.len() * ESCAPED + 4 + value_at_most(value))
        .sum::<usize>()
        + 2
}

fn value_at_most(value: &AdditionalValue<'_>) -> usize {
    match value {
        AdditionalValue::Text(text) => text.len() * ESCAPED + 2,
        AdditionalValue::List(values) => {
            values.iter().map(|value| value_at_most(value) + 1).sum::<usize>() + 2
        }
        AdditionalValue::Object(fields) => at_most(fields),
        // No number is longer than a double's shortest text.
        _ => 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_and_noted() {
        let mut fields = AdditionalFields::new();
        fields.push("small", 1_i64);
        fields.push("large", "x".repeat(LIMIT));
        fields.push("last", true);
        let mut notes = Notes::default();
        limit(&mut fields, &mut notes);
        assert_eq!(
            fields.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            ["small", "last"]
        );
        assert_eq!(notes.iter().map(|(_, count)| count).sum::<u64>(), 1);
    }

    #[test]
    fn what_fits_stays() {
        let mut fields = AdditionalFields::new();
        fields.push("text", "x".repeat(LIMIT - 20));
        let mut notes = Notes::default();
        limit(&mut fields, &mut notes);
        assert!(fields.len() == 1 && notes.is_empty());
    }
}
