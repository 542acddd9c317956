//! Parquet and Arrow.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use asim_arrow::{Batches, EventReader, RecordBatch};
use asimkit::schema::JsonWriter;
use serde_json::Value;

use crate::support::{BAD_ROW, Place, log, log_of, row, row_at};

/// The batches of a file.
fn batches(path: &Path) -> Vec<RecordBatch> {
    let batches = Batches::open(File::open(path).unwrap()).unwrap();
    batches.map(Result::unwrap).collect()
}

/// The events of a file as NDJSON without aliases.
fn events(path: &Path) -> String {
    let mut json = JsonWriter::default();
    json.options.aliases = false;
    let mut lines = Vec::new();
    for batch in batches(path) {
        let reader = EventReader::dns(&batch.schema()).unwrap();
        for event in reader.events(&batch).unwrap() {
            json.write_event(&event.unwrap(), &mut lines);
            lines.push(b'\n');
        }
    }
    String::from_utf8(lines).unwrap()
}

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut files);
    files
}

/// A log of many events on three days, in which days follow one another closely.
fn many() -> String {
    let rows: Vec<_> = (0..20_000)
        .map(|number| {
            let day = 1_588_205_199 + number / 7 % 3 * 86_400;
            row_at(
                &format!("{day}.824370"),
                &format!("host{}.example", number * 7919 % 1000),
            )
        })
        .collect();
    log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Answers and the like, in Zeek's JSON.
fn answered() -> String {
    let line = |seconds: i64, rest: &str| {
        format!(
            "{{\"ts\":{seconds}.5,\"uid\":\"C1\",\"id.orig_h\":\"192.0.2.6\",\"id.orig_p\":5353,\
             \"id.resp_h\":\"192.0.2.53\",\"id.resp_p\":53,\"proto\":\"udp\",\"trans_id\":1,\
             \"query\":\"www.example.com\",\"qclass\":1,\"qtype\":1,\"rejected\":false,{rest}}}\n"
        )
    };
    let answers = "\"rcode\":0,\"RD\":true,\"RA\":true,\"answers\":[\"lb.example.net\",\"192.0.2.1\"],\"TTLs\":[300.0,60.0]";
    [
        line(1_588_205_199, answers),
        line(1_588_205_200, "\"rcode\":3,\"RD\":true"),
        line(1_588_305_201, "\"RD\":true"),
        line(1_588_305_202, answers),
    ]
    .concat()
}

#[test]
fn both_forms_hold_the_events_of_ndjson() {
    let place = Place::new().with("dns.json", answered());
    let expected = place
        .normalize(&["--source", "zeek", "--no-aliases", "dns.json"])
        .ended(0)
        .stdout;
    for form in ["parquet", "arrow"] {
        place
            .normalize(&["--source", "zeek", "--to", form, "-o", "out", "dns.json"])
            .ended(0);
        assert_eq!(events(&place.path().join("out")), expected, "{form}");
    }
}

#[test]
fn threads_and_blocks_change_no_byte() {
    let place = Place::new().with("dns.log", many());
    let out = place.path().join("out");
    for form in ["parquet", "arrow"] {
        for parted in [&[][..], &["--partition-by", "date,source"]] {
            let mut first = None;
            for (jobs, size) in [("1", "256K"), ("3", "16K"), ("2", "100K")] {
                let speed = ["--source", "zeek", "--jobs", jobs, "--block-size", size];
                let arguments = [&speed[..], parted, &["--to", form, "-o", "out", "dns.log"]].concat();
                place.normalize(&arguments).ended(0);
                let written = if parted.is_empty() {
                    let written = BTreeMap::from([(String::new(), fs::read(&out).unwrap())]);
                    fs::remove_file(&out).unwrap();
                    written
                } else {
                    let written = files(&out);
                    assert_eq!(written.len(), 3, "{:?}", written.keys());
                    fs::remove_dir_all(&out).unwrap();
                    written
                };
                let first = first.get_or_insert_with(|| written.clone());
                assert!(*first == written, "{form} {parted:?} {jobs} {size}");
            }
        }
    }
}

#[test]
fn a_folder_has_a_file_for_each_date_and_source() {
    let times = ["1588205199.5", "1588305199.5", "1588205200.5"];
    let rows = times.map(|time| row_at(time, "a.example"));
    let place = Place::new().with("dns.log", log_of(&rows.each_ref().map(String::as_str)));
    let parted = |keys: &str, out: &str| {
        place
            .normalize(&["--to", "parquet", "--partition-by", keys, "-o", out, "dns.log"])
            .ended(0);
        files(&place.path().join(out)).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(
        parted("date,source", "both"),
        [
            "date=2020-04-30/source=zeek/part-0.parquet",
            "date=2020-05-01/source=zeek/part-0.parquet"
        ]
    );
    assert_eq!(parted("source", "source"), ["source=zeek/part-0.parquet"]);
    assert_eq!(
        parted("source,date", "turned"),
        [
            "source=zeek/date=2020-04-30/part-0.parquet",
            "source=zeek/date=2020-05-01/part-0.parquet"
        ]
    );
    let first = place
        .path()
        .join("both/date=2020-04-30/source=zeek/part-0.parquet");
    assert_eq!(events(&first).lines().count(), 2);
    assert_eq!(place.names(), ["both", "dns.log", "source", "turned"]);
}

#[test]
fn a_folder_is_new_or_empty_and_stays_as_it_was_when_the_job_breaks_off() {
    let place = Place::new()
        .with("dns.log", log_of(&[BAD_ROW, &row("a.example")]))
        .with("full/theirs", "");
    let parted = ["--to", "parquet", "--partition-by", "date", "-o"];
    let run = place
        .normalize(&[&parted[..], &["full", "dns.log"]].concat())
        .ended(2);
    assert!(run.stderr.contains("full: is not empty"), "{run:?}");
    if cfg!(target_os = "linux") {
        let broken = ["out", "--rejects", "/dev/full", "dns.log"];
        place.normalize(&[&parted[..], &broken].concat()).ended(2);
        assert_eq!(place.names(), ["dns.log", "full"]);
    }
    fs::create_dir(place.path().join("empty")).unwrap();
    let allowed = ["empty", "--max-rejects", "1", "dns.log"];
    place.normalize(&[&parted[..], &allowed].concat()).ended(0);
    assert_eq!(files(&place.path().join("empty")).len(), 1);
}

#[test]
fn columns_are_those_that_were_named_in_their_order() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let columns = "DnsQuery,TimeGenerated,Domain";
    place
        .normalize(&[
            "--to",
            "parquet",
            "--columns",
            columns,
            "--with-answers",
            "-o",
            "out",
            "dns.log",
        ])
        .ended(0);
    let batches = batches(&place.path().join("out"));
    let schema = batches[0].schema();
    let names: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["DnsQuery", "TimeGenerated", "Domain", "DnsAnswers"]);
    let run = place
        .normalize(&["--to", "arrow", "--columns", "Dvc,Dvc", "-o", "out", "dns.log"])
        .ended(2);
    assert!(run.stderr.contains("Dvc is named twice"), "{run:?}");
}

#[test]
fn events_stand_in_the_order_of_their_times() {
    let times = ["1588205203.5", "1588205201.5", "1588205202.5"];
    let rows: Vec<_> = times
        .iter()
        .map(|time| row_at(time, &format!("at{time}.example")))
        .collect();
    let place = Place::new().with(
        "dns.log",
        log_of(&rows.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let sorted = ["--source", "zeek", "--order", "time", "--no-aliases"];
    let expected = place
        .normalize(&[&sorted[..], &["dns.log"]].concat())
        .ended(0)
        .stdout;
    place
        .normalize(&[&sorted[..], &["--to", "parquet", "-o", "out", "dns.log"]].concat())
        .ended(0);
    assert_eq!(events(&place.path().join("out")), expected);
}

#[test]
fn what_cannot_be_is_refused_with_a_sentence() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    for (arguments, reason) in [
        (
            &["--with-answers"][..],
            "--with-answers: only with --to parquet or --to arrow",
        ),
        (
            &["--to", "csv", "--partition-by", "date"],
            "--partition-by: only with",
        ),
        (
            &["--to", "parquet", "--partition-by", "date"],
            "name it with --output",
        ),
        (
            &[
                "--to",
                "arrow",
                "--partition-by",
                "date",
                "--order",
                "time",
                "-o",
                "out",
            ],
            "--order time: not with --partition-by",
        ),
        (
            &["--to", "parquet", "-o", "no/such/folder/out"],
            "cannot be written",
        ),
    ] {
        let run = place.normalize(&[arguments, &["dns.log"]].concat()).ended(2);
        assert!(run.stderr.contains(reason) && run.stdout.is_empty(), "{run:?}");
    }
    assert_eq!(place.names(), ["dns.log"]);
}

#[test]
fn a_stream_goes_through_a_pipe() {
    let place = Place::new().with("dns.log", log(&["a.example", "b.example"]));
    for form in ["parquet", "arrow"] {
        let output = crate::support::asim(place.path(), &["normalize", "-q", "--to", form, "dns.log"])
            .output()
            .unwrap();
        assert!(output.status.success());
        fs::write(place.path().join("out"), output.stdout).unwrap();
        assert_eq!(events(&place.path().join("out")).lines().count(), 2);
    }
}

#[test]
fn a_table_of_nothing_has_its_columns() {
    let place = Place::new().with("dns.log", "");
    for form in ["parquet", "arrow"] {
        place
            .normalize(&["--source", "zeek", "--to", form, "-o", "out", "dns.log"])
            .ended(0);
        let opened = Batches::open(File::open(place.path().join("out")).unwrap()).unwrap();
        assert!(opened.schema().field_with_name("DnsQuery").is_ok());
        assert_eq!(opened.count(), 0);
    }
}

/// Says that a test was left out, on standard error itself, past the test's own capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "who runs the tests may name the Python that has the libraries"
)]
fn duckdb_and_pyarrow_open_what_is_written() {
    let place = Place::new().with("dns.json", answered());
    let common = ["--source", "zeek", "--with-answers", "dns.json"];
    for (form, out, parted) in [
        ("parquet", "out.parquet", &[][..]),
        ("arrow", "out.arrows", &[]),
        ("parquet", "folder", &["--partition-by", "date,source"]),
    ] {
        place
            .normalize(&[&common[..], &["--to", form, "-o", out], parted].concat())
            .ended(0);
    }
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/open_tables.py");
    let python = std::env::var_os("ASIM_PYTHON").unwrap_or_else(|| "python3".into());
    let run = Command::new(&python)
        .arg(script)
        .args(["out.parquet", "out.arrows", "folder"].map(|name| place.path().join(name)))
        .output();
    let run = match run {
        Ok(run) if run.status.code() != Some(3) => run,
        Ok(run) => return skipped(&String::from_utf8_lossy(&run.stderr)),
        Err(error) => return skipped(&format!("{}: {error}", python.display())),
    };
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let mut readers = 0;
    for line in String::from_utf8_lossy(&run.stdout).lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_eq!(told["rows"], 4, "{line}");
        assert_eq!(
            told["codes"],
            serde_json::json!({"0": 2, "3": 1, "none": 1}),
            "{line}"
        );
        readers += 1;
    }
    assert!(readers >= 6, "{said}");
}
