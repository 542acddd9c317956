//! What a filter leaves out before an event 22 is mapped.

use asim_parse::Envelope;
use asim_parse::filter::CompiledFilter;
use asim_parse::schema::{EventSubType, Opcode};
use asim_parse::windows;

use crate::raw::SysmonDns;

/// Whether a filter leaves out the event of an event 22. One whose time is not told by the event itself is for `map`.
pub(crate) fn refuses(raw: &SysmonDns<'_>, envelope: &Envelope, filter: &CompiledFilter) -> bool {
    let own = raw.utc_time.as_deref().and_then(windows::utc);
    let Some(start) = own.or(raw.event.time_created) else {
        return false;
    };
    let generated = raw.event.time_generated.unwrap_or(start);
    // A local time of the table's row goes before the event's.
    let is_known = raw.event.time_generated.is_some() || raw.event.local_time_generated.is_none();
    is_known && filter.refuses_time(generated, envelope)
        || filter.refuses_sub_type(EventSubType::Response)
        || filter.refuses_event_type(Opcode::QUERY)
        || raw
            .query_name
            .as_deref()
            .is_some_and(|name| filter.refuses_query_bytes(name.as_bytes()))
        || raw
            .query_results
            .as_deref()
            .is_some_and(|results| filter.refuses_response(results))
}
