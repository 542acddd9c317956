//! Running the program, and logs to run it on.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The header of the logs of these tests.
const HEADER: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n\
    #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqclass\tqtype\trcode\tsite\n\
    #types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tstring\tcount\tcount\tcount\tstring\n";

/// A row that is no record of the log.
pub(crate) const BAD_ROW: &str = "1588205199.824370\tCvf4XX17hSAgXDdGEd\n";

/// A good row.
pub(crate) fn row(query: &str) -> String {
    row_at("1588205199.824370", query)
}

/// A good row with a time of its own, or `-` for none.
pub(crate) fn row_at(time: &str, query: &str) -> String {
    format!(
        "{time}\tCvf4XX17hSAgXDdGEd\t192.0.2.6\t54243\t192.0.2.53\t53\tudp\t41180\t{query}\t1\t1\t3\tnorth\n"
    )
}

/// A log with these rows.
pub(crate) fn log_of(rows: &[&str]) -> String {
    HEADER.to_owned() + &rows.concat()
}

/// A log with a good row for each query.
pub(crate) fn log(queries: &[&str]) -> String {
    let rows: Vec<_> = queries.iter().map(|query| row(query)).collect();
    HEADER.to_owned() + &rows.concat()
}

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// The queries of the events on standard output.
    pub(crate) fn queries(&self) -> Vec<String> {
        queries(&self.stdout)
    }

    /// The first event.
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(self.stdout.lines().next().unwrap()).unwrap()
    }

    /// The run, if its status is this one.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:?}");
        self
    }
}

/// The queries of events.
pub(crate) fn queries(events: &str) -> Vec<String> {
    let event = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    events
        .lines()
        .map(|line| event(line)["DnsQuery"].as_str().unwrap().to_owned())
        .collect()
}

/// The program with its arguments, to be run in a directory.
pub(crate) fn asim(directory: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_asim"));
    command
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A directory with files in it.
pub(crate) struct Place(TempDir);

impl Place {
    /// An empty directory.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The same directory with one more file; its folders are made.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The text of a file.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// The names of everything in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The summary that a run has written to `summary.json`.
    pub(crate) fn summary(&self) -> Value {
        serde_json::from_str(&self.read("summary.json")).unwrap()
    }

    /// Runs `asim normalize` in the directory, with nothing on standard input.
    pub(crate) fn normalize(&self, arguments: &[&str]) -> Run {
        self.run(&[&["normalize"], arguments].concat())
    }

    /// Runs the program in the directory, with nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        asim(self.path(), arguments).output().unwrap().into()
    }

    /// Runs `asim normalize` in the directory with this on standard input.
    pub(crate) fn normalize_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let arguments = [&["normalize"], arguments].concat();
        let mut child = asim(self.path(), &arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }
}
