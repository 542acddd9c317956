//! Reads records as Zeek writes them: one short text each, without owner, class and type.
//!
//! # What a text tells
//!
//! The forms are those of Zeek's `base/protocols/dns/main.zeek`, from version 2.4 of Bro on.
//!
//! | text | type | `Response` |
//! |---|---|---|
//! | IPv4 address | A | the address |
//! | IPv6 address | AAAA | the address; Zeek writes the obsolete A6 alike |
//! | `TXT n text TXT n text`, `SPF n text` | TXT, SPF | the strings in quotes, RFC 1035 section 5.1 |
//! | `<unknown type=65>` | the number's | absent: Zeek did not read it |
//! | `RRSIG 1 name` | RRSIG | number of the type that is signed, signer |
//! | `DNSKEY 8` | DNSKEY | algorithm |
//! | `DS 8 2` | DS | algorithm, type of the digest |
//! | `NSEC owner next` | NSEC | the next name; `query` is the owner |
//! | `NSEC3`, `NSEC3PARAM` | the same | absent |
//! | `NAPTR 100 10 u E2U+sip …` | NAPTR | what follows the word, as it stands |
//! | `SSHFP: hex` | SSHFP | the fingerprint |
//! | `LOC:  18 21 19` | LOC | size, horizontal and vertical precision |
//! | `BIND9 signing signal` | TYPE65534 | the text |
//! | `pre: …`, `add: …`, `del: …` | where it is named | the whole text; see below |
//! | anything else | see below | the name, canonical |
//!
//! A text must have its form exactly; otherwise it is a name. Zeek writes nothing for CAA, SVCB, HTTPS, HINFO and WKS
//! records, so they are missing from its list.
//!
//! # The type of a name
//!
//! CNAME, NS, PTR, MX, SRV and SOA records are all written as a name. The question decides, where it does, in the
//! answers to a query; everywhere else the type is absent.
//!
//! - Whoever asks for a type that Zeek does not write as a name (A, AAAA, HTTPS, DS and others) or for CNAME gets no
//!   names but those of CNAME records. So does whoever asks for TXT or SPF, where one of the answers has its lengths:
//!   old versions wrote strings bare. Names with a blank are left out.
//! - Whoever asks for NS, PTR, MX, SRV or SOA gets it at the end: in a response with NOERROR the last record has the
//!   type asked for if it is a name. Names before it may be CNAME records or more of the same; they have no type. A
//!   CNAME record that leads nowhere cannot be told from it, except that a PTR record does not lead into `arpa`.
//! - Multicast DNS and the NetBIOS name service put other records into answers: names there have no type.
//!
//! # The owner
//!
//! `query` is the name asked for. Where the answers are CNAME records followed by nothing but records of the type asked
//! for, and signatures, they are a chain in the order of RFC 1034 section 4.3.2: each name owns the next record. A
//! signature has the owner of the record before it. Records of the authority and additional sections have owners that
//! Zeek does not write: `query` is absent.
//!
//! # Dynamic updates
//!
//! Prerequisites and updates (RFC 2136) belong to no section of a response, and their classes are part of their
//! meaning: `part` and `Class` are absent, and `Response` is the whole text. `query` is the owner where it is named.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

use super::presentation::{bytes, first, name, push_quoted};
use super::{DnsRecord, JsonText, Part, Question, owners};
use crate::{Opcode, RrType};

/// The private type by which BIND signs a zone step by step.
const BIND_SIGNING: RrType = RrType(65534);

/// The object that the parser of Zeek writes.
#[derive(Deserialize)]
struct Object<'r> {
    #[serde(borrow)]
    answers: Vec<JsonText<'r>>,
    #[serde(default)]
    ttls: Vec<Option<f64>>,
}

/// Reads `{"answers":[…],"ttls":[…]}`; none when the text is anything else.
pub(super) fn read<'r>(text: &'r str, question: &Question<'r>) -> Option<Vec<DnsRecord<'r>>> {
    let text = text.trim_ascii();
    if !text.starts_with('{') {
        return None;
    }
    let object: Object<'r> = serde_json::from_str(text).ok()?;
    let answers = object.answers.into_iter().map(|text| text.0);
    Some(records(answers, &object.ttls, Part::Answer, question))
}

/// The records of Zeek's short texts, with their times to live in seconds by their places; there may be fewer of these.
///
/// In the texts, Zeek's own escapes are undone, and bytes that are not UTF-8 are written `\xHH`.
///
/// ```
/// use asim_schema::RrType;
/// use asim_schema::answers::{Part, Question, zeek};
///
/// let texts = ["TXT 5 hello TXT 5 world", "<unknown type=65>"].map(Into::into);
/// let records = zeek::records(texts, &[Some(30.0)], Part::Answer, &Question::default());
/// assert_eq!(records[0].response.as_deref(), Some(r#""hello" "world""#));
/// assert_eq!((records[0].ttl, records[1].ttl), (Some(30.0), None));
/// assert_eq!(records[1].rr_type, Some(RrType::HTTPS));
/// ```
pub fn records<'r>(
    texts: impl IntoIterator<Item = Cow<'r, str>>,
    ttls: &[Option<f64>],
    part: Part,
    question: &Question<'r>,
) -> Vec<DnsRecord<'r>> {
    const UPDATE: Opcode = Opcode(5);

    let may_update = question.opcode.is_none_or(|opcode| opcode == UPDATE) && part == Part::Answer;
    let mut ttls = ttls.iter().copied();
    let short = texts.into_iter().map(|text| match text {
        Cow::Borrowed(text) => Short::read(text, may_update),
        Cow::Owned(text) => Short::read(&text, may_update).into_owned(),
    });
    let mut short: Vec<_> = short.collect();
    if part == Part::Answer {
        owners::settle(&mut short, question);
    }
    let record = |short: Short<'r>| {
        let update = short.form == Form::Update;
        DnsRecord {
            part: (!update).then_some(part),
            query: short.owner,
            ttl: ttls.next().flatten(),
            class: question.record_class().filter(|_| !update),
            class_name: None,
            rr_type: short.rr_type,
            type_name: short.rr_type.and_then(|rr_type| question.own_name(rr_type)),
            response: short.response,
        }
    };
    short.into_iter().map(record).collect()
}

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A name and nothing else.
    Name,
    /// A signature of records of this type.
    Signature(RrType),
    /// Anything else that belongs to a response.
    Other,
    /// A prerequisite or update of a dynamic update.
    Update,
}

/// A short text, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Short<'r> {
    pub(super) form: Form,
    pub(super) rr_type: Option<RrType>,
    pub(super) owner: Option<Cow<'r, str>>,
    pub(super) response: Option<Cow<'r, str>>,
}

impl<'r> Short<'r> {
    /// Reads a text; `may_update` says whether it may be of a dynamic update.
    fn read(text: &'r str, may_update: bool) -> Self {
        if may_update && let Some(update) = update(text) {
            return update;
        }
        address(text)
            .or_else(|| strings("TXT", RrType::TXT, text))
            .or_else(|| strings("SPF", RrType::SPF, text))
            .or_else(|| fixed(text))
            .or_else(|| worded(text))
            .unwrap_or_else(|| Self {
                form: Form::Name,
                rr_type: None,
                owner: None,
                // Zeek writes the root as nothing, but leaves out whatever is nothing.
                response: (!text.is_empty()).then(|| name(text)),
            })
    }

    fn of(rr_type: RrType, response: Option<Cow<'r, str>>) -> Self {
        Self {
            form: Form::Other,
            rr_type: Some(rr_type),
            owner: None,
            response,
        }
    }

    fn into_owned(self) -> Short<'static> {
        let owned = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Short {
            form: self.form,
            rr_type: self.rr_type,
            owner: owned(self.owner),
            response: owned(self.response),
        }
    }
}

/// An address, written as RFC 5952 has it.
fn address(text: &str) -> Option<Short<'_>> {
    // Names rarely end in a digit or hold a colon; addresses end in a digit or do.
    let may_be = text.ends_with(|last: char| last.is_ascii_digit()) || text.contains(':');
    if !may_be {
        return None;
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Some(Short::of(RrType::A, Some(Cow::Borrowed(text))));
    }
    let address = text.parse::<Ipv6Addr>().ok()?.to_string();
    let response = if address == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(address)
    };
    Some(Short::of(RrType::AAAA, Some(response)))
}

/// `TXT n text TXT n text`: each string has n bytes.
fn strings(word: &str, rr_type: RrType, text: &str) -> Option<Short<'static>> {
    if !text.starts_with(word) {
        return None;
    }
    // Where bytes are written `\xHH`, a length counts each of them as one.
    let response = quoted(word, text.as_bytes(), |text| text.first().map(|byte| (*byte, 1)))
        .or_else(|| quoted(word, text.as_bytes(), first))?;
    Some(Short::of(rr_type, Some(Cow::Owned(response))))
}

/// The strings in presentation form; none unless all lengths fit.
fn quoted(word: &str, mut rest: &[u8], first: fn(&[u8]) -> Option<(u8, usize)>) -> Option<String> {
    let mut out = String::new();
    loop {
        rest = rest.strip_prefix(word.as_bytes())?.strip_prefix(b" ")?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (length, after) = rest.split_at_checked(digits)?;
        let length: u16 = std::str::from_utf8(length).ok()?.parse().ok()?;
        rest = match after {
            [b' ', rest @ ..] => rest,
            // The blank behind the length of an empty string may have been trimmed.
            [] if length == 0 => after,
            _ => return None,
        };
        let mut string = Vec::with_capacity(length.into());
        for _ in 0..length {
            let (byte, taken) = first(rest)?;
            string.push(byte);
            rest = rest.get(taken..)?;
        }
        // A string of bytes that are not UTF-8 one by one may be so together.
        push_quoted(&mut out, &string);
        match rest {
            [] => return Some(out),
            [b' ', more @ ..] => rest = more,
            _ => return None,
        }
    }
}

/// Texts that begin in a way of their own.
fn fixed(text: &str) -> Option<Short<'_>> {
    if let Some(number) = text.strip_prefix("<unknown type=") {
        return Some(Short::of(RrType(number.strip_suffix('>')?.parse().ok()?), None));
    }
    if let Some(fingerprint) = text.strip_prefix("SSHFP: ") {
        let is_hex = fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_hex.then(|| Short::of(RrType::SSHFP, Some(Cow::Borrowed(fingerprint))));
    }
    if let Some(numbers) = text.strip_prefix("LOC:  ") {
        return is_numbers(numbers, 3).then(|| Short::of(RrType::LOC, Some(Cow::Borrowed(numbers))));
    }
    match text {
        "NSEC3" => Some(Short::of(RrType::NSEC3, None)),
        "NSEC3PARAM" => Some(Short::of(RrType::NSEC3PARAM, None)),
        "BIND9 signing signal" => Some(Short::of(BIND_SIGNING, Some(Cow::Borrowed(text)))),
        _ => None,
    }
}

/// Texts that begin with the name of their type.
fn worded(text: &str) -> Option<Short<'_>> {
    let (word, rest) = text.split_once(' ')?;
    match word {
        "RRSIG" => {
            let (covered, signer) = rest.split_once(' ')?;
            let covered = RrType(covered.parse().ok()?);
            if signer.contains(' ') {
                return None;
            }
            let response = if signer == "<Root>" {
                Cow::Owned(format!("{} .", covered.0))
            } else {
                match name(signer) {
                    Cow::Borrowed(plain) if plain == signer => Cow::Borrowed(rest),
                    canonical => Cow::Owned(format!("{} {canonical}", covered.0)),
                }
            };
            Some(Short {
                form: Form::Signature(covered),
                ..Short::of(RrType::RRSIG, Some(response))
            })
        }
        "DNSKEY" if is_numbers(rest, 1) => Some(Short::of(RrType::DNSKEY, Some(Cow::Borrowed(rest)))),
        "DS" if is_numbers(rest, 2) => Some(Short::of(RrType::DS, Some(Cow::Borrowed(rest)))),
        "NSEC" => {
            let (owner, next) = rest.split_once(' ')?;
            if next.contains(' ') {
                return None;
            }
            Some(Short {
                owner: Some(name(owner)),
                ..Short::of(RrType::NSEC, Some(name(next)))
            })
        }
        "NAPTR" => {
            let mut words = rest.split(' ');
            let numbers = [words.next()?, words.next()?];
            let is_naptr = numbers.iter().all(|number| is_number(number)) && words.next().is_some();
            is_naptr.then(|| Short::of(RrType::NAPTR, Some(Cow::Borrowed(rest))))
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is so many numbers with a blank between them.
fn is_numbers(text: &str, count: usize) -> bool {
    text.split(' ').count() == count && text.split(' ').all(is_number)
}

/// A prerequisite or update.
fn update(text: &str) -> Option<Short<'_>> {
    let (operation, what) = match text.split_once(": ") {
        Some((operation @ ("pre" | "add" | "del"), what)) => (operation, what),
        // A prerequisite with a value has no operation before it.
        _ => ("", text),
    };
    let (rr_type, owner) = match (operation, what.split_once(' ')) {
        ("pre", Some(("NameNotInUse" | "NameInUse", owner))) => (None, Some(owner)),
        ("pre", Some(("NoRRSet" | "RRSetExists", what))) | ("del", Some(("RRSet" | "RR", what))) => {
            let (rr_type, owner) = what
                .split_once(' ')
                .map_or((what, None), |(rr_type, owner)| (rr_type, Some(owner)));
            (named_type(rr_type), owner)
        }
        ("add" | "", Some((word @ ("A" | "AAAA" | "A6"), what))) if owner_before_address(what).is_some() => {
            (RrType::from_name(word), owner_before_address(what))
        }
        ("add", _) => {
            let short = Short::read(what, false);
            return Some(Short {
                form: Form::Update,
                response: Some(whole(text)),
                ..short
            });
        }
        _ => return None,
    };
    Some(Short {
        form: Form::Update,
        rr_type,
        owner: owner.map(name),
        response: Some(whole(text)),
    })
}

/// The name before an address.
fn owner_before_address(what: &str) -> Option<&str> {
    let (owner, address) = what.rsplit_once(' ')?;
    address.parse::<IpAddr>().ok().map(|_| owner)
}

/// A type as Zeek calls it.
fn named_type(text: &str) -> Option<RrType> {
    match text.strip_prefix("query-") {
        Some(number) => number.parse().ok().map(RrType),
        None => RrType::from_name(text),
    }
}

/// A whole text, escaped as names are.
fn whole(text: &str) -> Cow<'_, str> {
    match bytes(text) {
        Cow::Borrowed(_)
            if text
                .bytes()
                .all(|byte| (0x20..0x7f).contains(&byte) && byte != b'\\') =>
        {
            Cow::Borrowed(text)
        }
        _ => name(text),
    }
}
