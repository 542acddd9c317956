//! A reader for records as most programs write them. What it does not know it leaves to the whole reader.
//!
//! It takes one object whose keys are columns of the schema, with text, whole numbers, `true`, `false`, `null`,
//! and objects and lists that are not deep. It accepts nothing that the whole reader refuses or understands otherwise,
//! so that no verdict depends on which of them has read a record; a law below holds that.

use super::record::{Names, Record, Scalar};
use super::rules::RuleSet;
use crate::JsonCursor;

/// The whole reader has a limit too, which is far behind this one.
const DEPTH: usize = 8;

/// Reads a record; none where the whole reader has to begin anew.
pub(super) fn read<'d>(
    text: &'d str,
    rules: &RuleSet,
    names: &mut Names,
    record: &mut Record<'d>,
) -> Option<()> {
    let mut at = JsonCursor::new(text);
    let mut before = rules.columns.len();
    at.byte(b'{')?;
    at.spaces();
    loop {
        let place = key(&mut at, rules, names, before)?;
        at.colon()?;
        record.set(place, value(&mut at)?);
        before = place;
        if !at.goes_on(b'}')? {
            return at.is_at_end().then_some(());
        }
    }
}

/// The column whose name stands here; another name is none.
#[inline]
fn key(at: &mut JsonCursor<'_>, rules: &RuleSet, names: &mut Names, before: usize) -> Option<usize> {
    if let Some(place) = names.guess(before)
        && let Some(column) = rules.column(place)
        && at.key(column.name)
    {
        return Some(place);
    }
    names.find(rules, before, &at.text()?)
}

/// The value that stands here.
#[inline]
fn value<'d>(at: &mut JsonCursor<'d>) -> Option<Scalar<'d>> {
    Some(match at.peek()? {
        b'"' => Scalar::Text(at.text()?),
        b't' | b'f' => Scalar::Boolean(at.boolean()?),
        b'n' => at.word("null").map(|()| Scalar::Empty)?,
        b'{' => at.skip(DEPTH).map(|()| Scalar::Object)?,
        b'[' => at.skip(DEPTH).map(|()| Scalar::Array)?,
        _ => Scalar::Integer(at.integer()?),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde::de::DeserializeSeed;

    use super::*;
    use crate::conformance::record::{Members, Others};

    #[test]
    fn what_it_leaves_to_the_whole_reader() {
        let rules = RuleSet::dns();
        for (text, expected) in [
            (r#"{"EventCount":1,"Dvc":"a"}"#, true),
            (r#"{ "EventCount": 1, "Dvc": null }"#, true),
            (r#"{"AdditionalFields":{"a":[1.5,{"b":-2}],"c":{}}}"#, true),
            (r#"{"Dvc":"a\n\"\u00fc"}"#, true),
            (r#"{"Dvc":"a\x"}"#, false),
            (r#"{"Dvc":"\ud800"}"#, false),
            (r#"{"Dvc":"a\"}"#, false),
            (r#"{"Device":"a"}"#, false),
            (r#"{"EventCount":1.0}"#, false),
            (r#"{"EventCount":-0}"#, false),
            (r#"{"EventCount":01}"#, false),
            (r#"{"EventCount":1e2}"#, false),
            (r#"{"EventCount":1234567890123456789}"#, false),
            (r#"{"EventCount":1}x"#, false),
            (r#"{"EventCount":1,}"#, false),
            (r#"{"AdditionalFields":{"a":1.}}"#, false),
            (r#"{"AdditionalFields":[1,]}"#, false),
            ("{\"Dvc\":\"a\tb\"}", false),
            ("{}", false),
            ("", false),
        ] {
            let mut record = Record::new(rules.columns.len());
            record.begin();
            let mut names = Names::new(rules.columns.len());
            assert_eq!(
                read(text, &rules, &mut names, &mut record).is_some(),
                expected,
                "{text}"
            );
        }
    }

    /// What a record holds after the whole reader; none where that refuses it.
    fn whole<'d>(text: &'d str, rules: &RuleSet) -> Option<Record<'d>> {
        let mut record = Record::new(rules.columns.len());
        record.begin();
        let members = Members {
            rules,
            names: &mut Names::new(rules.columns.len()),
            others: &mut Others::default(),
            record: &mut record,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        members.deserialize(&mut json).and_then(|()| json.end()).ok()?;
        Some(record)
    }

    /// A record with what makes readers differ: escapes, odd numbers, blanks, nesting, names twice.
    fn record_text() -> impl Strategy<Value = String> {
        let value = prop::sample::select(
            [
                r#""a""#,
                r#""""#,
                r#""a\\b""#,
                r#""a\"b""#,
                r#""\u00fc\ud83d\ude00""#,
                r#""\ud800""#,
                r#""\x""#,
                "\"\t\"",
                "0",
                "-0",
                "-1",
                "01",
                "1.5",
                "1e3",
                "1.",
                ".5",
                "+1",
                "123456789012345678",
                "9223372036854775808",
                "true",
                "false",
                "null",
                "nul",
                "{}",
                r#"{"a":[1,{"b":"c"}]}"#,
                r#"{"a":-1.25,"b":"\n"}"#,
                "[]",
                "[1,]",
                "[[[[[[[[[[1]]]]]]]]]]",
                "\"\u{fc}\"",
                "",
            ]
            .as_slice(),
        );
        let name = prop::sample::select(
            [
                "EventCount",
                "Dvc",
                "DnsQuery",
                "AdditionalFields",
                "EventCount",
                "Other",
                "",
                "D\\u0076c",
            ]
            .as_slice(),
        );
        let gap = || prop::sample::select(["", "", "", " ", "\t", ",", "\\"].as_slice());
        let member = (name, gap(), value, gap())
            .prop_map(|(name, before, value, behind)| format!("\"{name}\":{before}{value}{behind}"));
        (prop::collection::vec(member, 0..6), gap())
            .prop_map(|(members, end)| format!("{{{}}}{end}", members.join(",")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn it_reads_what_the_whole_reader_reads(text in record_text()) {
            let rules = RuleSet::dns();
            let mut record = Record::new(rules.columns.len());
            record.begin();
            if read(&text, &rules, &mut Names::new(rules.columns.len()), &mut record).is_some() {
                let whole = whole(&text, &rules);
                prop_assert!(whole.is_some(), "{}", text);
                let whole = whole.unwrap();
                prop_assert_eq!(&record.present, &whole.present);
                prop_assert_eq!(&record.again, &whole.again);
                for place in &record.present {
                    let value = |record: &Record<'_>| record.slot(*place).map(|slot| format!("{:?}", slot.value));
                    prop_assert_eq!(value(&record), value(&whole), "{}", text);
                }
            }
        }
    }
}
