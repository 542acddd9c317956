//! What the question tells of Zeek's answers: the types of names, and whose records they are.

use std::borrow::Cow;

use super::zeek::{Form, Short};
use super::{NameService, Question};
use crate::{Opcode, Rcode, RrType};

/// Types whose records Zeek does not write as a name: among their answers, a name is the target of a CNAME record.
const NOT_WRITTEN_AS_NAMES: [RrType; 10] = [
    RrType::A,
    RrType::AAAA,
    RrType::HTTPS,
    RrType::SVCB,
    RrType::CAA,
    RrType::DS,
    RrType::DNSKEY,
    RrType::TLSA,
    RrType::SSHFP,
    RrType::NAPTR,
];

/// Types whose records Zeek writes as the name alone.
const WRITTEN_AS_NAMES: [RrType; 5] = [RrType::NS, RrType::PTR, RrType::MX, RrType::SRV, RrType::SOA];

/// Fills in the types of names, and the owners.
pub(super) fn settle<'r>(records: &mut [Short<'r>], question: &Question<'r>) {
    if records.iter().any(|record| record.form == Form::Update) {
        return;
    }
    let is_query = question.opcode.is_none_or(|opcode| opcode == Opcode(0));
    if let (Some(asked), NameService::Dns, true) = (question.rr_type, question.service, is_query) {
        set_types(records, asked, question.rcode);
        if is_chain(records, asked, question.name.as_deref()) {
            set_chain(records, question.name.as_ref());
            return;
        }
    }
    for record in records {
        if record.owner.is_none() {
            record.owner.clone_from(&question.name);
        }
    }
}

fn set_types(records: &mut [Short<'_>], asked: RrType, rcode: Option<Rcode>) {
    // Old versions wrote the strings bare. One record with its lengths shows that this one does not.
    let is_text = matches!(asked, RrType::TXT | RrType::SPF)
        && records.iter().any(|record| record.rr_type == Some(asked));
    if is_text || asked == RrType::CNAME || NOT_WRITTEN_AS_NAMES.contains(&asked) {
        let names = records.iter_mut().filter(|record| {
            let one_word = |name: &Cow<'_, str>| !name.contains(' ');
            record.form == Form::Name && record.response.as_ref().is_some_and(one_word)
        });
        for record in names {
            record.rr_type = Some(RrType::CNAME);
        }
        return;
    }
    let found = rcode.is_none_or(|rcode| rcode == Rcode::NOERROR);
    let last = records
        .iter_mut()
        .rev()
        .find(|record| !matches!(record.form, Form::Signature(_)));
    if let Some(record) = last
        && WRITTEN_AS_NAMES.contains(&asked)
        && found
        && record.form == Form::Name
        && !(asked == RrType::PTR && record.response.as_deref().is_some_and(is_reverse))
    {
        record.rr_type = Some(asked);
    }
}

/// Whether a name belongs to the reverse tree, into which aliases lead (RFC 2317), but no PTR record does.
fn is_reverse(name: &str) -> bool {
    name.rsplit('.')
        .next()
        .is_some_and(|label| label.eq_ignore_ascii_case("arpa"))
}

/// Whether the records are CNAME records, no name twice, and then nothing but records of the type asked for.
fn is_chain(records: &[Short<'_>], asked: RrType, name: Option<&str>) -> bool {
    /// More names than any resolver follows.
    const LONGEST: usize = 32;

    let Some(name) = name.filter(|_| asked != RrType::CNAME) else {
        return false;
    };
    let mut names = vec![name];
    let mut ended = false;
    for record in records {
        match (record.form, record.rr_type) {
            (Form::Signature(_), _) => {}
            (_, Some(RrType::CNAME)) if !ended => {
                let target = record.response.as_deref().unwrap_or_default();
                if names.len() > LONGEST || names.iter().any(|name| name.eq_ignore_ascii_case(target)) {
                    return false;
                }
                names.push(target);
            }
            (_, Some(found)) if found == asked => ended = true,
            _ => return false,
        }
    }
    true
}

/// Gives each record of a chain its owner.
fn set_chain<'r>(records: &mut [Short<'r>], name: Option<&Cow<'r, str>>) {
    let mut owner = name.cloned();
    let mut before = None;
    for record in records {
        if matches!(record.form, Form::Signature(_)) {
            record.owner = before.clone().or_else(|| owner.clone());
            continue;
        }
        before.clone_from(&owner);
        if record.owner.is_none() {
            record.owner.clone_from(&owner);
        }
        if record.rr_type == Some(RrType::CNAME) {
            owner.clone_from(&record.response);
        }
    }
}
