//! Telling the server's logs from an input's first bytes.

use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

use crate::server_event::PROVIDER;
use crate::{agent_row, debug_log, rendered};

/// So many lines are looked at for the debug log.
const LINES: usize = 60;

/// The signature of a file of the event log.
const EVTX: &[u8] = b"ElfFile\0";

pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    let head = sniff::without_mark(head);
    let found = |format, evidence: &str| {
        Some(Recognition {
            format,
            evidence: evidence.to_owned(),
        })
    };
    if head.starts_with(EVTX) {
        return names_provider_in_utf16(head).then(|| {
            found(
                Format::Evtx,
                "the provider of the DNS server in an event log file",
            )
        })?;
    }
    if let Some(format) = sniff::json_format(head) {
        if is_value_of_json(head) {
            return found(format, "the provider Microsoft-Windows-DNSServer");
        }
        return agent_row::is_json(head).then(|| found(format, "the columns of the table DnsEvents"))?;
    }
    if head.trim_ascii_start().starts_with(b"<") && is_provider_of_xml(head) {
        return found(Format::WindowsXml, "the provider Microsoft-Windows-DNSServer");
    }
    let mut lines = sniff::lines(head).take(LINES);
    let first = lines.clone().next()?;
    if first.starts_with(b"DNS Server log file creation at ") {
        return found(Format::ContinuedLines, "the header of a DNS debug log");
    }
    if std::str::from_utf8(first).is_ok_and(|line| rendered::values(line).is_some()) {
        return found(Format::Lines, "messages of the DNS server's analytical channel");
    }
    if let Some(evidence) = table(head) {
        return found(Format::Csv, evidence);
    }
    lines
        .any(|line| line.first().is_some_and(u8::is_ascii_digit) && debug_log::is_packet(line))
        .then(|| found(Format::ContinuedLines, "packets of a DNS debug log"))?
}

/// What tells that a table in CSV is of the server.
fn table(head: &[u8]) -> Option<&'static str> {
    let header = sniff::table_header(head)?;
    if agent_row::is_table(&header) {
        return Some("the columns of the table DnsEvents");
    }
    let collected = ["QNAME_s", "XID_s", "EventID_d"]
        .iter()
        .filter(|name| header.has(name));
    if collected.count() >= 2 {
        return Some("the columns of the table NXLog_DNS_Server_CL");
    }
    let is_event_table = header.has("EventID") && (header.has("Provider") || header.has("Source"));
    (is_event_table && memmem::find(head, PROVIDER.as_bytes()).is_some())
        .then_some("the provider Microsoft-Windows-DNSServer")
}

/// Whether one record without layers around it is of the server.
pub(crate) fn claims(record: &[u8]) -> bool {
    match record.trim_ascii_start().first() {
        Some(b'{') => is_value_of_json(record) || agent_row::is_json(record),
        Some(b'<') => is_provider_of_xml(record),
        Some(b'0'..=b'9') => debug_log::is_packet(record),
        // A row of a table comes behind its header row.
        _ if memchr::memchr(b'\n', record).is_some() => table(record).is_some(),
        Some(b'A'..=b'Z') => std::str::from_utf8(record).is_ok_and(|text| rendered::values(text).is_some()),
        _ => false,
    }
}

/// Whether the provider's name is the value of a member, and not part of some text.
fn is_value_of_json(head: &[u8]) -> bool {
    let quoted = b"\"Microsoft-Windows-DNSServer\"";
    memmem::find_iter(head, quoted).any(|place| {
        let before = head.get(..place).unwrap_or_default().trim_ascii_end();
        before.ends_with(b":")
    })
}

/// Whether a `Provider` element has the name.
fn is_provider_of_xml(head: &[u8]) -> bool {
    memmem::find_iter(head, PROVIDER.as_bytes()).any(|place| {
        let before = head.get(place.saturating_sub(40)..place).unwrap_or_default();
        let after = head.get(place + PROVIDER.len()..).and_then(<[u8]>::first);
        matches!(after, Some(b'"' | b'\'')) && memmem::find(before, b"Provider").is_some()
    })
}

/// Whether an event log file has the name, in which text is UTF-16.
fn names_provider_in_utf16(head: &[u8]) -> bool {
    let name: Vec<u8> = PROVIDER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memmem::find_iter(head, &name).any(|place| {
        // `Microsoft-Windows-DNSServer/Audit` is a channel, which has the same owner.
        let after = head.get(place + name.len()..).and_then(|rest| rest.first());
        after.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &str) -> Option<Format> {
        recognize(head.as_bytes()).map(|recognition| recognition.format)
    }

    #[test]
    fn each_form_is_told() {
        for (head, expected) in [
            (
                "DNS Server log file creation at 6/20/2026 5:36:58 AM\r\n\r\nMessage logging key",
                Format::ContinuedLines,
            ),
            (
                "20140816 16:08:57 5C8 PACKET  02DAEC36 UDP Rcv 192.0.2.1 d07e Q [0001 D NOERROR] A (1)a(0)\n",
                Format::ContinuedLines,
            ),
            (
                "QUERY_RECEIVED: TCP=0; InterfaceIP=192.0.2.53; QNAME=a.example.; QTYPE=1\n",
                Format::Lines,
            ),
            (
                "{\"SourceName\": \"Microsoft-Windows-DNSServer\",\"EventID\":256}\n{}",
                Format::NdJson,
            ),
            (
                "[{\"SourceName_s\":\"Microsoft-Windows-DNSServer\"}]",
                Format::JsonValues,
            ),
            (
                "{\"winlog\":{\"provider_name\":\"Microsoft-Windows-DNSServer\"}}",
                Format::NdJson,
            ),
            (
                "<Event><System><Provider Name='Microsoft-Windows-DNSServer' Guid='{0}'/>",
                Format::WindowsXml,
            ),
            (
                "[{\"TimeGenerated\":1,\"ClientIP\":\"\",\"EventId\":257,\"QueryType\":\"A\"}]",
                Format::JsonValues,
            ),
            (
                "TenantId,TimeGenerated [UTC],Computer,ClientIP,EventId,Name,QueryType\n",
                Format::Csv,
            ),
            ("TimeGenerated,EventID_d,QNAME_s,XID_s\n", Format::Csv),
        ] {
            assert_eq!(format(head), Some(expected), "{head}");
        }
    }

    #[test]
    fn what_only_speaks_of_the_server_is_not_claimed() {
        for other in [
            "",
            "{\"SourceName\":\"Microsoft-Windows-Sysmon\",\"EventID\":22}",
            "{\"SourceName\":\"Microsoft-Windows-PowerShell\",\"Message\":\"Get-WinEvent \\\"Microsoft-Windows-DNSServer\\\"\"}",
            "{\"SourceName\":\"Microsoft-Windows-DNS-Client\",\"EventID\":3008,\"QueryType\":\"1\",\"ClientIP\":\"\"}",
            "<Event><System><Provider Name='Microsoft-Windows-Sysmon'/></System><EventData><Data Name='CommandLine'>wevtutil sl Microsoft-Windows-DNSServer</Data></EventData></Event>",
            "ERROR: TCP=0; InterfaceIP=192.0.2.53",
            "#fields\tts\tuid",
            "ElfFile\0",
            "21-Nov-2026 20:47:48.722 PACKET UDP",
        ] {
            assert_eq!(format(other), None, "{other}");
        }
    }
}
