//! Which lines of the log begin a record.

use asim_parse::cut::RecordStarts;

/// The log's own lines, which stand in front of the first packet and again after the file was wrapped.
const OWN_LINES: [&[u8]; 2] = [b"DNS Server log file", b"Log file wrap"];

/// A record begins with a date, or with the log's header; details and blank lines go on with it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Starts;

impl RecordStarts for Starts {
    fn begins(&mut self, line: &[u8]) -> bool {
        match line.first() {
            // A date in digits, and a time behind it. No line of details begins with a digit in its first column.
            Some(b'0'..=b'9') => line
                .iter()
                .take(32)
                .skip(4)
                .any(|byte| matches!(byte, b':' | b'.' | b'/' | b'-')),
            Some(b'D' | b'L') => is_own_line(line),
            // Marks of the text's direction, or of the byte order.
            Some(0xe2 | 0xef) => line
                .get(3..)
                .and_then(<[u8]>::first)
                .is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'D' | b'L')),
            _ => false,
        }
    }
}

/// Whether a line is the log's header or its mark of a wrap.
pub(super) fn is_own_line(line: &[u8]) -> bool {
    OWN_LINES.iter().any(|own| line.starts_with(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_and_blank_lines_go_on() {
        for (line, expected) in [
            ("8/13/2025 4:02:03 PM 1674 PACKET  00", true),
            ("20140816 16:08:57 5C8 PACKET 00", true),
            ("16.8.2014 16.08.57 5C8 PACKET 00", true),
            (
                "\u{feff}DNS Server log file creation at 8/13/2025 4:02:03 PM",
                true,
            ),
            ("Log file wrap at 8/13/2025 4:02:03 PM", true),
            ("", false),
            (
                "Message logging key (for packets - other items use a subset of these fields):",
                false,
            ),
            ("UDP response info at 0000018CEDDB1140", false),
            ("  Socket = 696", false),
            ("      DATA   192.0.2.1", false),
            ("\t\tSerialNo     = 12", false),
        ] {
            assert_eq!(Starts.begins(line.as_bytes()), expected, "{line}");
        }
    }
}
