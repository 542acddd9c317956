//! Reads records in the presentation form of RFC 1035, as Infoblox and EfficientIP print them.
//!
//! | product | form |
//! |---|---|
//! | Infoblox | `www.example.com. 300 IN CNAME lb.example.net.; lb.example.net. 60 IN A 192.0.2.1` |
//! | EfficientIP | `300 CNAME lb.example.net. 60 A 192.0.2.1` |

use std::borrow::Cow;

use super::{DnsRecord, Part, Question};
use crate::{DnsClass, RrType, domain_name};

/// The types whose data is a name and nothing else.
const NAMES: [RrType; 4] = [RrType::NS, RrType::CNAME, RrType::PTR, RrType::DNAME];

/// Infoblox: owner, time to live, class, type and data, with semicolons between the records.
///
/// A later record that has not all of these is given as the text that it is.
pub(super) fn read_complete<'r>(text: &'r str, _: &Question<'r>) -> Option<Vec<DnsRecord<'r>>> {
    let mut records = Vec::new();
    for text in between_semicolons(text) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match complete(text) {
            Some(record) => records.push(record),
            None if records.is_empty() => return None,
            None => records.push(DnsRecord {
                part: Some(Part::Answer),
                response: Some(Cow::Borrowed(text)),
                ..DnsRecord::default()
            }),
        }
    }
    (!records.is_empty()).then_some(records)
}

fn complete(text: &str) -> Option<DnsRecord<'_>> {
    let (owner, rest) = split(text)?;
    let (ttl, rest) = split(rest)?;
    let (class, rest) = split(rest)?;
    let (rr_type, data) = split(rest).unwrap_or((rest, ""));
    let rr_type = type_of(rr_type)?;
    Some(DnsRecord {
        part: Some(Part::Answer),
        query: Some(name(owner)),
        ttl: Some(f64::from(seconds(ttl)?)),
        class: Some(DnsClass::from_name(class)?),
        rr_type: Some(rr_type),
        response: response(rr_type, data.trim()),
        ..DnsRecord::default()
    })
}

/// EfficientIP: time to live, type and data, one record after the other.
///
/// The first record is the question's; behind an alias, the owner is its target.
pub(super) fn read_short<'r>(text: &'r str, question: &Question<'r>) -> Option<Vec<DnsRecord<'r>>> {
    let mut records = Vec::new();
    let mut owner = question.name.clone();
    let (mut ttl, mut rr_type, mut rest) = beginning(text)?;
    loop {
        let (data, next) = data(rest);
        let response = response(rr_type, data.trim());
        records.push(DnsRecord {
            part: Some(Part::Answer),
            query: owner.clone(),
            ttl: Some(f64::from(ttl)),
            class: question.record_class(),
            rr_type: Some(rr_type),
            response: response.clone(),
            ..DnsRecord::default()
        });
        if rr_type == RrType::CNAME {
            owner = response;
        }
        match next {
            Some(next) => (ttl, rr_type, rest) = next,
            None => return Some(records),
        }
    }
}

/// The time to live and the type that a record begins with, and its data with all that follows.
type Beginning<'r> = (u32, RrType, &'r str);

fn beginning(text: &str) -> Option<Beginning<'_>> {
    let (ttl, rest) = split(text)?;
    let (rr_type, rest) = split(rest)?;
    Some((seconds(ttl)?, type_of(rr_type)?, rest))
}

/// The data of a record, up to where the next one begins.
fn data(text: &str) -> (&str, Option<Beginning<'_>>) {
    let mut rest = text;
    // The first word is data whatever it looks like.
    while let Some((_, after)) = split(rest) {
        if let Some(next) = beginning(after) {
            let taken = text.len() - after.len();
            return (text.get(..taken).unwrap_or(text), Some(next));
        }
        rest = after;
    }
    (text, None)
}

/// The next word, which quotes may hold together, and what follows the blanks behind it; none for the last word.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = outside_quotes(text)
        .find(|(_, byte)| byte.is_ascii_whitespace())?
        .0;
    let (word, rest) = text.split_at_checked(at)?;
    let rest = rest.trim_ascii_start();
    (!rest.is_empty()).then_some((word, rest))
}

/// The texts between semicolons, those in quotes and behind backslashes left alone.
fn between_semicolons(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = outside_quotes(text)
            .find(|(_, byte)| *byte == b';')
            .map(|(at, _)| at);
        let (part, after) = match end {
            Some(end) => (text.get(..end)?, text.get(end + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}

/// The bytes of a text that stand neither in quotes nor behind a backslash, and their places.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().enumerate().filter(move |(_, byte)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match byte {
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ => return !quoted,
        }
        false
    })
}

/// Whole seconds in digits.
fn seconds(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}

/// A type by its name as it is printed, in capitals.
fn type_of(text: &str) -> Option<RrType> {
    let printed = text
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
    printed.then(|| RrType::from_name(text))?
}

fn response(rr_type: RrType, data: &str) -> Option<Cow<'_, str>> {
    if data.is_empty() {
        return None;
    }
    if NAMES.contains(&rr_type) && !data.contains(' ') {
        return Some(name(data));
    }
    Some(Cow::Borrowed(data))
}

/// The canonical text of a printed name; one that cannot be a name stays as it is.
fn name(text: &str) -> Cow<'_, str> {
    domain_name::from_presentation(text.as_bytes()).unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::super::Answers;
    use super::*;

    fn json(text: &str, question: &Question<'_>) -> Option<String> {
        let question: Question<'_> = question.clone();
        Answers::from_text(text, &question).map(|answers| answers.to_json())
    }

    #[test]
    fn infoblox_puts_semicolons_between_records() {
        let text = r#"c.example.com. 300 IN CNAME a.example.net.; a.example.net. 60 IN TXT "k=rsa; p=abc" "x\"; y"; a\032b.example. 5 IN A 192.0.2.1;"#;
        assert_eq!(
            json(text, &Question::default()).as_deref(),
            Some(concat!(
                r#"[{"part":"answer","query":"c.example.com","TTL":300,"Class":"IN","Type":"CNAME","Response":"a.example.net"},"#,
                r#"{"part":"answer","query":"a.example.net","TTL":60,"Class":"IN","Type":"TXT","Response":"\"k=rsa; p=abc\" \"x\\\"; y\""},"#,
                r#"{"part":"answer","query":"a b.example","TTL":5,"Class":"IN","Type":"A","Response":"192.0.2.1"}]"#
            ))
        );
    }

    #[test]
    fn a_later_record_in_another_form_stays_text() {
        let text = "a.example. 60 IN A 192.0.2.1; a.example.900 IN RRSIG A 5";
        let answers = Answers::from_text(text, &Question::default()).unwrap();
        let [_, damaged] = answers.records.as_slice() else {
            panic!("two records")
        };
        assert_eq!(damaged.response.as_deref(), Some("a.example.900 IN RRSIG A 5"));
        assert_eq!(damaged.rr_type, None);
    }

    #[test]
    fn efficientip_puts_records_one_after_the_other() {
        let question = Question {
            name: Some("www.example.com".into()),
            ..Question::default()
        };
        let text = r#"474 CNAME x.example. 174 MX 10 mail.example. 30 TXT "60 A b" c 5 A 192.0.2.1"#;
        assert_eq!(
            json(text, &question).as_deref(),
            Some(concat!(
                r#"[{"part":"answer","query":"www.example.com","TTL":474,"Type":"CNAME","Response":"x.example"},"#,
                r#"{"part":"answer","query":"x.example","TTL":174,"Type":"MX","Response":"10 mail.example."},"#,
                r#"{"part":"answer","query":"x.example","TTL":30,"Type":"TXT","Response":"\"60 A b\" c"},"#,
                r#"{"part":"answer","query":"x.example","TTL":5,"Type":"A","Response":"192.0.2.1"}]"#
            ))
        );
    }

    #[test]
    fn other_text_is_none_of_them() {
        for text in ["", "60", "60 A", "60 a 192.0.2.1", "x 60 IN", "x y IN A 1", "-"] {
            assert_eq!(json(text, &Question::default()), None, "{text}");
        }
    }
}
