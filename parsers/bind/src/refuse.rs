//! What a filter leaves out before a line is mapped.

use std::net::IpAddr;

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::{EventSubType, Opcode, Timestamp};
use asim_parse::value::local_time;
use asim_parse::{Context, Envelope, Notes};

use crate::map::SELF;
use crate::name;
use crate::raw::{BindLine, Direction, LogTime, Operation};

/// Whether a filter leaves out the event of a line. One without a time is rejected, so it is never refused.
pub(crate) fn refuses(
    raw: &BindLine<'_>,
    envelope: &Envelope,
    context: &Context,
    filter: &CompiledFilter,
) -> bool {
    let Some(written) = time(raw, envelope, context) else {
        return false;
    };
    let activity = &raw.activity;
    let start = activity
        .duration
        .and_then(|ticks| written.checked_add_ticks(-ticks));
    let is_request = activity.direction == Direction::Request;
    let sub_type = if is_request {
        EventSubType::Request
    } else {
        EventSubType::Response
    };
    let operation = match activity.operation {
        Operation::Query => Opcode(0),
        Operation::Notify => Opcode(4),
        Operation::Update => Opcode(5),
    };
    filter.refuses_time(start.unwrap_or(written), envelope)
        || filter.refuses_sub_type(sub_type)
        || filter.refuses_event_type(operation)
        || client(raw).is_some_and(|address| filter.refuses_source(address))
        || name_of(raw)
            .and_then(name::canonical)
            .is_some_and(|name| filter.refuses_query(&name))
        || is_request && filter.refuses_response_code("NA")
}

fn time(raw: &BindLine<'_>, envelope: &Envelope, context: &Context) -> Option<Timestamp> {
    match raw.time {
        Some(LogTime::Instant(time)) => Some(time),
        Some(LogTime::Local(time)) => local_time::resolve(time, context, &mut Notes::default(), "time").ok(),
        None => envelope.time.or(envelope.time_generated).or(context.assume_time),
    }
}

fn client(raw: &BindLine<'_>) -> Option<IpAddr> {
    match &raw.client {
        Some(client) if client.endpoint.address.is_some() => client.endpoint.address,
        _ => raw.activity.upstream.map(|_| SELF),
    }
}

/// The name, where the line tells of one alone; of two, `map` takes the one that was asked for.
fn name_of<'r>(raw: &BindLine<'r>) -> Option<&'r [u8]> {
    let asked = raw.client.as_ref().and_then(|client| client.name);
    match (raw.activity.name, asked) {
        (Some(own), Some(asked)) => (own == asked).then_some(own),
        (own, asked) => own.or(asked),
    }
}
