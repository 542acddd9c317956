//! Events as CSV.

use serde_json::Value;

use crate::support::{BAD_ROW, Place, log, log_of, row};

/// A table: its header and its rows.
fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = cells(reader.headers().unwrap());
    let rows = reader.records().map(|row| cells(&row.unwrap())).collect();
    (header, rows)
}

/// A value of an event as a cell shows it.
fn cell(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// Rows with everything that must be quoted, in names and in further columns.
fn odd_rows() -> String {
    let rows = [
        row("a,b.example"),
        row("say\\x22hi\\x22.example").replace("north", "\"old, new\""),
        row("=1+1"),
        row("b.example").replace("192.0.2.6", "2001:db8::6"),
        row("c.example").replace("\tnorth", "\t-"),
        row("line\\x0abreak").replace("north", "line\\x0d\\x0abreak"),
    ];
    log_of(&rows.each_ref().map(String::as_str))
}

#[test]
fn cells_are_the_values_of_ndjson() {
    let place = Place::new().with("dns.log", odd_rows());
    for flags in [
        ["--aliases"].as_slice(),
        &["--no-aliases"],
        &["--deprecated-aliases"],
        &["--aliases", "--schema-version", "1.0.0"],
        &["--aliases", "--additional", "none", "--event-uid"],
    ] {
        let arguments = [flags, &["dns.log"]].concat();
        let events = place.normalize(&arguments).ended(0).stdout;
        let (header, rows) = table(
            &place
                .normalize(&[&["--to", "csv"], arguments.as_slice()].concat())
                .ended(0)
                .stdout,
        );
        assert_eq!(rows.len(), events.lines().count());
        for (line, row) in events.lines().zip(rows) {
            let event: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
            for name in event.keys() {
                assert!(header.contains(name), "{flags:?}: no column {name}");
            }
            for (name, value) in header.iter().zip(row) {
                assert_eq!(value, cell(event.get(name)), "{flags:?} {name}");
            }
        }
    }
}

#[test]
fn rows_end_with_a_line_feed_and_only_odd_cells_are_quoted() {
    let place = Place::new().with("dns.log", odd_rows());
    let columns = ["--to", "csv", "--columns", "DnsQuery,DnsFlagsZ,AdditionalFields"];
    let text = place
        .normalize(&[columns.as_slice(), &["dns.log"]].concat())
        .ended(0)
        .stdout;
    assert!(!text.contains('\r'), "{text:?}");
    let expected = [
        "DnsQuery,DnsFlagsZ,AdditionalFields",
        r#""a,b.example",,"{""site"":""north""}""#,
    ];
    assert_eq!(text.lines().take(2).collect::<Vec<_>>(), expected);
    // Text is never changed for the sake of spreadsheets.
    assert!(
        text.contains("\n=1+1,,") && text.contains("\nc.example,,\n"),
        "{text}"
    );
}

#[test]
fn the_columns_are_those_that_the_source_can_fill() {
    let place = Place::new().with("dns.log", log(&["a.example"]));
    let header = |flags: &[&str]| {
        let arguments = [&["--to", "csv"], flags, &["dns.log"]].concat();
        table(&place.normalize(&arguments).ended(0).stdout).0
    };
    let plain = header(&[]);
    for (name, there) in [
        ("TimeGenerated", true),
        ("EventSchema", true),
        ("EventSchemaVersion", true),
        ("DnsFlagsAuthenticated", true),
        ("DstHostname", true),
        ("Domain", false),
        ("Query", false),
        ("EventUid", false),
        ("SrcUsername", true),
    ] {
        assert_eq!(plain.iter().any(|column| column == name), there, "{name}");
    }
    assert_eq!(header(&["--source", "auto-record", "--max-rejects", "9"]), plain);
    // Zeek knows no users.
    let zeek = header(&["--source", "zeek"]);
    assert!(
        zeek.iter()
            .all(|column| plain.contains(column) && column != "SrcUsername")
    );
    assert!(header(&["--event-uid"]).contains(&"EventUid".to_owned()));
    // The layers around a record can name the device, so these are columns without --dvc too.
    for name in ["Dvc", "DvcHostname", "DvcIpAddr", "DvcFQDN"] {
        assert!(plain.contains(&name.to_owned()), "{name}");
    }
    assert_eq!(header(&["--dvc", "sensor-3"]), plain);
    let aliases = header(&["--aliases"]);
    assert!(aliases.contains(&"Domain".to_owned()) && !aliases.contains(&"Query".to_owned()));
    assert!(header(&["--deprecated-aliases"]).contains(&"Query".to_owned()));
}

#[test]
fn a_log_without_records_is_a_header() {
    let place = Place::new()
        .with("dns.log", log(&[]))
        .with("all.log", log(&["a.example", "b.example"]));
    for order in ["input", "time"] {
        let run = place
            .normalize(&["--to", "csv", "--order", order, "dns.log"])
            .ended(0);
        let (header, rows) = table(&run.stdout);
        assert!(header.len() > 30 && rows.is_empty());
        // And it is there once, whatever the number of inputs.
        let run = place
            .normalize(&["--to", "csv", "--order", order, "all.log", "dns.log", "all.log"])
            .ended(0);
        assert_eq!(run.stdout.matches("TimeGenerated").count(), 1);
        assert_eq!(table(&run.stdout).1.len(), 4);
    }
}

#[test]
fn jobs_and_block_size_change_nothing_that_is_written() {
    let rows: Vec<_> = (0..2000)
        .map(|n| match n % 50 {
            7 => BAD_ROW.to_owned(),
            8 => row(&format!("host,{n}\\x0a.example")),
            _ => row(&format!("host{n}.example")),
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let place = Place::new().with("dns.log", log_of(&rows));
    let run = |jobs: &str, block_size: &str| {
        let flags = [
            "--to",
            "csv",
            "--jobs",
            jobs,
            "--block-size",
            block_size,
            "dns.log",
        ];
        place.normalize(&flags).ended(1).stdout
    };
    let expected = run("1", "1M");
    assert_eq!(table(&expected).1.len(), 1960);
    for (jobs, block_size) in [("2", "1M"), ("1", "700"), ("2", "4K"), ("5", "1000")] {
        assert!(
            run(jobs, block_size) == expected,
            "{jobs} jobs, blocks of {block_size}"
        );
    }
}
