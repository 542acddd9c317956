//! Messages that no client stands in front of, and the few of clients that are neither query nor transfer nor update.

use asim_parse::{Fault, Refusal};
use memchr::memmem;

use super::{Joined, Told, Zone, declined, query, reason, transfer, unquoted};
use crate::client;
use crate::prefix::Prefix;
use crate::raw::{Activity, Client, Detail, Direction, Operation, Outcome};
use crate::text::{find_bare, rsplit_once, split_once};

/// Reads a message without a client.
pub(super) fn read<'r>(message: &'r [u8], prefix: &Prefix<'_>) -> Told<'r> {
    let upstream = |activity: Result<Activity<'r>, Refusal>| activity.map(|activity| (None, activity));
    if let Some(rest) = message.strip_prefix(b"List Matched ")
        && let Some((client, activity)) = query::matched(rest)
    {
        return Ok((Some(client), activity));
    }
    if let Some(rest) = message.strip_prefix(b"zone ")
        && let Some((zone, rest)) = split_once(rest, b": ")
    {
        return of_zone(zone, rest);
    }
    let transfer = without_object(message).strip_prefix(b"transfer of '");
    if let Some(rest) = transfer {
        return upstream(transfer::incoming(rest));
    }
    if let Some(at) = memmem::find(message, RESOLVING) {
        return upstream(resolving(message, at));
    }
    Err(other(message, prefix))
}

const RESOLVING: &[u8] = b" resolving '";

/// The message without the object that 9.20 prints in front of it, as in `0x7f14d40018e0: `.
fn without_object(message: &[u8]) -> &[u8] {
    match message
        .strip_prefix(b"0x")
        .and_then(|rest| split_once(rest, b": "))
    {
        Some((digits, rest)) if digits.iter().all(u8::is_ascii_hexdigit) => rest,
        _ => message,
    }
}

/// `zone NAME/CLASS[/VIEW]: TEXT`.
fn of_zone<'r>(zone: &'r [u8], text: &'r [u8]) -> Told<'r> {
    let about = |words, operation, direction| {
        let zone = Zone::read(zone);
        let mut activity = Activity::new(words, operation, direction);
        activity.name = Some(zone.name);
        activity.class = zone.class;
        activity.rr_type = Some(b"SOA");
        activity
    };
    if let Some(rest) = text.strip_prefix(b"sending notify to ")
        && let Some((secondary, _)) = client::endpoint(rest)
    {
        let mut activity = about("sending notify", Operation::Notify, Direction::Request);
        activity.upstream = Some(secondary);
        return Ok((None, activity));
    }
    if let Some(rest) = text.strip_prefix(b"notify response from ")
        && let Some((secondary, rest)) = client::endpoint(rest)
    {
        let mut activity = about("notify response", Operation::Notify, Direction::Response);
        activity.upstream = Some(secondary);
        activity.outcome = rest.strip_prefix(b": ").map(Outcome::Rcode);
        return Ok((None, activity));
    }
    if let Some(rest) = text.strip_prefix(b"refused notify from non-")
        && let Some((_, rest)) = split_once(rest, b": ")
        && let Some((endpoint, _)) = client::endpoint(rest)
    {
        let mut activity = about("refused notify", Operation::Notify, Direction::Response);
        activity.outcome = Some(Outcome::Rcode(b"REFUSED"));
        let client = Client {
            endpoint,
            ..Client::default()
        };
        return Ok((Some(client), activity));
    }
    if let Some(rest) = text.strip_prefix(b"forwarded dynamic update: ")
        && let Some((_, rest)) = split_once(rest, b" ")
        && let Some((primary, rest)) = client::endpoint(rest)
        && let Some(rcode) = rest.strip_prefix(b" returned: ")
    {
        let mut activity = about("forwarded dynamic update", Operation::Update, Direction::Response);
        activity.upstream = Some(primary);
        activity.outcome = Some(Outcome::Rcode(rcode));
        return Ok((None, activity));
    }
    let transfer = [
        &b"Transfer started"[..],
        b"transferred serial",
        b"zone transfer deferred",
    ];
    Err(declined(if text.starts_with(b"notify ") {
        reason::NOTIFY
    } else if transfer.iter().any(|start| text.starts_with(start)) {
        reason::TRANSFER
    } else {
        reason::ZONE
    }))
}

/// `REASON resolving 'NAME/TYPE/CLASS': ADDRESS#PORT`: another server's response to this one, or none.
fn resolving(message: &[u8], at: usize) -> Result<Activity<'_>, Refusal> {
    let because = message.get(..at).unwrap_or_default();
    // 9.10 and older put it into parentheses.
    let because = because
        .strip_prefix(b"error (")
        .and_then(|because| because.strip_suffix(b")"))
        .unwrap_or(because);
    let rest = message.get(at + RESOLVING.len()..).unwrap_or_default();
    let end = find_bare(rest, b' ').unwrap_or(rest.len());
    let joined = rest.get(..end).unwrap_or_default();
    let joined = joined.strip_suffix(b":").unwrap_or(joined);
    let (name, rr_type, class) = match Joined::read(joined) {
        Some(joined) => (joined.name, Some(joined.first), Some(joined.second)),
        None => (unquoted(joined), None, None),
    };
    let server = rsplit_once(rest, b' ').and_then(|(_, server)| client::endpoint(server));
    let Some((server, _)) = server else {
        return Err(declined(reason::RESOLVER));
    };
    let unexpected = because
        .strip_suffix(b" unexpected RCODE")
        .or_else(|| because.strip_prefix(b"unexpected RCODE "))
        .map(|rcode| {
            rcode
                .strip_prefix(b"(")
                .and_then(|rcode| rcode.strip_suffix(b")"))
                .unwrap_or(rcode)
        });
    let no_answer = [
        &b"timed out"[..],
        b"connection refused",
        b"network unreachable",
        b"host unreachable",
    ];
    let (direction, outcome) = match unexpected {
        Some(rcode) => (Direction::Response, Outcome::Rcode(rcode)),
        None if no_answer.contains(&because) => (Direction::Request, Outcome::Unknown(because)),
        None => (Direction::Response, Outcome::Unknown(because)),
    };
    let mut activity = Activity::new("resolving", Operation::Query, direction);
    activity.upstream = Some(server);
    activity.name = Some(name);
    activity.rr_type = rr_type;
    activity.class = class;
    activity.outcome = Some(outcome);
    Ok(activity)
}

/// A client's message that begins with none of the letters of queries, transfers and updates, or with one by chance.
pub(super) fn read_of_client(text: &[u8]) -> Option<Result<Activity<'_>, Refusal>> {
    if let Some(read) = query::read_idle(text) {
        return Some(read);
    }
    let rest = text.strip_prefix(b"received notify for zone '")?;
    let end = memmem::find(rest, b"'")?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let refused = [&b": not authoritative"[..], b": NOTAUTH"]
        .iter()
        .any(|end| rest.ends_with(end));
    let direction = if refused {
        Direction::Response
    } else {
        Direction::Request
    };
    let mut activity = Activity::new("received notify", Operation::Notify, direction);
    activity.name = Some(name);
    // named reads no other question as a notify.
    activity.rr_type = Some(b"SOA");
    activity.outcome = refused.then_some(Outcome::Rcode(b"NOTAUTH"));
    if let Some((key, _)) = rest
        .strip_prefix(b": TSIG '")
        .and_then(|rest| split_once(rest, b"'"))
    {
        activity.details.push(Detail::Text("key", key));
    }
    Some(Ok(activity))
}

/// Why another message of a client is declined.
pub(super) fn other_of_client(text: &[u8]) -> Refusal {
    declined(if text.is_empty() || text.starts_with(b";;") {
        reason::DUMP
    } else if text.starts_with(b"signer ") {
        reason::ACCESS
    } else if text.starts_with(b"request has invalid signature") {
        reason::KEY
    } else if memmem::find(text, b"rpz ").is_some() {
        reason::REWRITE
    } else if text.starts_with(b"RFC 1918 response from Internet") {
        reason::WARNING
    } else {
        reason::DEBUG
    })
}

/// Why another message of the server is refused. With nothing in front of it, only its words tell that it is one.
fn other(message: &[u8], prefix: &Prefix<'_>) -> Refusal {
    let limit = [
        &b"limit "[..],
        b"*limit ",
        b"stop limiting ",
        b"*stop limiting ",
        b"would limit ",
        b"consider limiting ",
    ];
    if limit.iter().any(|start| message.starts_with(start)) {
        return declined(reason::LIMIT);
    }
    if message.starts_with(b";;") {
        return declined(reason::DUMP);
    }
    if message.trim_ascii_start().first() == Some(&b'{') && !prefix.is_any() {
        return declined(reason::JSON);
    }
    if message.starts_with(b"DNS format error from ") || message.starts_with(b"resolver priming query") {
        return declined(reason::RESOLVER);
    }
    if prefix.is_any() || is_own(message) {
        return declined(reason::SERVER);
    }
    Fault::decode("not a line of named").into()
}

/// Whether a message begins with words that named itself uses.
pub(crate) fn is_own(message: &[u8]) -> bool {
    OWN.iter().any(|own| message.starts_with(own))
}

/// The first words of messages of the server itself, at info and above.
const OWN: [&[u8]; 68] = [
    b"starting BIND ",
    b"running",
    b"exiting",
    b"shutting down",
    b"built with ",
    b"compiled ",
    b"linked to ",
    b"all zones loaded",
    b"managed-keys-zone",
    b"zone ",
    b"rpz: ",
    b"catz: ",
    b"dyndb ",
    b"reloading ",
    b"reload ",
    b"received SIGHUP",
    b"received control channel command",
    b"loading configuration",
    b"reading built-in trust anchors",
    b"looking for GeoIP",
    b"using default ",
    b"using built-in ",
    b"using up to ",
    b"using ",
    b"found ",
    b"adjusted limit",
    b"set maximum ",
    b"command channel listening",
    b"stopping command channel",
    b"listening on ",
    b"no longer listening on ",
    b"not using ",
    b"none:",
    b"sizing zone task pool",
    b"generating session key",
    b"unable to set effective",
    b"the working directory",
    b"the initial working directory",
    b"initializing ",
    b"obtaining root key",
    b"size of ",
    b"statistics channel",
    b"ENGINE_by_id",
    b"DNSSEC algorithms",
    b"DS algorithms",
    b"HMAC algorithms",
    b"TKEY mode",
    b"automatic empty zone",
    b"configuring ",
    b"config: ",
    b"BIND 9 is maintained",
    b"Inc. (ISC)",
    b"corporation.",
    b"available at https://",
    b"--------",
    b"validating ",
    b"no valid ",
    b"broken trust chain",
    b"insecurity proof failed",
    b"got insecure response",
    b"success resolving ",
    b"checkhints: ",
    b"skipping nameserver ",
    b"clients-per-query ",
    b"FIPS mode is ",
    b"set up managed keys zone ",
    b"socket: ",
    b"sockmgr ",
];
