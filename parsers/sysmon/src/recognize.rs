//! Telling Sysmon's events from an input's first bytes.

use asim_parse::{Recognition, windows};

/// The names of Sysmon's providers; the channels begin with the same names.
const NAMES: [&[u8]; 2] = [b"Microsoft-Windows-Sysmon", b"Linux-Sysmon"];

pub(crate) fn recognize(head: &[u8]) -> Option<Recognition> {
    windows::recognize(head, &NAMES, |header| {
        header.has("EventID") && header.has("EventData")
    })
}

#[cfg(test)]
mod tests {
    use asim_parse::Format;

    use super::*;

    fn in_utf16(name: &[u8]) -> Vec<u8> {
        name.iter().flat_map(|byte| [*byte, 0]).collect()
    }

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
