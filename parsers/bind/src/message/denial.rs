//! Queries that the server's access lists refuse.

use asim_parse::Refusal;

use super::{Joined, declined, reason};
use crate::raw::{Activity, Detail, Direction, Operation, Outcome};
use crate::text::word;

/// `query [(cache) ]'NAME/TYPE/CLASS' denied[ (REASON)]`.
pub(super) fn read(text: &[u8]) -> Option<Result<Activity<'_>, Refusal>> {
    let rest = text.strip_prefix(b"query ")?;
    let (words, rest) = match rest.strip_prefix(b"(cache) ") {
        Some(rest) => ("query (cache) denied", rest),
        None => ("query denied", rest),
    };
    if rest.starts_with(b"denied") {
        return Some(Err(declined(reason::BARE_DENIAL)));
    }
    let (joined, verdict) = word(rest);
    if !joined.starts_with(b"'") {
        return None;
    }
    Some(denied(words, joined, verdict))
}

/// The verdict about `'NAME/TYPE/CLASS'`.
pub(super) fn denied<'r>(
    words: &'static str,
    joined: &'r [u8],
    verdict: &'r [u8],
) -> Result<Activity<'r>, Refusal> {
    let Some(rest) = verdict.strip_prefix(b"denied") else {
        return Err(declined(reason::ACCESS));
    };
    let Some(joined) = Joined::read(joined) else {
        return Err(declined(reason::BARE_DENIAL));
    };
    let mut activity = Activity::new(words, Operation::Query, Direction::Response);
    activity.name = Some(joined.name);
    activity.rr_type = Some(joined.first);
    activity.class = Some(joined.second);
    activity.outcome = Some(Outcome::Rcode(b"REFUSED"));
    let because = rest
        .trim_ascii()
        .strip_prefix(b"(")
        .and_then(|rest| rest.strip_suffix(b")"));
    if let Some(because) = because {
        activity.details.push(Detail::Text("reason", because));
    }
    Ok(activity)
}
