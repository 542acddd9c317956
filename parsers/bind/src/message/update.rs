//! Dynamic updates (RFC 2136) of clients.

use asim_parse::Refusal;

use super::{Zone, declined, reason, unquoted};
use crate::raw::{Activity, Detail, Direction, Operation, Outcome};
use crate::text::{in_last_parentheses, split_once, word};

/// The type of the question of an update, which is its zone.
const ZONE_TYPE: &[u8] = b"SOA";

/// Reads a line about an update.
pub(super) fn read(text: &[u8]) -> Option<Result<Activity<'_>, Refusal>> {
    if let Some(rest) = text.strip_prefix(b"updating zone '") {
        let (zone, rest) = split_once(rest, b"': ")?;
        return Some(step(zone, rest));
    }
    if let Some(rest) = text.strip_prefix(b"update failed: ") {
        return Some(failed(None, rest));
    }
    if let Some(rest) = text.strip_prefix(b"forwarding update for zone ") {
        return Some(Ok(of_zone(
            "forwarding update",
            unquoted(rest),
            Direction::Request,
        )));
    }
    let rest = text.strip_prefix(b"update ")?;
    let (words, rest) = match rest.strip_prefix(b"forwarding ") {
        Some(rest) => ("update forwarding denied", rest),
        None => ("update denied", rest),
    };
    let (zone, verdict) = word(rest);
    if !zone.starts_with(b"'") {
        return None;
    }
    if !verdict.starts_with(b"denied") {
        return Some(Err(declined(reason::ACCESS)));
    }
    let mut activity = of_zone(words, zone, Direction::Response);
    activity.outcome = Some(Outcome::Rcode(b"REFUSED"));
    Some(Ok(activity))
}

fn of_zone<'r>(words: &'static str, zone: &'r [u8], direction: Direction) -> Activity<'r> {
    let zone = Zone::read(zone);
    let mut activity = Activity::new(words, Operation::Update, direction);
    activity.name = Some(zone.name);
    activity.class = zone.class;
    activity.rr_type = Some(ZONE_TYPE);
    activity
}

/// One step of an update of a zone: a change, or why there is none.
fn step<'r>(zone: &'r [u8], text: &'r [u8]) -> Result<Activity<'r>, Refusal> {
    if is_change(text) {
        let mut activity = of_zone("updating zone", zone, Direction::Request);
        activity.changes.push(text);
        return Ok(activity);
    }
    let because = text
        .strip_prefix(b"update failed: ")
        .or_else(|| text.strip_prefix(b"update unsuccessful: "));
    match because {
        Some(because) => failed(Some(zone), because),
        None => Err(declined(reason::UPDATE)),
    }
}

/// Whether a step adds or deletes records.
pub(crate) fn is_change(text: &[u8]) -> bool {
    [
        &b"adding an RR at "[..],
        b"deleting rrset at ",
        b"deleting an RR at ",
        b"delete all rrsets from name ",
    ]
    .iter()
    .any(|change| text.starts_with(change))
}

/// `[ZONE: ]REASON (RCODE)`.
fn failed<'r>(zone: Option<&'r [u8]>, text: &'r [u8]) -> Result<Activity<'r>, Refusal> {
    let Some((rcode, rest)) = in_last_parentheses(text) else {
        return Err(declined(reason::UPDATE));
    };
    let (zone, because) = match zone {
        Some(zone) => (zone, rest),
        // The name has no blanks; without one, the reason follows at once.
        None => match split_once(rest, b": ") {
            Some((zone, because)) if !zone.contains(&b' ') => (zone, because),
            _ => return Err(declined(reason::UPDATE)),
        },
    };
    let mut activity = of_zone("update failed", zone, Direction::Response);
    activity.outcome = Some(Outcome::Result(rcode));
    activity.details.push(Detail::Text("reason", because));
    Ok(activity)
}
