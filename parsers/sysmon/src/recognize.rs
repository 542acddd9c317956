//! Telling Sysmon's events from an input's first bytes.

use asim_parse::{Format, Recognition, sniff};
use memchr::memmem;

/// The names of Sysmon's providers; the channels begin with the same names.
const NAMES: [&[u8]; 2] = [b"Microsoft-Windows-Sysmon", b"Linux-Sysmon"];

/// What stands around a name that is a value: quotes, tags, separators.
///
/// A name in the middle of other text is somebody talking about Sysmon.
const BEFORE: &[u8] = b"\"'>,;=";
const BEHIND: &[u8] = b"\"'<,;/\\";

pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    let text = sniff::without_mark(head);
    if sniff::is_evtx(text) {
        let name = NAMES
            .into_iter()
            .find(|name| memmem::find(text, &in_utf16(name)).is_some())?;
        return Some(recognition(Format::Evtx, name));
    }
    let name = NAMES.into_iter().find(|name| is_value(text, name))?;
    if sniff::is_xml(text) {
        return Some(recognition(Format::WindowsXml, name));
    }
    if let Some(format) = sniff::json_format(text) {
        return Some(recognition(format, name));
    }
    let header = sniff::table_header(text)?;
    let is_table = header.has("EventID") && header.has("EventData");
    is_table.then(|| recognition(Format::Csv, name))
}

fn recognition(format: Format, name: &[u8]) -> Recognition {
    Recognition {
        format,
        evidence: format!("the provider {}", name.escape_ascii()),
    }
}

/// The name as EVTX holds it.
fn in_utf16(name: &[u8]) -> Vec<u8> {
    name.iter().flat_map(|byte| [*byte, 0]).collect()
}

/// Whether the name stands somewhere as a value, or as a channel's first part.
fn is_value(text: &[u8], name: &[u8]) -> bool {
    memmem::find_iter(text, name).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let behind = text.get(at + name.len());
        before.is_some_and(|byte| BEFORE.contains(byte)) && behind.is_none_or(|byte| BEHIND.contains(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &str) -> Option<Format> {
        recognize(head.as_bytes()).map(|recognition| recognition.format)
    }

    #[test]
    fn each_form_is_told_by_the_provider() {
        for (head, expected) in [
            (
                "<Event><System><Provider Name='Microsoft-Windows-Sysmon'/>",
                Format::WindowsXml,
            ),
            (
                "<?xml version='1.0'?>\n<Events>\n<Event><System><Provider Name=\"Linux-Sysmon\"",
                Format::WindowsXml,
            ),
            (
                "{\"SourceName\":\"Microsoft-Windows-Sysmon\",\"EventID\":22}\n",
                Format::NdJson,
            ),
            (
                "[\n{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\"}]",
                Format::JsonValues,
            ),
            (
                "TimeGenerated,Source,EventLog,EventData,EventID\n1,Microsoft-Windows-Sysmon,x,y,22\n",
                Format::Csv,
            ),
        ] {
            assert_eq!(format(head), Some(expected), "{head}");
        }
        let evtx = [b"ElfFile\0".as_slice(), &in_utf16(b"x Microsoft-Windows-Sysmon")].concat();
        assert_eq!(recognize(&evtx).map(|found| found.format), Some(Format::Evtx));
    }

    #[test]
    fn an_event_22_of_somebody_else_is_not_claimed() {
        for head in [
            "",
            "{\"EventID\":22}",
            "{\"SourceName\":\"Microsoft-Windows-DNSServer\",\"EventID\":257}",
            "{\"SourceName\":\"Contoso\",\"EventID\":22,\"Message\":\"like Microsoft-Windows-Sysmon does\"}",
            "<Event><System><Provider Name='Microsoft-Windows-SysmonX'/><EventID>22</EventID>",
            "Microsoft-Windows-Sysmon is a provider",
            "#fields\tts\tuid",
        ] {
            assert_eq!(format(head), None, "{head}");
        }
    }
}
