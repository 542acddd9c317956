//! What the records of one event say, without any idea of what it means.

use std::borrow::Cow;

use asim_parse::schema::Timestamp;
use asim_parse::{Fault, Refusal};

use crate::arguments::Arguments;
use crate::line::{Line, Value};
use crate::system_call::SystemCall;

/// An attempt to execute a program.
#[derive(Debug, Clone)]
pub struct Execution<'r> {
    /// The host, where the records name it.
    pub node: Option<&'r str>,
    /// Time and serial number, as they are written.
    pub id: &'r str,
    /// When it was.
    pub time: Timestamp,
    /// The system call; none of an architecture that is not known, where only the EXECVE record tells.
    pub call: Option<SystemCall>,
    /// The SYSCALL record.
    pub system_call: Line<'r>,
    /// The EXECVE records.
    pub arguments: Option<Arguments<'r>>,
    /// `cwd` of the CWD record.
    pub directory: Option<Value<'r>>,
    /// `name` of the PATH record with `item=0`: the program as the caller named it.
    pub program: Option<Value<'r>>,
    /// `proctitle` of the PROCTITLE record.
    pub title: Option<Value<'r>>,
    /// Whether a record is there that is written last.
    pub has_ended: bool,
}

/// Reads the records of one event, one a line.
pub(crate) fn decode(text: &[u8]) -> Result<Execution<'_>, Refusal> {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .map(|line| Line::of(line).ok_or_else(|| Fault::decode("not an audit record")));
    let first = lines
        .next()
        .unwrap_or_else(|| Err(Fault::decode("not an audit record")))?;
    let mut found = Found::default();
    found.take(first);
    for line in lines {
        found.take(line?);
    }
    found.into_execution(&first)
}

/// The records of an event by their types.
#[derive(Default)]
struct Found<'r> {
    system_call: Option<Line<'r>>,
    arguments: Option<Arguments<'r>>,
    directory: Option<Value<'r>>,
    program: Option<Value<'r>>,
    title: Option<Value<'r>>,
    has_ended: bool,
}

impl<'r> Found<'r> {
    fn take(&mut self, line: Line<'r>) {
        match line.kind {
            "SYSCALL" => {
                self.system_call.get_or_insert(line);
            }
            "EXECVE" => self.arguments.get_or_insert_default().add(&line),
            "CWD" => self.directory = self.directory.or_else(|| line.get("cwd")),
            "PATH" if line.get("item") == Some(Value::Bare(b"0")) => {
                self.program = self.program.or_else(|| line.get("name"));
            }
            "PROCTITLE" => {
                self.title = self.title.or_else(|| line.get("proctitle"));
                self.has_ended = true;
            }
            "EOE" => self.has_ended = true,
            _ => {}
        }
    }

    fn into_execution(mut self, first: &Line<'r>) -> Result<Execution<'r>, Refusal> {
        let Some(system_call) = self.system_call else {
            if self.arguments.is_some() {
                return Err(Fault::decode("an EXECVE record without its SYSCALL record").into());
            }
            return Err(declined(format!("{} record", first.kind)));
        };
        let call = call(&system_call);
        if call.is_none() && self.arguments.is_none() {
            return Err(declined(match first.kind {
                "SYSCALL" => "SYSCALL record of another system call than execve".to_owned(),
                kind => format!("{kind} record"),
            }));
        }
        if let Some(arguments) = &mut self.arguments {
            arguments.finish();
        }
        Ok(Execution {
            node: first.node,
            id: first.id,
            time: first.time,
            call,
            system_call,
            arguments: self.arguments,
            directory: self.directory,
            program: self.program,
            title: self.title,
            has_ended: self.has_ended,
        })
    }
}

fn declined(reason: String) -> Refusal {
    Refusal::Declined(Cow::Owned(reason))
}

/// The system call of a record, by the name that the daemon adds, else by its number.
fn call(record: &Line<'_>) -> Option<SystemCall> {
    let word = |name| record.get(name).and_then(Value::word);
    if let Some(name) = word("SYSCALL") {
        return SystemCall::named(name);
    }
    let number = word("syscall")?;
    SystemCall::numbered(word("arch")?, number).or_else(|| SystemCall::named(number))
}
