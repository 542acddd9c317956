//! The summary for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use asimkit::Counts;

use super::{FileSummary, Summary};
use crate::message::shown;

/// So many inputs and unrecognized files are named; of further ones only the number is told.
const NAMED: usize = 20;

impl Summary {
    /// The summary as lines of text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n", counts(&self.counts), self.speed());
        if self.files.len() > 1 {
            list(&mut text, "inputs", &self.files, file);
        }
        if self.files.len() > 1 || self.sources.len() > 1 {
            let sources: Vec<_> = self.sources.iter().collect();
            list(&mut text, "sources", &sources, |(source, found)| {
                format!("{source}: {}", counts(found))
            });
        }
        if self.never_mapped > 0 {
            let _ = writeln!(
                text,
                "{} of the filtered records were left out before they were mapped",
                grouped(self.never_mapped)
            );
        }
        let unanswered = self.unanswered.iter().flat_map(|(source, parameters)| {
            let line = move |(parameter, events)| (source, parameter, events);
            parameters.iter().map(line)
        });
        let unanswered: Vec<_> = unanswered.collect();
        let title = "left out because they have no value that the filter asks for";
        list(&mut text, title, &unanswered, |(source, parameter, events)| {
            format!("{} of {source}: {parameter}", grouped(**events))
        });
        reasons(&mut text, "declined", &self.declined_reasons);
        reasons(&mut text, "rejected", &self.rejected_reasons);
        reasons(&mut text, "notes", &self.notes);
        list(
            &mut text,
            "recognized by no source",
            &self.unrecognized,
            Clone::clone,
        );
        text
    }

    fn speed(&self) -> String {
        let mut text = format!("{} bytes in {:.3} s", grouped(self.bytes), self.seconds);
        if self.seconds > 0.0 && self.counts.read > 0 {
            let rate = per_second(self.bytes, self.seconds) / 1e6;
            let records = grouped(whole(per_second(self.counts.read, self.seconds)));
            let _ = write!(text, ": {rate:.1} MB/s, {records} records/s");
        }
        text
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate is shown with a few digits")]
fn per_second(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "such a cast saturates"
)]
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}

fn counts(counts: &Counts) -> String {
    let Counts {
        read,
        written,
        filtered,
        declined,
        rejected,
    } = *counts;
    let [read, written, filtered, declined, rejected] =
        [read, written, filtered, declined, rejected].map(grouped);
    format!(
        "{read} read = {written} written + {filtered} filtered + {declined} declined + {rejected} rejected"
    )
}

fn file(file: &FileSummary) -> String {
    let source = file.source.unwrap_or("no source");
    match &file.error {
        Some(error) if file.counts.read == 0 => format!("{}: {error}", file.file),
        Some(error) => format!("{}: {source}: {}; then {error}", file.file, counts(&file.counts)),
        None => format!("{}: {source}: {}", file.file, counts(&file.counts)),
    }
}

fn list<T>(text: &mut String, title: &str, items: &[T], line: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title}:");
    for item in items.iter().take(NAMED) {
        let _ = writeln!(text, "  {}", shown(line(item).as_ref()));
    }
    if items.len() > NAMED {
        let _ = writeln!(text, "  and {} more", grouped((items.len() - NAMED) as u64));
    }
}

/// Reasons, the most frequent first.
fn reasons(text: &mut String, title: &str, reasons: &BTreeMap<String, u64>) {
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, records)| std::cmp::Reverse(**records));
    list(text, title, &reasons, |(reason, records)| {
        format!("{} {reason}", grouped(**records))
    });
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn long_lists_end_with_a_number() {
        let unrecognized: Vec<_> = (0..25).map(|number| format!("file{number}\n")).collect();
        let text = Summary {
            unrecognized,
            ..Summary::default()
        }
        .to_text();
        assert!(text.contains("  file19\\n\n  and 5 more\n"), "{text}");
    }

    #[test]
    fn the_most_frequent_reason_comes_first() {
        let rejected_reasons = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2000)]);
        let text = Summary {
            rejected_reasons,
            ..Summary::default()
        }
        .to_text();
        assert!(text.ends_with("rejected:\n  2,000 b\n  1 a\n"), "{text}");
    }
}
