//! What a filter leaves out before a record is mapped.

use asim_parse::filter::CompiledFilter;
use asim_parse::schema::EventSubType;
use asim_parse::{Context, Envelope};

use crate::map::client_of;
use crate::raw::MicrosoftDns;

/// Whether a filter leaves out the event of a record. One without a time is rejected, so it is never refused.
pub(crate) fn refuses(
    raw: &MicrosoftDns<'_>,
    envelope: &Envelope,
    context: &Context,
    filter: &CompiledFilter,
) -> bool {
    let Some(start) = raw.time.or(envelope.time).or(context.assume_time) else {
        return false;
    };
    let response = raw.activity.is_response;
    let sub_type = if response {
        EventSubType::Response
    } else {
        EventSubType::Request
    };
    let answers = raw.answers.as_deref().filter(|_| response);
    filter.refuses_time(raw.time_generated.unwrap_or(start), envelope)
        || filter.refuses_sub_type(sub_type)
        || filter.refuses_event_type(raw.activity.opcode)
        || client_of(raw).is_some_and(|address| filter.refuses_source(address))
        || raw.name.as_deref().is_some_and(|name| filter.refuses_query(name))
        || match raw.rcode.filter(|_| response) {
            Some(rcode) => filter.refuses_response_code(&rcode.text()),
            None => !response && filter.refuses_response_code("NA"),
        }
        || answers.is_some_and(|answers| filter.refuses_response(answers))
}
