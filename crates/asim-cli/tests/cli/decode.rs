//! `asim decode`.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Place, Run, asim, log};

/// Runs `asim decode` with this on standard input.
fn decode(arguments: &[&str], input: &[u8]) -> Run {
    let place = Place::new();
    let arguments = [&["decode"], arguments].concat();
    let mut child = asim(place.path(), &arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_value_becomes_a_list() {
    let run = decode(
        &[
            "response",
            "--source",
            "zeek",
            "lb.example.net,192.0.2.1\t300.0,60.0",
        ],
        b"",
    )
    .ended(0);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        list,
        json!([
            {"part": "answer", "TTL": 300, "Response": "lb.example.net"},
            {"part": "answer", "TTL": 60, "Type": "A", "Response": "192.0.2.1"},
        ])
    );
    let run = decode(&["flags", "T F T T 0", "--source", "zeek"], b"").ended(0);
    assert_eq!(run.stdout, "[false,true,false,true,true,false,false]\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn standard_input_has_a_value_a_line() {
    let input = b"192.0.2.1\r\n\n-\nTXT 1 \xfe";
    let expected = [
        r#"[{"part":"answer","Type":"A","Response":"192.0.2.1"}]"#,
        "[]",
        "[]",
        r#"[{"part":"answer","Type":"TXT","Response":"\"\\254\""}]"#,
    ];
    for arguments in [
        &["response", "--source=zeek"][..],
        &["response", "--source=zeek", "-"],
    ] {
        let run = decode(arguments, input).ended(0);
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), expected);
    }
    assert_eq!(decode(&["flags", "--source=zeek"], b"").ended(0).stdout, "");
}

#[test]
fn events_need_no_source() {
    let events = Place::new()
        .with("dns.log", log(&["www.example.com"]))
        .normalize(&["dns.log"])
        .ended(0)
        .stdout;
    let mut event: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    let mut answered = event.clone();
    answered["DnsResponseName"] = r#"{"answers":["lb.example.net","192.0.2.1"],"ttls":[300]}"#.into();
    let input = format!("{event}\n{answered}\n");
    let run = decode(&["response"], input.as_bytes()).ended(0);
    assert_eq!(
        run.stdout,
        "[]\n[{\"part\":\"answer\",\"query\":\"www.example.com\",\"TTL\":300,\"Class\":\"IN\",\"Type\":\"CNAME\",\
         \"Response\":\"lb.example.net\"},{\"part\":\"answer\",\"query\":\"lb.example.net\",\"Class\":\"IN\",\"Type\":\"A\",\
         \"Response\":\"192.0.2.1\"}]\n"
    );
    event["DnsFlagsRecursionDesired"] = true.into();
    event["DnsFlagsAuthoritative"] = false.into();
    let run = decode(&["flags", &event.to_string()], b"").ended(0);
    assert_eq!(run.stdout, "[null,false,null,null,true,null,null]\n");
}

#[test]
fn what_cannot_be_decoded_is_named_by_its_line() {
    let run = decode(&["flags", "--source=zeek"], b"AA\nXX\nRD\n").ended(1);
    assert_eq!(
        run.stdout,
        "[null,true,null,null,null,null,null]\nnull\n[null,null,null,null,true,null,null]\n"
    );
    assert_eq!(run.stderr, "asim: line 2: no flags in a form of this source\n");

    let event = r#"{"EventSchema":"Dns","DnsResponseName":"no list of records"}"#;
    let input = format!("{event}\n{{\"EventSchema\":\"Dns\",\"Nonsense\":1}}\n");
    let run = decode(&["response"], input.as_bytes()).ended(1);
    assert_eq!(run.stdout, "null\nnull\n");
    assert!(
        run.stderr.contains("line 1: an event whose DnsResponseName")
            && run
                .stderr
                .contains("line 2: an event that cannot be read: no column `Nonsense`"),
        "{}",
        run.stderr
    );

    let run = decode(&["response", "--source=zeek", "["], b"").ended(1);
    assert!(
        run.stderr
            .contains("the value: no response in a form of this source"),
        "{}",
        run.stderr
    );

    let run = decode(&["flags", "--source=zeek"], "XX\n".repeat(50).as_bytes()).ended(1);
    assert_eq!(run.stdout.lines().count(), 50);
    assert_eq!(run.stderr.lines().count(), 21);
    assert!(run.stderr.contains("50 of 50 values"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_used_is_status_2() {
    let run = decode(&["flags", "--source=zeke", "AA"], b"").ended(2);
    assert!(run.stderr.contains("zeek"), "{}", run.stderr);
    decode(&["answers", "--source=zeek", "x"], b"").ended(2);
    decode(&["flags"], b"AA\n").ended(2);
    let run = decode(&["flags", "AA"], b"").ended(2);
    assert!(
        run.stderr.contains("say with --source whose text it is"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_line_is_answered_before_the_next_is_there() {
    let place = Place::new();
    let mut child = asim(place.path(), &["decode", "flags", "--source", "zeek"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        input.write_all(b"AA\n").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "[null,true,null,null,null,null,null]\n");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn help_has_examples() {
    let help = Place::new().run(&["decode", "--help"]).ended(0).stdout;
    assert!(
        help.contains("\nExamples:\n") && help.contains("--source <ID>"),
        "{help}"
    );
}

/// The commands of the guide print what stands below them.
#[cfg(unix)]
#[test]
fn the_guide_tells_the_truth() {
    let guide = include_str!("../../../../docs/decoders.md");
    let mut commands = 0;
    for block in guide.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for example in block.split("$ ").filter(|example| !example.is_empty()) {
            let (command, expected) = example.split_once('\n').unwrap();
            let program = format!("'{}' decode", env!("CARGO_BIN_EXE_asim"));
            let command = command.replace("asim decode", &program);
            let output = std::process::Command::new("sh").args(["-c", &command]).output();
            assert_eq!(Run::from(output.unwrap()).ended(0).stdout, expected, "{command}");
            commands += 1;
        }
    }
    assert!(commands >= 3);
}
