//! Filtering parameters as flags.

use serde_json::json;

use crate::support::{BAD_ROW, Place, Run, log, log_of, row, row_at};

/// A log of three names, and a list that names one of them.
fn place() -> Place {
    Place::new()
        .with(
            "dns.log",
            log(&["www.example.com", "myexample.com", "other.test"]),
        )
        .with(
            "domains.txt",
            "\u{feff}# a list\r\n\r\nexample.com\r\n  absent.test  \n",
        )
}

/// What a run writes with these flags.
#[track_caller]
fn queries(place: &Place, flags: &[&str]) -> Vec<String> {
    place
        .normalize(&[flags, &["dns.log"]].concat())
        .ended(0)
        .queries()
}

#[test]
fn each_flag_leaves_what_it_asks_for() {
    let place = place();
    let all = ["www.example.com", "myexample.com", "other.test"];
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &all),
        (&["--domain-has-any", "example.com"], &all[..1]),
        (
            &["--domain-has-any", "EXAMPLE.com,other.TEST"],
            &["www.example.com", "other.test"],
        ),
        (
            &["--domain-has-any", "example.com", "--domain-has-any", "other"],
            &["www.example.com", "other.test"],
        ),
        (&["--domain-has-any", "@domains.txt"], &all[..1]),
        (
            &["--domain-has-any", "other.test,@domains.txt"],
            &["www.example.com", "other.test"],
        ),
        (&["--srcipaddr", "192.0.2.6"], &all),
        (&["--srcipaddr", "192.0.2."], &all),
        (&["--srcipaddr", "192.0.2.0/29"], &all),
        (&["--srcipaddr", "192.0.2.60"], &[]),
        (&["--responsecodename", "nxdomain"], &all),
        (&["--responsecodename", "NOERROR"], &[]),
        (&["--response-has-ipv4", "192.0.2.1"], &[]),
        (&["--response-has-any-prefix", "10.,192.0.2."], &[]),
        (&["--eventtype", "lookup"], &all),
        (&["--eventtype", "*"], &all),
        (&["--eventtype", "update"], &[]),
        (&["--eventtype", "processcreated"], &[]),
        (&["--eventsubtype", "response"], &all),
        (&["--eventsubtype", "request"], &[]),
        (&["--segment", "client"], &all),
        (&["--segment", "client-response"], &all),
        (&["--segment", "upstream"], &[]),
        (&["--disabled", "zeek"], &[]),
        (&["--disabled", "vimDnsCorelightZeek"], &[]),
        (&["--disabled", "bind"], &all),
        (
            &[
                "--starttime",
                "2020-04-30T00:06:39.824370Z",
                "--endtime",
                "2020-04-30T00:06:39.824370Z",
            ],
            &all,
        ),
        (&["--starttime", "2020-05-01"], &[]),
        (&["--starttime", "ago(1d)"], &[]),
        (&["--endtime", "1d"], &all),
        (&["--domain-has-any", "example.com", "--srcipaddr", "10."], &[]),
    ];
    for (flags, expected) in cases {
        assert_eq!(queries(&place, flags), *expected, "{flags:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
fn times_back_from_now_are_those_of_the_clock() {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let at = |back: u64, query| row_at(&format!("{}.5", seconds - back), query);
    let rows = [at(7200, "old.example"), at(1800, "new.example")];
    let place = Place::new().with("dns.log", log_of(&[&rows[0], &rows[1]]));
    assert_eq!(queries(&place, &["--starttime", "ago(1h)"]), ["new.example"]);
    assert_eq!(queries(&place, &["--endtime", "1h"]), ["old.example"]);
    assert_eq!(
        queries(&place, &["--starttime", "3h", "--endtime", "now"]),
        ["old.example", "new.example"]
    );
}

#[test]
fn the_summary_counts_what_was_left_out_and_when() {
    let place = place();
    let run = place
        .normalize(&[
            "--domain-has-any",
            "example.com",
            "--summary",
            "summary.json",
            "dns.log",
        ])
        .ended(0);
    let summary = place.summary();
    let counts = ["read", "written", "filtered", "never_mapped"].map(|name| summary[name].as_u64().unwrap());
    // `myexample.com` holds the text, not the term.
    assert_eq!(counts, [3, 1, 2, 2]);
    assert_eq!(summary["files"][0]["never_mapped"], 2);
    assert_eq!(summary["unanswered"], json!({}));
    assert!(
        run.stderr
            .contains("2 of the filtered records were left out before they were mapped\n"),
        "{}",
        run.stderr
    );
    let run = place.normalize(&["dns.log"]).ended(0);
    assert!(!run.stderr.contains("before they were mapped"), "{}", run.stderr);
}

#[test]
fn sources_that_do_not_answer_are_named() {
    let record = r#"{"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","event_id":22,"computer_name":"pc1.example.com","event_data":{"UtcTime":"2026-11-21 20:47:45.218","ProcessGuid":"{11111111-2222-3333-4444-555555555555}","ProcessId":"77","QueryName":"www.example.com","QueryStatus":"0","QueryResults":"::ffff:192.0.2.1;","Image":"C:\\a.exe"}}}"#;
    let place = place().with("sysmon.json", format!("{record}\n"));
    let flags = ["--srcipaddr", "192.0.2.6", "--summary", "summary.json"];
    let run = place
        .normalize(&[flags.as_slice(), &["dns.log", "sysmon.json"]].concat())
        .ended(0);
    assert_eq!(run.queries().len(), 3);
    assert_eq!(place.summary()["unanswered"], json!({"sysmon": {"srcipaddr": 1}}));
    let text = "left out because they have no value that the filter asks for:\n  1 of sysmon: srcipaddr\n";
    assert!(run.stderr.contains(text), "{}", run.stderr);
}

#[test]
fn rejected_records_are_still_rejected() {
    let place = Place::new().with("dns.log", log_of(&[&row("www.example.com"), BAD_ROW]));
    let run = place.normalize(&[
        "--domain-has-any",
        "absent.test",
        "--summary",
        "summary.json",
        "dns.log",
    ]);
    run.ended(1);
    let counts =
        ["read", "written", "filtered", "rejected"].map(|name| place.summary()[name].as_u64().unwrap());
    assert_eq!(counts, [2, 0, 1, 1]);
}

/// Runs with flags that cannot be.
#[track_caller]
fn refused(place: &Place, flags: &[&str]) -> Run {
    let run = place
        .normalize(&[flags, &["-o", "out.ndjson", "dns.log"]].concat())
        .ended(2);
    assert!(!place.names().contains(&"out.ndjson".to_owned()), "{flags:?}");
    run
}

#[test]
fn values_that_cannot_be_are_2_and_the_flag_is_named() {
    let many: Vec<_> = (0..10_001)
        .map(|number| format!("host{number}.example\n"))
        .collect();
    let place = place()
        .with("many.txt", many.concat())
        .with("none.txt", "# nothing\n\n");
    let cases: &[(&[&str], &str)] = &[
        (
            &["--srcipaddr", "10.0"],
            "--srcipaddr: `10.0` is no whole address; did you mean the prefix `10.0.`?",
        ),
        (
            &["--srcipaddr", "pc1"],
            "--srcipaddr: `pc1` is neither an IP address, nor a prefix such as",
        ),
        (
            &["--response-has-ipv4", "x"],
            "--response-has-ipv4: `x` is neither",
        ),
        (
            &["--response-has-any-prefix", "10.,x"],
            "--response-has-any-prefix: `x` is neither",
        ),
        (
            &["--domain-has-any", "@many.txt"],
            "--domain-has-any: 10001 items; a list has at most 10000",
        ),
        (
            &["--domain-has-any", "@missing.txt"],
            "--domain-has-any: missing.txt: cannot be read: ",
        ),
        (
            &["--domain-has-any", "@none.txt"],
            "--domain-has-any: none.txt: there is no item in it",
        ),
        (
            &["--domain-has-any", ""],
            "--domain-has-any: an empty text is no value",
        ),
        (
            &["--domain-has-any", "a.example,,b.example"],
            "--domain-has-any: an empty text is no value",
        ),
        (&["--starttime", "yesterday"], "such as ago(1d), 90m or now"),
        (&["--starttime", "now", "--endtime", "1d"], "--starttime: "),
        (
            &["--starttime", "9999999d"],
            "--starttime: no time of the years 1 to 9999",
        ),
        (&["--eventtype", "Querry"], "no such type; there are Query, "),
        (
            &["--eventsubtype", "reply"],
            "[possible values: request, response]",
        ),
        (
            &["--segment", "middle"],
            "[possible values: client, upstream, client-response]",
        ),
        (
            &["--disabled", "zeke"],
            "--disabled: no source `zeke`; there are auditd, bind, ",
        ),
    ];
    for (flags, message) in cases {
        let run = refused(&place, flags);
        assert!(run.stderr.contains(message), "{flags:?}: {}", run.stderr);
    }
}

#[test]
fn ten_thousand_domains_are_a_list() {
    let mut domains: Vec<_> = (1..10_000)
        .map(|number| format!("host{number}.example\n"))
        .collect();
    domains.push("other.test\n".to_owned());
    let place = place().with("many.txt", domains.concat());
    assert_eq!(
        queries(&place, &["--domain-has-any", "@many.txt"]),
        ["other.test"]
    );
}

#[test]
fn filters_hold_for_every_order_and_form() {
    let place = place();
    let flags = [
        "--domain-has-any",
        "example.com,other",
        "--order",
        "time",
        "--to",
        "csv",
        "--columns",
        "DnsQuery",
    ];
    let run = place
        .normalize(&[flags.as_slice(), &["dns.log"]].concat())
        .ended(0);
    assert_eq!(run.stdout, "DnsQuery\nwww.example.com\nother.test\n");
}
