//! From a record's lines to the one DNS message that they tell of.

use asim_parse::Refusal;

use crate::message;
use crate::prefix;
use crate::raw::{Activity, BindLine, Detail, Outcome};

/// Reads a record: the line that begins it, and those that say more of the same message.
pub(crate) fn decode(bytes: &[u8]) -> Result<BindLine<'_>, Refusal> {
    let Some(end) = memchr::memchr(b'\n', bytes) else {
        return first_line(bytes);
    };
    let first = without_return(bytes.get(..end).unwrap_or_default());
    let mut record = first_line(first)?;
    if record.activity.nios {
        // The text of an answer may go over several lines.
        if let Some(answers) = record.activity.answers {
            let start = first.trim_ascii_end().len().saturating_sub(answers.len());
            record.activity.answers = bytes.get(start..).map(<[u8]>::trim_ascii);
        }
        return Ok(record);
    }
    let rest = bytes.get(end + 1..).unwrap_or_default();
    for line in rest.split(|byte| *byte == b'\n').map(without_return) {
        // Whatever else a line holds, such as a message printed in full, adds nothing.
        if let Ok(more) = first_line(line) {
            record.activity.add(more.activity);
        }
    }
    Ok(record)
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn first_line(line: &[u8]) -> Result<BindLine<'_>, Refusal> {
    let (prefix, message) = prefix::split(line);
    let (client, activity) = message::read(message, &prefix)?;
    Ok(BindLine {
        time: prefix.time,
        severity: prefix.severity,
        client,
        activity,
    })
}

impl Activity<'_> {
    /// Takes over what a later line tells of the same message. It is nearer to what was sent.
    fn add(&mut self, later: Self) {
        if let Some(outcome) = later.outcome
            && let Some(Outcome::Result(result)) = self.outcome.replace(outcome)
            && outcome != Outcome::Rcode(result)
            && outcome != Outcome::Result(result)
        {
            self.details.push(Detail::Text("result", result));
        }
        self.name = self.name.or(later.name);
        self.class = self.class.or(later.class);
        self.rr_type = self.rr_type.or(later.rr_type);
        self.server = self.server.or(later.server);
        self.flags = self.flags.or(later.flags);
        self.transport = self.transport.or(later.transport);
        self.subnet = self.subnet.or(later.subnet);
        self.action = self.action.or(later.action);
        self.answers = self.answers.or(later.answers);
        self.details.extend(later.details);
        self.changes.extend(later.changes);
    }
}
