//! Which lines begin a record.
//!
//! Most lines do. These go on with the record before them:
//!
//! - a message printed in full by the debug log, whose lines have no time, category or severity of their own, and
//!   blank lines;
//! - the further changes of one dynamic update, each of which has a line;
//! - what else the server says of one response: that a policy changed it, that it was denied, that it failed, how it
//!   came out. One client's lines about it stand together, since one thread writes them.

use asim_parse::cut::RecordStarts;
use memchr::memmem;

use crate::{client, message, prefix};

/// The steps of a response that have lines, in the order in which named takes them: a policy, access rights, what came
/// of the query, the rate limit, what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Policy,
    Denial,
    Failure,
    Limit,
    Sent,
}

/// What the record under way may go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Nothing that has a client of its own.
    Nothing,
    /// Later steps of the response to the same client.
    Response(Step),
    /// More changes of the same update.
    Update,
}

/// The state between lines.
#[derive(Debug)]
pub(crate) struct Starts {
    /// A line was seen that is not blank.
    any: bool,
    /// The last lines print a message in full.
    in_dump: bool,
    open: Open,
    /// What a line that goes on has in front of its own words: the client, and the zone of an update.
    front: Vec<u8>,
}

impl Default for Starts {
    fn default() -> Self {
        Self {
            any: false,
            in_dump: false,
            open: Open::Nothing,
            front: Vec::new(),
        }
    }
}

impl RecordStarts for Starts {
    fn begins(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return false;
        }
        let first = !std::mem::replace(&mut self.any, true);
        let (has_front, message) = prefix::skip(line);
        if !has_front && self.goes_on_with_dump(message) {
            return first;
        }
        self.in_dump = false;
        if self.goes_on(message) {
            return first;
        }
        self.open = Open::Nothing;
        self.look_ahead(message);
        true
    }
}

impl Starts {
    /// Whether a line with nothing in front of it is one of a message printed in full.
    fn goes_on_with_dump(&mut self, line: &[u8]) -> bool {
        if line.first() == Some(&b';') {
            self.in_dump = true;
            return true;
        }
        // Records are printed in columns with tabs between them.
        self.in_dump && memchr::memchr(b'\t', line).is_some()
    }

    /// Whether a message says more of what the record under way is about.
    fn goes_on(&mut self, message: &[u8]) -> bool {
        if self.open == Open::Nothing {
            return false;
        }
        let Some(words) = message.strip_prefix(self.front.as_slice()) else {
            return false;
        };
        match self.open {
            Open::Nothing => false,
            Open::Update => message::is_change(words),
            Open::Response(last) => match step(words) {
                // The same step again is another response.
                Some(step) if step > last => {
                    self.open = Open::Response(step);
                    true
                }
                _ => false,
            },
        }
    }

    /// Remembers what the record that a message begins may go on with.
    fn look_ahead(&mut self, message: &[u8]) {
        if !message.starts_with(b"client ") || ends_with_address(message) {
            return;
        }
        let Some((_, words)) = message.strip_prefix(b"client ").and_then(client::client) else {
            return;
        };
        let mut front = message.len().saturating_sub(words.len());
        if let Some(step) = step(words) {
            self.open = Open::Response(step);
        } else if words.starts_with(b"updating zone '")
            && let Some(at) = memmem::find(words, b"': ")
            && words.get(at + 3..).is_some_and(message::is_change)
        {
            front += at + 3;
            self.open = Open::Update;
        } else {
            return;
        }
        self.front.clear();
        self.front
            .extend_from_slice(message.get(..front).unwrap_or_default());
    }
}

/// The step of a response that words tell of.
fn step(words: &[u8]) -> Option<Step> {
    if words.starts_with(b"query '") || words.starts_with(b"query (cache) '") {
        return memmem::find(words, b"' denied").map(|_| Step::Denial);
    }
    let steps = [
        (&b"rpz "[..], Step::Policy),
        (b"query failed (", Step::Failure),
        (b"rate limit ", Step::Limit),
        (b"response: ", Step::Sent),
    ];
    steps
        .iter()
        .find(|(start, _)| words.starts_with(start))
        .map(|(_, step)| *step)
}

/// Whether a message ends as lines of queries and responses do, with the server's address in parentheses: the quick
/// way to tell that nothing goes on with it.
fn ends_with_address(message: &[u8]) -> bool {
    let Some(rest) = message.strip_suffix(b")") else {
        return false;
    };
    let tail = rest.get(rest.len().saturating_sub(64)..).unwrap_or_default();
    let Some(open) = memchr::memrchr(b'(', tail) else {
        return false;
    };
    let inside = tail.get(open + 1..).unwrap_or_default();
    let address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'#' | b'%');
    inside.iter().all(address) && inside.iter().any(|byte| matches!(byte, b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(lines: &[&str]) -> String {
        let mut starts = Starts::default();
        lines
            .iter()
            .map(|line| if starts.begins(line.as_bytes()) { 'B' } else { '.' })
            .collect()
    }

    #[test]
    fn a_message_printed_in_full_goes_on_with_its_line() {
        let dump = [
            ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id:   3970",
            ";; flags: rd; QUESTION: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1",
            ";; QUESTION SECTION:",
            ";a.example.\t\t\tHS\tSOA",
            "",
            ";; TSIG PSEUDOSECTION:",
            "k.\t\t0\tANY\tTSIG\thmac-sha256. 1 300 32 abc 1 NOERROR 0 ",
            "",
            "",
        ];
        for front in ["", "21-Nov-2026 20:47:48.686 client: debug 1: "] {
            let before = format!("{front}client @0x7f 192.0.2.1#5: ");
            let after = format!("{front}client @0x7f 192.0.2.1#5: no matching view in class 'HS'");
            let mut lines = vec![before.as_str()];
            lines.extend(dump);
            lines.push(&after);
            lines.push("all zones loaded");
            assert_eq!(begin(&lines), "B.........BB", "{front}");
        }
    }

    #[test]
    fn the_changes_of_one_update_are_one_record() {
        let line = |client: &str, change: &str| {
            format!("client {client}: view v: updating zone 'example.com/IN': {change}")
        };
        let lines = [
            line("@0x1 192.0.2.1#5", "adding an RR at 'a.example.com' A 192.0.2.9"),
            line("@0x1 192.0.2.1#5", "deleting rrset at 'b.example.com' TXT"),
            line(
                "@0x1 192.0.2.1#6",
                "adding an RR at 'c.example.com' TXT \"x (y)\"",
            ),
            line("@0x1 192.0.2.1#6", "update failed: it is so (REFUSED)"),
            line("@0x1 192.0.2.1#6", "delete all rrsets from name 'd.example.com'"),
        ];
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_eq!(begin(&lines), "B.BBB");
    }

    #[test]
    fn what_is_said_of_one_response_is_one_record() {
        let client = "client @0x1 192.0.2.1#5 (a.example)";
        let lines = [
            format!("queries: info: {client}: query: a.example IN A + (192.0.2.53)"),
            format!("rpz: info: {client}: rpz QNAME NXDOMAIN rewrite a.example/A/IN via a.example.rpz"),
            format!("responses: info: {client}: response: a.example IN A NXDOMAIN 0 0 1 + (192.0.2.53)"),
            format!("responses: info: {client}: response: a.example IN A NXDOMAIN 0 0 1 + (192.0.2.53)"),
            format!("{client}: query (cache) 'a.example/A/IN' denied (allow-query-cache did not match)"),
            format!("{client}: query failed (REFUSED) for a.example/IN/A at query.c:1"),
            format!("{client}: rate limit drop REFUSED error response to 192.0.2.1/32"),
            "client @0x1 192.0.2.1#6 (a.example): query failed (REFUSED) for a.example/IN/A at query.c:1"
                .to_owned(),
        ];
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_eq!(begin(&lines), "BB.BB..B");
    }

    #[test]
    fn the_quick_way_knows_an_address() {
        for (message, expected) in [
            ("+ (192.0.2.53)", true),
            ("+ (2001:db8::1)", true),
            ("+ (192.0.2.53#53)", true),
            ("A  (13cb459c)", false),
            ("denied (allow-query-cache did not match)", false),
            ("+ (192.0.2.53) [ECS 192.0.2.0/24/0]", false),
            (")", false),
        ] {
            assert_eq!(ends_with_address(message.as_bytes()), expected, "{message}");
        }
    }
}
