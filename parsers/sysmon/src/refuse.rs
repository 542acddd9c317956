//! What a filter leaves out before an event is mapped.

use asim_parse::Envelope;
use asim_parse::filter::CompiledFilter;
use asim_parse::schema::{EventSubType, Opcode, SchemaKind};
use asim_parse::windows;

use crate::raw::{SysmonDns, SysmonEvent};

/// Whether a filter leaves out the event of a raw one. One whose time is not told by the event itself is for `map`.
pub(crate) fn refuses(raw: &SysmonEvent<'_>, envelope: &Envelope, filter: &CompiledFilter) -> bool {
    let (utc_time, event) = match raw {
        SysmonEvent::Dns(raw) => (&raw.utc_time, &raw.event),
        SysmonEvent::Process(raw) => (&raw.utc_time, &raw.event),
    };
    let own = utc_time.as_deref().and_then(windows::utc);
    let Some(start) = own.or(event.time_created) else {
        return false;
    };
    let generated = event.generated_for(start);
    generated.is_some_and(|time| filter.refuses_time(time, envelope))
        || match raw {
            SysmonEvent::Dns(raw) => refuses_query(raw, filter),
            SysmonEvent::Process(raw) => {
                filter.refuses_schema(SchemaKind::Process) || filter.refuses_process_type(raw.event_type())
            }
        }
}

fn refuses_query(raw: &SysmonDns<'_>, filter: &CompiledFilter) -> bool {
    filter.refuses_sub_type(EventSubType::Response)
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
