//! Reads Zeek's `answers` as somebody pastes them: what ASIM calls the unparsed response.

use std::borrow::Cow;

use asim_parse::decode::json;
use asim_parse::schema::answers::{Answers, NameService, Part, Question, zeek};
use asim_parse::schema::{DnsClass, Opcode, Rcode, RrType};
use asim_parse::value::{domain_name, text};
use serde::Deserialize;

use crate::escape::{Backslash, undo};

/// The columns of a row in JSON that tell of its response.
#[derive(Debug, Deserialize)]
struct Row<'r> {
    #[serde(borrow)]
    query: Option<Cow<'r, str>>,
    #[serde(rename = "id.orig_p")]
    orig_p: Option<u16>,
    #[serde(rename = "id.resp_p")]
    resp_p: Option<u16>,
    qtype: Option<u16>,
    qclass: Option<u16>,
    rcode: Option<u16>,
    opcode: Option<u8>,
    #[serde(borrow)]
    answers: Option<Vec<Cow<'r, str>>>,
    #[serde(rename = "TTLs")]
    ttls: Option<Vec<Option<f64>>>,
    #[serde(borrow)]
    auth: Option<Vec<Cow<'r, str>>>,
    #[serde(borrow)]
    addl: Option<Vec<Cow<'r, str>>>,
}

/// The records of a response in Zeek's text; none when it is no such text.
///
/// The text is one of
///
/// - the cell of the column `answers` in a tab-separated log, `www.example.net,192.0.2.1`; a tab and the cell of `TTLs`
///   may follow;
/// - the list of a JSON log, `["www.example.net","192.0.2.1"]`;
/// - a JSON object with `answers` and `TTLs`, or the whole row, whose `query`, `qtype`, `auth` and others are used;
/// - the text of `DnsResponseName`.
///
/// The markers `-` and `(empty)`, and no text at all, are a response without records. What the text tells, and what the
/// question adds to it, stands in [`zeek`].
pub fn decode_response<'r>(text: &'r str, question: Option<&Question<'r>>) -> Option<Answers<'r>> {
    let text = text.trim_matches(['\r', '\n']);
    let question = question.cloned().unwrap_or_default();
    match text.trim_start().as_bytes() {
        [] => Some(Answers::default()),
        [b'[', ..] => list(text, &question).or_else(|| Answers::from_text(text, &question)),
        // Zeek spells it `TTLs`, the text of an event `ttls`.
        [b'{', ..] => match json::read::<Row<'_>>(text.as_bytes()) {
            Ok(row)
                if row.ttls.is_some() || row.query.is_some() || row.auth.is_some() || row.addl.is_some() =>
            {
                Some(row_answers(row, question))
            }
            _ => Answers::from_text(text, &question),
        },
        _ => cells(text, &question),
    }
}

/// A JSON list of texts.
fn list<'r>(text: &'r str, question: &Question<'r>) -> Option<Answers<'r>> {
    let texts: Vec<Cow<'r, str>> = json::read(text.as_bytes()).ok()?;
    Some(zeek::records(texts.into_iter().map(unescaped), &[], Part::Answer, question).into())
}

/// The records of a row in JSON.
fn row_answers<'r>(row: Row<'r>, mut question: Question<'r>) -> Answers<'r> {
    if let Some(query) = row.query {
        let undone = undo(query.as_bytes(), Backslash::Single);
        question.name = Some(Cow::Owned(domain_name::canonical(&undone).into_owned()));
    }
    question.rr_type = row.qtype.map(RrType).or(question.rr_type);
    question.class = row.qclass.map(DnsClass).or(question.class);
    question.rcode = row.rcode.map(Rcode).or(question.rcode);
    question.opcode = row.opcode.map(Opcode).or(question.opcode);
    if row.orig_p.is_some() || row.resp_p.is_some() {
        question.service = NameService::of_ports([row.orig_p, row.resp_p]);
    }
    let ttls = row.ttls.unwrap_or_default();
    let parts = [
        (row.answers, &ttls[..], Part::Answer),
        (row.auth, &[], Part::Authority),
        (row.addl, &[], Part::Additional),
    ];
    let records = parts.into_iter().flat_map(|(texts, ttls, part)| {
        let texts = texts.unwrap_or_default().into_iter().map(unescaped);
        zeek::records(texts, ttls, part, &question)
    });
    records.collect::<Vec<_>>().into()
}

/// The cell of `answers`, and after a tab that of `TTLs`.
fn cells<'r>(text: &'r str, question: &Question<'r>) -> Option<Answers<'r>> {
    let (answers, ttls) = text.split_once('\t').unwrap_or((text, "-"));
    let seconds = |ttl: &str| ttl.parse::<f64>().ok().filter(|ttl| ttl.is_finite());
    let ttls: Vec<_> = if is_nothing(ttls) {
        Vec::new()
    } else {
        ttls.split(',')
            .map(|ttl| {
                if ttl == "-" {
                    Some(None)
                } else {
                    seconds(ttl).map(Some)
                }
            })
            .collect::<Option<_>>()?
    };
    let answers = (!is_nothing(answers)).then(|| answers.split(','));
    let texts = answers
        .into_iter()
        .flatten()
        .map(|answer| text::from_cow(undo(answer.as_bytes(), Backslash::Doubled)).0);
    Some(zeek::records(texts, &ttls, Part::Answer, question).into())
}

/// Whether a cell is one of Zeek's markers for a list without elements.
fn is_nothing(cell: &str) -> bool {
    matches!(cell, "" | "-" | "(empty)")
}

/// An answer of a JSON log without Zeek's escapes.
fn unescaped(answer: Cow<'_, str>) -> Cow<'_, str> {
    match answer {
        Cow::Borrowed(answer) => text::from_cow(undo(answer.as_bytes(), Backslash::Single)).0,
        Cow::Owned(answer) => {
            let undone = undo(answer.as_bytes(), Backslash::Single).into_owned();
            Cow::Owned(text::from_cow(Cow::Owned(undone)).0.into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use asim_parse::schema::DnsEvent;

    use super::*;

    fn json(text: &str) -> String {
        decode_response(text, None).unwrap().to_json()
    }

    #[test]
    fn all_forms_give_the_same_records() {
        let mut question = Question::default();
        question.name = Some("www.example.com".into());
        question.rr_type = Some(RrType::A);
        let expected = r#"[{"part":"answer","query":"www.example.com","TTL":300,"Type":"CNAME","Response":"lb.example.net"},{"part":"answer","query":"lb.example.net","TTL":59.5,"Type":"A","Response":"192.0.2.1"}]"#;
        for text in [
            "lb.example.net,192.0.2.1\t300.000000,59.500000",
            r#"{"answers":["lb.example.net","192.0.2.1"],"TTLs":[300.0,59.5]}"#,
            r#"{"query":"www.example.com","qtype":1,"answers":["lb.example.net","192.0.2.1"],"TTLs":[300.0,59.5],"id.orig_p":1}"#,
            r#"{"answers":["lb.example.net","192.0.2.1"],"ttls":[300,59.5]}"#,
        ] {
            let answers = decode_response(text, Some(&question)).unwrap();
            assert_eq!(answers.to_json(), expected, "{text}");
        }
        assert_eq!(decode_response(expected, None).unwrap().to_json(), expected);
        let without_ttls = expected.replace("\"TTL\":300,", "").replace("\"TTL\":59.5,", "");
        for text in ["lb.example.net,192.0.2.1", r#"["lb.example.net","192.0.2.1"]"#] {
            let answers = decode_response(text, Some(&question)).unwrap();
            assert_eq!(answers.to_json(), without_ttls, "{text}");
        }
    }

    #[test]
    fn nothing_is_a_response_without_records() {
        for text in [
            "",
            "\n",
            "-",
            "(empty)",
            "-\t-",
            "[]",
            r#"{"query":"a.example","qtype":1}"#,
        ] {
            assert_eq!(json(text), "[]", "{text:?}");
        }
    }

    #[test]
    fn what_is_no_such_text_gives_none() {
        for text in [
            "[1]",
            "{",
            "{}",
            r#"{"answers":"x"}"#,
            "192.0.2.1\tsoon",
            "192.0.2.1\t60.0\tF",
            r#"{"query":7,"TTLs":[]}"#,
        ] {
            assert_eq!(decode_response(text, None), None, "{text}");
        }
    }

    #[test]
    fn escapes_are_undone_as_in_the_log() {
        let expected = r#"[{"part":"answer","Type":"TXT","Response":"\"a,\\\\b\" \"\\254\""}]"#;
        assert_eq!(json(r"TXT 4 a\x2c\\b TXT 1 \xfe"), expected);
        assert_eq!(json(r#"["TXT 4 a,\\b TXT 1 \\xfe"]"#), expected);
    }

    #[test]
    fn names_are_written_as_in_the_question() {
        for name in [
            &b"www.example.com."[..],
            b".",
            b"b\xfccher.test",
            b"back\\slash.test",
            b"line\nbreak \x1b.test",
            "turn\u{202e}around.bücher".as_bytes(),
        ] {
            let mut cell = String::new();
            for byte in name {
                write!(cell, "\\x{byte:02x}").unwrap();
            }
            let answers = decode_response(&cell, None).unwrap();
            let response = answers.records.first().unwrap().response.as_deref();
            assert_eq!(response, Some(&*domain_name::canonical(name)), "{cell}");
        }
    }

    #[test]
    fn authority_and_additional_records_of_a_row() {
        let row = r#"{"query":"A.example","qtype":1,"qclass":1,"answers":["192.0.2.1"],"auth":["ns.example"],"addl":["192.0.2.53"]}"#;
        assert_eq!(
            json(row),
            r#"[{"part":"answer","query":"A.example","Class":"IN","Type":"A","Response":"192.0.2.1"},{"part":"authority","Class":"IN","Response":"ns.example"},{"part":"additional","Class":"IN","Type":"A","Response":"192.0.2.53"}]"#
        );
    }

    #[test]
    fn all_answers_of_the_goldens_come_back() {
        let goldens = concat!(env!("CARGO_MANIFEST_DIR"), "/goldens");
        let (mut records, mut updates) = (0, 0);
        for entry in std::fs::read_dir(goldens).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "ndjson") {
                continue;
            }
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let event: DnsEvent<'_> = json::read(line.as_bytes()).unwrap();
                let Some(text) = event.dns_response_name() else {
                    continue;
                };
                let row: Row<'_> = json::read(text.as_bytes()).unwrap();
                let answers = event.answers().unwrap();
                let of_sections = [Part::Authority, Part::Additional].map(Some);
                let found = answers
                    .iter()
                    .filter(|record| !of_sections.contains(&record.part));
                assert_eq!(found.count(), row.answers.unwrap().len(), "{text}");
                records += answers.len();
                updates += answers.iter().filter(|record| record.part.is_none()).count();
                // The text alone tells of as many.
                let alone = decode_response(text, None).unwrap();
                assert!(!alone.is_empty() && alone.len() <= answers.len(), "{text}");
            }
        }
        assert!(records > 10 && updates >= 3, "{records} {updates}");
    }
}
