//! Lines of queries and of their responses, in BIND's form, Infoblox's and EfficientIP's.

use asim_parse::Refusal;
use asim_parse::value::{address, number};

use super::{Joined, declined, reason};
use crate::client;
use crate::raw::{Action, Activity, Client, Detail, Direction, Endpoint, Operation, Outcome, Transport};
use crate::text::{in_last_parentheses, split_once, word};

type Read<'r> = Option<Result<Activity<'r>, Refusal>>;

/// Reads a line about a query; none where it is another kind of line.
pub(super) fn read<'r>(text: &'r [u8], client: &Client<'_>) -> Read<'r> {
    if let Some(rest) = text.strip_prefix(b"query: ") {
        return Some(Ok(query(rest)));
    }
    if let Some(rest) = text.strip_prefix(b"response: ") {
        return Some(Ok(response(rest)));
    }
    if let Some(rest) = text.strip_prefix(b"answer: ") {
        return Some(Ok(answer(rest)));
    }
    if let Some(rest) = text.strip_prefix(b"query failed (") {
        return Some(Ok(failed(rest)?));
    }
    if let Some(rest) = text.strip_prefix(b"rate limit ") {
        return Some(limited(rest, client, true));
    }
    if let Some(rest) = text.strip_prefix(b"rpz ") {
        return Some(rewritten(rest, client, true));
    }
    None
}

/// Of a policy or a limit that only says what it would do.
pub(super) fn read_idle(text: &[u8]) -> Read<'_> {
    if let Some(rest) = text.strip_prefix(b"disabled rpz ") {
        return Some(rewritten(rest, &Client::default(), false));
    }
    let rest = text.strip_prefix(b"would rate limit ")?;
    Some(limited(rest, &Client::default(), false))
}

/// `NAME CLASS TYPE`, and what follows.
fn question<'r>(text: &'r [u8], activity: &mut Activity<'r>) -> &'r [u8] {
    let (name, rest) = word(text);
    let (class, rest) = word(rest);
    let (rr_type, rest) = word(rest);
    activity.name = Some(name);
    activity.class = Some(class).filter(|class| !class.is_empty());
    activity.rr_type = Some(rr_type).filter(|rr_type| !rr_type.is_empty());
    rest
}

/// `NAME CLASS TYPE FLAGS (SERVER)[ [ECS SUBNET]]`, or Infoblox's `NAME CLASS TYPE response: RCODE FLAGS[ ANSWERS]`.
fn query(text: &[u8]) -> Activity<'_> {
    let mut activity = Activity::new("query", Operation::Query, Direction::Request);
    let rest = question(text, &mut activity);
    let Some(rest) = rest.strip_prefix(b"response: ") else {
        tail(rest, &mut activity);
        return activity;
    };
    activity.words = "query response";
    activity.direction = Direction::Response;
    activity.nios = true;
    let (rcode, rest) = word(rest);
    activity.outcome = Some(Outcome::Rcode(rcode));
    let rest = flags(rest, &mut activity);
    activity.answers = Some(rest.trim_ascii()).filter(|answers| !answers.is_empty());
    activity
}

/// `NAME CLASS TYPE RCODE ANSWERS AUTHORITY ADDITIONAL FLAGS (SERVER)[ [ECS SUBNET]]`; the flags are the query's.
fn response(text: &[u8]) -> Activity<'_> {
    let mut activity = Activity::new("response", Operation::Query, Direction::Response);
    let rest = question(text, &mut activity);
    let (rcode, mut rest) = word(rest);
    activity.outcome = Some(Outcome::Rcode(rcode));
    for name in ["answer_count", "authority_count", "additional_count"] {
        let (count, after) = word(rest);
        let Some(count) = number::unsigned(count).and_then(|count| i64::try_from(count).ok()) else {
            break;
        };
        activity.details.push(Detail::Number(name, count));
        rest = after;
    }
    tail(rest, &mut activity);
    activity
}

/// `NAME CLASS TYPE[ FLAGS] (SERVER) -> RCODE[ TTL TYPE DATA]...`.
fn answer(text: &[u8]) -> Activity<'_> {
    let mut activity = Activity::new("answer", Operation::Query, Direction::Response);
    let rest = question(text, &mut activity);
    let Some((before, after)) = split_once(rest, b"-> ") else {
        tail(rest, &mut activity);
        return activity;
    };
    tail(before.trim_ascii_end(), &mut activity);
    let (rcode, records) = word(after);
    activity.outcome = Some(Outcome::Rcode(rcode));
    activity.answers = Some(records.trim_ascii()).filter(|records| !records.is_empty());
    activity
}

/// The flags at the front, if there are any, and what follows.
fn flags<'r>(text: &'r [u8], activity: &mut Activity<'r>) -> &'r [u8] {
    if !matches!(text.first(), Some(b'+' | b'-')) || text.starts_with(b"->") {
        return text;
    }
    let (flags, rest) = word(text);
    activity.flags = Some(flags);
    rest
}

/// `[FLAGS ](SERVER)[ [ECS SUBNET]]`. What follows beyond that is kept as it is.
fn tail<'r>(text: &'r [u8], activity: &mut Activity<'r>) {
    let mut rest = flags(text, activity);
    if let Some(after) = rest.strip_prefix(b"(")
        && let Some(end) = memchr::memchr(b')', after)
        && let Some(inside) = after.get(..end)
    {
        activity.server = Some(match client::endpoint(inside) {
            Some((endpoint, _)) => endpoint,
            None => Endpoint {
                text: inside,
                address: address::from_text(inside),
                ..Endpoint::default()
            },
        });
        rest = after.get(end + 1..).unwrap_or_default().trim_ascii_start();
    }
    // Versions that do not print the server's address know no letter for TCP.
    if let Some(flags) = activity.flags.filter(|_| activity.server.is_some()) {
        let tcp = memchr::memchr(b'T', flags).is_some();
        activity.transport = Some(if tcp { Transport::Tcp } else { Transport::Udp });
    }
    if let Some(after) = rest.strip_prefix(b"[ECS ")
        && let Some(end) = memchr::memchr(b']', after)
    {
        activity.subnet = after.get(..end);
        rest = after.get(end + 1..).unwrap_or_default().trim_ascii_start();
    }
    if !rest.is_empty() {
        activity.details.push(Detail::Text("trailing", rest));
    }
}

/// `query failed (RESULT) for NAME/CLASS/TYPE at FILE:LINE`.
fn failed(text: &[u8]) -> Option<Activity<'_>> {
    let mut activity = Activity::new("query failed", Operation::Query, Direction::Response);
    let (result, rest) = split_once(text, b") for ")?;
    activity.outcome = Some(Outcome::Result(result));
    let (joined, rest) = word(rest);
    let joined = Joined::read(joined)?;
    activity.name = Some(joined.name);
    activity.class = Some(joined.first);
    activity.rr_type = Some(joined.second);
    if let Some(place) = rest.strip_prefix(b"at ") {
        activity.details.push(Detail::Text("at", place));
    }
    Some(activity)
}

/// `drop|slip [KIND ]response to PREFIX[ for NAME[ CLASS][ TYPE]]  (HASH)`.
fn limited<'r>(text: &'r [u8], client: &Client<'_>, in_force: bool) -> Result<Activity<'r>, Refusal> {
    let mut activity = Activity::new("rate limit", Operation::Query, Direction::Response);
    let (word_of, rest) = word(text);
    let (kind, rest) = match split_once(rest, b"response to ") {
        Some((kind, rest)) => (kind.trim_ascii(), rest),
        None => return Err(declined(reason::LIMIT)),
    };
    let (network, rest) = word(rest);
    activity.action = Some(Action {
        word: word_of,
        in_force,
        trigger: None,
        rule: None,
        target: None,
    });
    if in_force && word_of == b"slip" && kind == b"NXDOMAIN" {
        activity.outcome = Some(Outcome::Rcode(kind));
    }
    activity.details.push(Detail::Text("limited_network", network));
    if !kind.is_empty() {
        activity.details.push(Detail::Text("limited_kind", kind));
    }
    // Two blanks stand before the hash.
    let rest = split_once(rest, b"  (").map_or(rest, |(rest, _)| rest);
    if let Some(question) = rest.strip_prefix(b"for ") {
        let (name, rest) = word(question);
        let (class, rest) = word(rest);
        let (rr_type, _) = word(rest);
        // The name is the one that was limited, which is not always the one asked for.
        activity.name = client.name.is_none().then_some(name);
        activity.class = Some(class).filter(|class| !class.is_empty());
        activity.rr_type = Some(rr_type).filter(|rr_type| !rr_type.is_empty());
        if client.name.is_some_and(|asked| !asked.eq_ignore_ascii_case(name)) {
            activity.details.push(Detail::Text("limited_name", name));
        }
    }
    Ok(activity)
}

/// `TRIGGER POLICY rewrite NAME[/TYPE/CLASS] via OWNER[ (CNAME to: TARGET)]`.
fn rewritten<'r>(text: &'r [u8], client: &Client<'_>, in_force: bool) -> Result<Activity<'r>, Refusal> {
    let mut activity = Activity::new("rpz", Operation::Query, Direction::Response);
    let (trigger, rest) = word(text);
    let (policy, rest) = word(rest);
    let Some(rest) = rest.strip_prefix(b"rewrite ") else {
        return Err(declined(reason::REWRITE));
    };
    let (subject, rest) = word(rest);
    let Some(rest) = rest.strip_prefix(b"via ") else {
        return Err(declined(reason::REWRITE));
    };
    let (rule, rest) = word(rest);
    // 9.11 and older print the name alone; the client's own name tells a slash of the name from one behind it.
    match Joined::read(subject).filter(|_| client.name != Some(subject)) {
        Some(joined) => {
            activity.name = Some(joined.name);
            activity.rr_type = Some(joined.first);
            activity.class = Some(joined.second);
        }
        None => activity.name = Some(subject),
    }
    let target = in_last_parentheses(rest).and_then(|(inside, _)| inside.strip_prefix(b"CNAME to: "));
    activity.action = Some(Action {
        word: policy,
        in_force,
        trigger: Some(trigger),
        rule: Some(rule),
        target,
    });
    if in_force {
        activity.outcome = match policy {
            b"NXDOMAIN" => Some(Outcome::Rcode(policy)),
            b"NODATA" => Some(Outcome::Rcode(b"NOERROR")),
            _ => None,
        };
    }
    Ok(activity)
}

/// `List Matched ADDRESS#PORT: query: NAME CLASS TYPE (SERVER) {POLICY} [LIST,LIST]`.
pub(super) fn matched(text: &[u8]) -> Option<(Client<'_>, Activity<'_>)> {
    let (endpoint, rest) = client::endpoint(text)?;
    let rest = rest.strip_prefix(b": query: ")?;
    let mut activity = Activity::new("List Matched", Operation::Query, Direction::Request);
    let rest = question(rest, &mut activity);
    let (before, policy) =
        split_once(rest, b" {").map_or((rest, None), |(before, rest)| (before, Some(rest)));
    tail(before, &mut activity);
    if let Some((policy, lists)) = policy.and_then(|policy| split_once(policy, b"}")) {
        activity.details.push(Detail::Text("policy", policy));
        let lists = lists.trim_ascii();
        if let Some(lists) = lists
            .strip_prefix(b"[")
            .and_then(|lists| lists.strip_suffix(b"]"))
        {
            activity.details.push(Detail::Text("lists", lists));
        }
    }
    let client = Client {
        endpoint,
        ..Client::default()
    };
    Some((client, activity))
}
