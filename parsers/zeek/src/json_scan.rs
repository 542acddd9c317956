//! A row of the JSON form as Zeek writes it: known columns, each of its own type. Any other row is left to the whole
//! reader, which decides alone what every value means.

use std::borrow::Cow;

use asim_parse::schema::{JsonCursor, JsonDecimal, Timestamp};
use asim_parse::value::{number, time};
use serde::de::Visitor;
use serde::de::value::Error;

use crate::column::Column;
use crate::json::{Object, Place};

/// Below so many seconds a double of 64 bits, however it was read, rounds to the microsecond that its text tells.
const EXACT: u64 = 1 << 31;
/// Below so many seconds it tells more than nanoseconds.
const NEAR: u64 = 100_000;
const TICKS_PER_MICROSECOND: u64 = 10;
const MICROSECONDS_PER_SECOND: u64 = 1_000_000;
/// Digits of a fraction that tell microseconds.
const MICROSECONDS: usize = 6;
/// What a fraction of so many digits is multiplied with for microseconds.
const POWERS: [u64; MICROSECONDS + 1] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
/// A row leaves out so many columns one behind the other; more are looked up by their name.
const SKIPPED: usize = 4;

/// Reads a row into an empty object; none where the whole reader has to begin anew.
pub(crate) fn read<'r>(text: &'r str, object: &mut Object<'r>) -> Option<()> {
    let mut at = JsonCursor::new(text);
    let mut expected = Some(Column::Ts);
    at.byte(b'{')?;
    at.spaces();
    loop {
        let column = key(&mut at, expected)?;
        expected = column.next();
        at.colon()?;
        value(&mut at, object, column)?;
        if !at.goes_on(b'}')? {
            return at.is_at_end().then_some(());
        }
    }
}

/// The column whose name stands here. Zeek writes the columns in one order and leaves out those that are unset.
#[inline]
fn key(at: &mut JsonCursor<'_>, expected: Option<Column>) -> Option<Column> {
    let guesses = std::iter::successors(expected, |column| column.next());
    for column in guesses.take(SKIPPED) {
        if at.known_key(column.key()) {
            return Some(column);
        }
    }
    Column::of(&at.text()?)
}

#[inline]
fn value<'r>(at: &mut JsonCursor<'r>, object: &mut Object<'r>, column: Column) -> Option<()> {
    match at.peek()? {
        b'"' => {
            let text = at.text()?;
            let place = Place { object, column };
            match text {
                Cow::Borrowed(text) => place.visit_borrowed_str::<Error>(text),
                Cow::Owned(text) => place.visit_string::<Error>(text),
            }
            .ok()
        }
        b't' | b'f' => {
            let value = at.boolean()?;
            Place { object, column }.visit_bool::<Error>(value).ok()
        }
        b'n' => at.word("null"),
        b'[' if column == Column::Answers => answers(at, object),
        b'[' if column == Column::Ttls => times_to_live(at, object),
        b'0'..=b'9' => {
            let number = at.decimal()?;
            match column {
                Column::Ts if !number.fraction.is_empty() => {
                    object.raw.ts = Some(timestamp(number)?);
                    object.mark(column);
                    Some(())
                }
                Column::Rtt => {
                    object.raw.rtt = Some(duration(number)?);
                    object.mark(column);
                    Some(())
                }
                _ if number.fraction.is_empty() => {
                    Place { object, column }.visit_u64::<Error>(number.whole).ok()
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The answers, if each is text without escapes.
fn answers<'r>(at: &mut JsonCursor<'r>, object: &mut Object<'r>) -> Option<()> {
    let mut answers = Vec::new();
    at.members(b']', |at| match at.text()? {
        Cow::Borrowed(text) => {
            answers.push(Cow::Borrowed(text.as_bytes()));
            Some(())
        }
        Cow::Owned(_) => None,
    })?;
    object.raw.answers = answers;
    object.mark(Column::Answers);
    Some(())
}

/// The times to live, if each is a number.
fn times_to_live(at: &mut JsonCursor<'_>, object: &mut Object<'_>) -> Option<()> {
    let mut ttls = Vec::new();
    at.members(b']', |at| {
        ttls.push(duration(at.decimal()?)?);
        Some(())
    })?;
    object.raw.ttls = ttls;
    object.mark(Column::Ttls);
    Some(())
}

/// Seconds since the epoch with a fraction.
fn timestamp(number: JsonDecimal<'_>) -> Option<Timestamp> {
    match exact(number) {
        Some(ticks) => Timestamp::from_ticks(ticks),
        None => time::from_epoch_seconds(real(number)?),
    }
}

/// Seconds that are not negative, in ticks of 100 ns.
#[inline]
fn duration(number: JsonDecimal<'_>) -> Option<i64> {
    match exact(number) {
        Some(ticks) => Some(ticks),
        None => time::duration_from_seconds(real(number)?),
    }
}

/// Seconds in ticks of 100 ns, rounded to the microsecond by their digits, where a double that was read from them
/// cannot be rounded to another one.
#[inline]
fn exact(number: JsonDecimal<'_>) -> Option<i64> {
    (number.whole < EXACT).then_some(())?;
    let (kept, beyond) = match number.fraction.split_at_checked(MICROSECONDS) {
        Some((kept, beyond)) => (kept, beyond),
        None => (number.fraction, [].as_slice()),
    };
    let mut microseconds = number.whole * MICROSECONDS_PER_SECOND;
    microseconds += number::unsigned(kept).unwrap_or_default() * POWERS.get(kept.len())?;
    if !beyond.is_empty() {
        let nanoseconds = number::unsigned(beyond.first_chunk::<3>()?)?;
        (number.whole < NEAR && !matches!(nanoseconds, 499 | 500)).then_some(())?;
        microseconds += u64::from(nanoseconds > 500);
    }
    i64::try_from(microseconds * TICKS_PER_MICROSECOND).ok()
}

/// A number with a fraction, as the whole reader reads it.
fn real(number: JsonDecimal<'_>) -> Option<f64> {
    (!number.fraction.is_empty()).then_some(())?;
    asim_parse::decode::json::read(number.text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanned(text: &str) -> Option<Object<'_>> {
        let mut object = Object::default();
        read(text, &mut object).map(|()| object)
    }

    fn whole(text: &str) -> Option<Object<'_>> {
        asim_parse::decode::json::read(text.as_bytes()).ok()
    }

    /// A row with what makes readers differ: odd numbers, escapes, misfits, columns twice and in any order.
    fn row() -> impl Strategy<Value = String> {
        let name = prop::sample::select(
            [
                "ts",
                "ts",
                "uid",
                "id.orig_h",
                "id.orig_p",
                "id_resp_h",
                "trans_id",
                "rtt",
                "query",
                "qtype",
                "qtype_name",
                "rcode",
                "AA",
                "Z",
                "answers",
                "TTLs",
                "rejected",
                "opcode",
                "_path",
                "_system_name",
                "other",
                "id",
            ]
            .as_slice(),
        );
        let value = prop_oneof![
            prop::sample::select(
                [
                    r#""a.example""#,
                    r#""192.0.2.1""#,
                    r#""a\\x00b""#,
                    r#""a\\\\b\n""#,
                    r#""\ud800""#,
                    "true",
                    "false",
                    "null",
                    "0",
                    "53",
                    "-1",
                    "-0",
                    "01",
                    "70000",
                    "18446744073709551615",
                    "1e3",
                    "1750000000",
                    "1750000000123",
                    "[]",
                    r#"["a","b"]"#,
                    r#"["a\\.b",1]"#,
                    "[300.0,0.5]",
                    "[1,-2]",
                    "[1750000000]",
                    "{}",
                    "1.",
                    "",
                    "[null]",
                ]
                .as_slice(),
            )
            .prop_map(str::to_owned),
            (0_u64..20_000_000_000, "[0-9]{1,18}")
                .prop_map(|(whole, fraction)| format!("{whole}.{fraction}")),
            (0_u64..40, "[0-9]{1,18}").prop_map(|(whole, fraction)| format!("{whole}.{fraction}")),
        ];
        let gap = prop::sample::select(["", "", "", " ", "\t"].as_slice());
        let member = (name, gap, value).prop_map(|(name, gap, value)| format!("\"{name}\":{gap}{value}"));
        prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn it_reads_what_the_whole_reader_reads(text in row()) {
            if let Some(object) = scanned(&text) {
                let whole = whole(&text);
                prop_assert_eq!(format!("{:?}", Some(object)), format!("{whole:?}"), "{}", text);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn digits_round_as_a_double_does(text in "[0-9]{1,6}\\.[0-9]{6}(0|4|49|499|5|50|500|9|999)?[0-9]{0,10}") {
            if let Some(ticks) = JsonCursor::new(&text).decimal().and_then(exact) {
                let seconds: f64 = text.parse().unwrap();
                prop_assert_eq!(time::duration_from_seconds(seconds), Some(ticks), "{}", text);
            }
        }
    }

    #[test]
    fn a_row_as_zeek_writes_it_needs_no_other_reader() {
        let row = r#"{"ts":1750000000.003716,"uid":"C7uV2Iub01aJUDg8x4","id.orig_h":"2001:db8::1","id.orig_p":62804,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":49129,"rtt":0.03658874906796781,"query":"a.example","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["192.0.2.1"],"TTLs":[300.0],"rejected":false}"#;
        assert!(scanned(row).is_some());
        for other in [
            r#"{"ts":1.5,"other":1}"#,
            r#"{"id":{}}"#,
            r#"{"ts":-1}"#,
            "{}",
            "{} ",
        ] {
            assert!(scanned(other).is_none(), "{other}");
        }
    }
}
