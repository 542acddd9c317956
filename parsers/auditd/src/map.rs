//! From an execution to the event of the schema.

use std::borrow::Cow;

use asim_parse::schema::{
    AdditionalFields, AdditionalValue, Event, EventResult, EventSeverity, ProcessEvent, ProcessEventType,
    UserIdType, UsernameType,
};
use asim_parse::value::user::{Form, form};
use asim_parse::value::{additional, device, number, process, text};
use asim_parse::{Additional, Context, Fault, Notes, Refusal};

use crate::arguments::Arguments;
use crate::line::Value;
use crate::raw::Execution;
use crate::system_call::SystemCall;
use crate::{MANIFEST, command_line, errno};

/// The kernel keeps so many bytes of a process's title (`MAX_PROCTITLE_AUDIT_LEN`, 2026).
const LONGEST_TITLE: usize = 128;

/// What stands between the keys of several rules.
const KEY_SEPARATOR: u8 = 1;

/// Fields of a SYSCALL record that go to fields of the schema, or whose values mean nothing outside the kernel.
const DONE: [&str; 21] = [
    "syscall", "success", "exit", "a0", "a1", "a2", "a3", "items", "ppid", "pid", "uid", "euid", "ses",
    "exe", "key", "SYSCALL", "UID", "EUID", "ARCH", "comm", "tty",
];

/// Makes the event of an execution.
pub(crate) fn map<'r>(
    raw: &Execution<'r>,
    context: &Context,
    notes: &mut Notes,
) -> Result<Event<'r>, Refusal> {
    let failed = raw.word("success") == Some("no");
    let pid = raw.id("pid").ok_or_else(|| Fault::map("no process id"))?;
    let mut event = ProcessEvent::new(context.process_version);
    set_origin(&mut event, raw);
    set_result(&mut event, raw);
    set_users(&mut event, raw);
    event.set_target_process_id(pid);
    if failed {
        event.set_acting_process_id(pid);
        set_attempt(&mut event, raw, notes)?;
    } else {
        set_process(&mut event, raw, notes)?;
    }
    if let Some(directory) = value_text(raw.directory, "cwd", notes) {
        event.set_target_process_current_directory(directory);
    }
    if let Some(keys) = raw.system_call.get("key").and_then(|key| keys(key, notes)) {
        event.set_rule_name(keys);
    }
    if !raw.has_ended {
        notes.add(
            "type",
            "neither PROCTITLE nor EOE: records of the event may be missing",
        );
    }
    set_additional(&mut event, raw, context, notes);
    Ok(Event::Process(event))
}

impl<'r> Execution<'r> {
    /// A word of the SYSCALL record.
    fn word(&self, name: &str) -> Option<&'r str> {
        self.system_call.get(name).and_then(Value::word)
    }

    /// A number that identifies something, as text; none where it is the one that stands for nobody.
    fn id(&self, name: &str) -> Option<&'r str> {
        self.word(name)
            .filter(|id| *id != UNSET && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// What stands in place of a login user or a session where there is none: -1 in 32 bits. (ENRICHED's `unset` and a
/// plain -1 are no number.)
const UNSET: &str = "4294967295";

/// What every event of the source has.
fn set_origin<'r>(event: &mut ProcessEvent<'r>, raw: &Execution<'r>) {
    event.set_event_vendor(MANIFEST.vendor);
    event.set_event_product(MANIFEST.product);
    event.set_event_type(ProcessEventType::ProcessCreated);
    event.set_event_start_time(raw.time);
    event.set_event_original_uid(raw.id);
    event.set_event_original_type("SYSCALL");
    event.set_event_original_sub_type(raw.call.unwrap_or(SystemCall::Execve).name());
    event.set_dvc_os("Linux");
    if let Some(node) = raw.node {
        device::set_reporting(event, Cow::Borrowed(node));
    }
}

fn set_result<'r>(event: &mut ProcessEvent<'r>, raw: &Execution<'r>) {
    let result = match raw.word("success") {
        Some("yes") => EventResult::Success,
        Some("no") => EventResult::Failure,
        _ => EventResult::NA,
    };
    event.set_event_result(result);
    if result != EventResult::Failure {
        event.set_event_severity(EventSeverity::Informational);
        return;
    }
    event.set_event_severity(EventSeverity::Low);
    let Some(exit) = raw.word("exit") else { return };
    event.set_event_original_result_details(exit);
    let number = exit.strip_prefix('-').and_then(|digits| digits.parse().ok());
    if let Some(name) = number.and_then(errno::name) {
        event.set_event_result_details(name);
    }
}

/// Who executes is the real user; whom the program runs as, the effective one.
fn set_users<'r>(event: &mut ProcessEvent<'r>, raw: &Execution<'r>) {
    if let Some(uid) = raw.id("uid") {
        event.set_actor_user_id(uid);
        event.set_actor_user_id_type(UserIdType::UID);
    }
    if let Some((name, kind)) = raw.word("UID").and_then(name) {
        event.set_actor_username(name);
        event.set_actor_username_type(kind);
    }
    if let Some(uid) = raw.id("euid") {
        event.set_target_user_id(uid);
        event.set_target_user_id_type(UserIdType::UID);
    }
    if let Some((name, kind)) = raw.word("EUID").and_then(name) {
        event.set_target_username(name);
        event.set_target_username_type(kind);
    }
    if let Some(session) = raw.id("ses") {
        event.set_actor_session_id(session);
        event.set_target_user_session_id(session);
    }
}

/// A name that the daemon adds, with its kind; none where it knows no name for the number.
fn name(name: &str) -> Option<(&str, UsernameType)> {
    if name == "unset" || name.starts_with("unknown(") {
        return None;
    }
    match form(name) {
        Form::Name(kind) => Some((name, kind)),
        Form::Sid => Some((name, UsernameType::Simple)),
    }
}

/// The process that executes a program goes on as that program. Who began it is its parent.
fn set_process<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &Execution<'r>,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let program = value_text(raw.system_call.get("exe"), "exe", notes)
        .or_else(|| value_text(raw.program, "name", notes))
        .ok_or_else(|| Refusal::Declined("an execve whose program is not told".into()))?;
    if let Some(file) = process::file_name_of(&program) {
        event.set_target_process_filename(file);
    }
    event.set_target_process_name(program);
    event.set_target_process_creation_time(raw.time);
    if let Some(ppid) = raw.id("ppid") {
        event.set_acting_process_id(ppid);
    }
    if let Some(arguments) = &raw.arguments {
        event.set_target_process_command_line(of_arguments(arguments, notes));
        return Ok(());
    }
    notes.add(
        "EXECVE",
        "no such record: the command line is the PROCTITLE record's, if any",
    );
    if let Some(line) = title_of(raw, notes) {
        event.set_target_process_command_line(line);
    }
    Ok(())
}

/// A process that fails to execute a program goes on as it was: it is the acting one, and the title is its own.
fn set_attempt<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &Execution<'r>,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let program = value_text(raw.program, "name", notes).map(|name| in_directory(name, raw.directory));
    let Some(program) = program else {
        return Err(Refusal::Declined(
            "a failed execve whose program is not told, as there is no PATH record".into(),
        ));
    };
    if let Some(file) = process::file_name_of(&program) {
        event.set_target_process_filename(file);
    }
    event.set_target_process_name(program);
    if let Some(ppid) = raw.id("ppid") {
        event.set_parent_process_id(ppid);
    }
    if let Some(acting) = value_text(raw.system_call.get("exe"), "exe", notes) {
        if let Some(file) = process::file_name_of(&acting) {
            event.set_acting_process_filename(file);
        }
        event.set_acting_process_name(acting);
    }
    if let Some(line) = title_of(raw, notes) {
        event.set_acting_process_command_line(line);
    }
    Ok(())
}

/// A path that does not begin at the root begins where the process was.
fn in_directory<'r>(name: Cow<'r, str>, directory: Option<Value<'r>>) -> Cow<'r, str> {
    if name.starts_with('/') {
        return name;
    }
    let Some((directory, _)) = directory.and_then(Value::text) else {
        return name;
    };
    let (directory, _) = text::from_bytes(&directory);
    let rest = name.strip_prefix("./").unwrap_or(&name);
    Cow::Owned(format!("{}/{rest}", directory.trim_end_matches('/')))
}

/// A value's text, with a note where it is not as it should be.
fn value_text<'r>(value: Option<Value<'r>>, field: &'static str, notes: &mut Notes) -> Option<Cow<'r, str>> {
    let (bytes, is_good) = value?.text()?;
    if !is_good {
        notes.add(field, "neither quoted nor hexadecimal");
    }
    let (text, is_escaped) = text::from_cow(bytes);
    if is_escaped {
        notes.add(field, "bytes that are no UTF-8");
    }
    Some(text).filter(|text| !text.is_empty())
}

/// The arguments as text.
fn argument_texts<'a>(arguments: &'a Arguments<'_>) -> impl Iterator<Item = (Cow<'a, str>, bool)> {
    let given = arguments.given.iter();
    given.map(|argument| text::from_bytes(&argument.bytes))
}

/// The command line of the arguments.
fn of_arguments(arguments: &Arguments<'_>, notes: &mut Notes) -> String {
    if !arguments.are_complete() {
        notes.add("EXECVE", "arguments are missing, or told twice");
    }
    if arguments.given.iter().any(|argument| argument.damaged) {
        notes.add(
            "EXECVE",
            "an argument is not whole, or neither quoted nor hexadecimal",
        );
    }
    let texts: Vec<_> = argument_texts(arguments).collect();
    if texts.iter().any(|(_, is_escaped)| *is_escaped) {
        notes.add("EXECVE", "bytes that are no UTF-8");
    }
    let texts: Vec<_> = texts.into_iter().map(|(text, _)| text).collect();
    command_line::of(&texts)
}

/// The command line of the process's title, if the title is that of the program that `exe` names.
///
/// The kernel takes a task's title down once, with its first event, and writes it with all later ones, also when the
/// task has gone on as another program.
fn title_of(raw: &Execution<'_>, notes: &mut Notes) -> Option<String> {
    let title = raw.title?;
    let (bytes, _) = title.text()?;
    let first = bytes.split(|byte| *byte == 0).next()?;
    let file = |path: &[u8]| path.rsplit(|byte| *byte == b'/').next().unwrap_or(path).to_vec();
    // A shell that someone signed in to has a hyphen in front.
    let own = file(first.strip_prefix(b"-").unwrap_or(first));
    let named = |name: &str| Some(file(&raw.system_call.get(name)?.text()?.0));
    // `python3` may be `python3.11`, and `sh` may be `dash` but is `sh` for the kernel.
    let is_own = named("exe").is_some_and(|exe| exe.starts_with(&own))
        || named("comm").is_some_and(|comm| comm == own);
    if own.is_empty() || !is_own {
        notes.add("proctitle", "of another program");
        return None;
    }
    of_title(title, notes)
}

/// The command line of a title: arguments with a NUL behind each, of which the last may be cut off.
fn of_title(title: Value<'_>, notes: &mut Notes) -> Option<String> {
    let (bytes, is_good) = title.text()?;
    if !is_good {
        notes.add("proctitle", "neither quoted nor hexadecimal");
    }
    if bytes.len() >= LONGEST_TITLE {
        notes.add("proctitle", "128 bytes: the command line may be cut off");
    }
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(&bytes);
    let texts: Vec<_> = bytes.split(|byte| *byte == 0).map(text::from_bytes).collect();
    if texts.iter().any(|(_, is_escaped)| *is_escaped) {
        notes.add("proctitle", "bytes that are no UTF-8");
    }
    let texts: Vec<_> = texts.into_iter().map(|(text, _)| text).collect();
    Some(command_line::of(&texts)).filter(|_| !bytes.is_empty())
}

/// The keys of the rules that took the event in, with commas between them.
fn keys<'r>(key: Value<'r>, notes: &mut Notes) -> Option<Cow<'r, str>> {
    let text = value_text(Some(key), "key", notes)?;
    Some(if text.as_bytes().contains(&KEY_SEPARATOR) {
        Cow::Owned(text.replace(char::from(KEY_SEPARATOR), ","))
    } else {
        text
    })
}

/// Everything that has no field.
fn set_additional<'r>(
    event: &mut ProcessEvent<'r>,
    raw: &Execution<'r>,
    context: &Context,
    notes: &mut Notes,
) {
    if context.additional == Additional::None {
        return;
    }
    let mut kept = AdditionalFields::new();
    if let Some(arguments) = &raw.arguments {
        let texts =
            argument_texts(arguments).map(|(text, _)| AdditionalValue::Text(Cow::Owned(text.into_owned())));
        kept.push("argv", AdditionalValue::List(texts.collect()));
    }
    // The notes on these values were taken above, or say nothing new.
    let mut unnoted = Notes::default();
    let mut texts = [
        ("name", raw.program),
        ("comm", raw.system_call.get("comm")),
        (
            "tty",
            raw.system_call.get("tty").filter(|tty| tty.word().is_some()),
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)));
    for (name, value) in texts.by_ref() {
        let text = match (name, value) {
            // A terminal's name is never written in hexadecimal.
            ("tty", value) => value.word().map(Cow::Borrowed),
            (_, value) => value_text(Some(value), name, &mut unnoted),
        };
        if let Some(text) = text {
            kept.push(name, text);
        }
    }
    for (name, value) in raw.system_call.fields() {
        let Ok(name) = std::str::from_utf8(name) else {
            continue;
        };
        if DONE.contains(&name) || name.is_empty() {
            continue;
        }
        if let Some(word) = value.word().filter(|word| *word != UNSET && *word != "unset") {
            kept.push(name, typed(name, value, word));
        }
    }
    if !kept.is_empty() {
        additional::limit(&mut kept, notes);
        event.set_additional_fields(kept);
    }
}

/// A number as one, where it is written as numbers are. An architecture is hexadecimal.
fn typed<'r>(name: &str, value: Value<'r>, word: &'r str) -> AdditionalValue<'r> {
    let is_canonical = name != "arch" && (word.len() == 1 || !word.starts_with('0'));
    match number::unsigned(word.as_bytes()).map(i64::try_from) {
        Some(Ok(number)) if is_canonical && matches!(value, Value::Bare(_)) => number.into(),
        _ => Cow::Borrowed(word).into(),
    }
}
