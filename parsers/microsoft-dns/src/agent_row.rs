//! Rows of the table `DnsEvents`, which the Log Analytics agent filled.

use std::borrow::Cow;

use asim_parse::decode::members::{MemberValue, Members};
use asim_parse::envelope::{ColumnZone, TableHeader};
use asim_parse::schema::{AdditionalValue, Rcode, RrType, Timestamp};
use asim_parse::value::local_time;
use asim_parse::{Additional, Context, Fault, Notes, Refusal};
use memchr::memmem;

use crate::activity::{self, Segment};
use crate::raw::{MicrosoftDns, problem};
use crate::server_event::usable_address;

/// Columns that this table has and no other.
const COLUMNS: [&str; 4] = ["ClientIP", "EventId", "QueryType", "ResultCode"];

/// Whether a table has the columns of this one.
pub(crate) fn is_table(header: &TableHeader) -> bool {
    COLUMNS.iter().filter(|column| header.has(column)).count() >= 3
}

/// Whether JSON text has the columns of this table.
pub(crate) fn is_json(text: &[u8]) -> bool {
    let needles: [&[u8]; 4] = [
        b"\"ClientIP\"",
        b"\"EventId\"",
        b"\"QueryType\"",
        b"\"ResultCode\"",
    ];
    needles
        .iter()
        .filter(|needle| memmem::find(text, needle).is_some())
        .count()
        >= 3
}

/// Reads a row.
pub(crate) fn decode<'r>(
    members: Members<'r>,
    header: Option<&TableHeader>,
    context: &Context,
    notes: &mut Notes,
) -> Result<MicrosoftDns<'r>, Refusal> {
    let id = match members.get("EventId").and_then(MemberValue::as_text) {
        None => {
            return Err(Refusal::Declined(Cow::Borrowed(
                "a row without the id of an event",
            )));
        }
        Some(text) => {
            let whole = text.strip_suffix(".0").unwrap_or(text);
            whole
                .parse()
                .map_err(|_| Fault::decode("EventId is not a number"))?
        }
    };
    let activity =
        activity::of_event(id, false).map_err(|reason| Refusal::Declined(Cow::Borrowed(reason)))?;
    let mut raw = MicrosoftDns::new(activity);
    raw.event_id = Some(Cow::Owned(id.to_string()));
    for (name, value) in members {
        take(&mut raw, name, value, header, context, notes)?;
    }
    raw.rr_type = raw.rr_type.or(activity.rr_type);
    Ok(raw)
}

fn take<'r>(
    raw: &mut MicrosoftDns<'r>,
    name: Cow<'r, str>,
    value: MemberValue<'r>,
    header: Option<&TableHeader>,
    context: &Context,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let text = match value {
        MemberValue::Null => return Ok(()),
        MemberValue::Nested(json) => Cow::Borrowed(json),
        // What a table has as a number is one in CSV too.
        value => value.into_text().unwrap_or_default(),
    };
    if text.is_empty() {
        return Ok(());
    }
    let (column, zone) = match name.strip_suffix(" [UTC]") {
        Some(column) => (column, Some(ColumnZone::Utc)),
        None => match name.strip_suffix(" [Local Time]") {
            Some(column) => (column, Some(ColumnZone::Local)),
            None => (&*name, header.and_then(|header| header.zone(&name))),
        },
    };
    match column {
        "EventId" | "Type" => {}
        "TimeGenerated" => {
            let time = time(&text, zone, context, notes)?;
            if time.is_none() {
                notes.add("TimeGenerated", "not a time");
                raw.other.push(name, text);
            }
            (raw.time, raw.time_generated) = (time, time);
        }
        "Computer" => raw.device = Some(text),
        "ClientIP" => match usable_address(text.as_bytes()) {
            Some(address) => take_remote(raw, address),
            None => keep(raw, "ClientIP", problem::ADDRESS, text, notes),
        },
        "Name" => raw.take_name("Name", text, notes),
        "QueryType" => match text.parse().ok().map(RrType).or_else(|| RrType::from_name(&text)) {
            Some(rr_type) => raw.rr_type = Some(rr_type),
            None => keep(raw, "QueryType", "not a type", text, notes),
        },
        "ResultCode" => {
            let whole = text.strip_suffix(".0").unwrap_or(&text);
            match whole.parse().ok().map(Rcode) {
                Some(rcode) if raw.activity.is_response => raw.rcode = Some(rcode),
                Some(Rcode::NOERROR) => {}
                Some(_) => raw.other.push(name, text),
                None => keep(raw, "ResultCode", problem::NUMBER, text, notes),
            }
        }
        "Result" => raw.reason = Some(text),
        "IPAddresses" => raw.answers = Some(text),
        "Message" => raw.message = Some(text),
        "Severity" => raw.severity = Some(text),
        "SubType" => raw.sub_type = Some(text),
        "ReportReferenceLink" => raw.report_url = Some(text),
        "_ResourceId" => raw.device_resource = Some(text),
        // The workspace's own columns.
        "TenantId"
        | "SourceSystem"
        | "MG"
        | "ManagementGroupName"
        | "_ItemId"
        | "_SubscriptionId"
        | "_BilledSize"
        | "_IsBillable"
        | "_TimeReceived"
        | "_Internal_WorkspaceResourceId"
            if context.additional != Additional::All => {}
        _ => raw.other.push(name, AdditionalValue::Text(text)),
    }
    Ok(())
}

/// The client's address; of what the server asked itself, the other side's, unless it is the server that is named.
fn take_remote(raw: &mut MicrosoftDns<'_>, address: std::net::IpAddr) {
    if raw.activity.segment == Segment::Client || !address.is_loopback() {
        raw.remote = Some(address);
    }
}

fn time(
    text: &str,
    zone: Option<ColumnZone>,
    context: &Context,
    notes: &mut Notes,
) -> Result<Option<Timestamp>, Refusal> {
    if let Some(time) = Timestamp::parse(text) {
        return Ok(Some(time));
    }
    let Some(local) = local_time::parse(text) else {
        return Ok(None);
    };
    Ok(match zone {
        Some(ColumnZone::Local) => Some(local_time::resolve(local, context, notes, "TimeGenerated")?),
        // The tables' times are in UTC.
        _ => Timestamp::from_datetime(local.and_utc()),
    })
}

#[cold]
fn keep<'r>(
    raw: &mut MicrosoftDns<'r>,
    name: &'static str,
    problem: &'static str,
    text: Cow<'r, str>,
    notes: &mut Notes,
) {
    notes.add(name, problem);
    raw.other.push(name, text);
}
