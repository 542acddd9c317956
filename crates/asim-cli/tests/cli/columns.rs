//! The columns that the caller names.

use crate::support::{Place, log};

fn one() -> Place {
    Place::new().with("dns.log", log(&["a.example"]))
}

#[test]
fn csv_has_the_columns_in_the_given_order() {
    let columns = "Domain,DnsResponseCodeName, SrcIpAddr,Query,TimeGenerated,SrcHostname";
    let run = one()
        .normalize(&["--to", "csv", "--columns", columns, "dns.log"])
        .ended(0);
    assert_eq!(
        run.stdout,
        "Domain,DnsResponseCodeName,SrcIpAddr,Query,TimeGenerated,SrcHostname\n\
         a.example,NXDOMAIN,192.0.2.6,a.example,2020-04-30T00:06:39.824370Z,\n"
    );
}

#[test]
fn ndjson_has_the_columns_in_schema_order() {
    let flags = [
        "--columns",
        "Domain,SrcHostname,SrcIpAddr",
        "--columns",
        "EventType",
    ];
    let run = one()
        .normalize(&[flags.as_slice(), &["dns.log"]].concat())
        .ended(0);
    assert_eq!(
        run.stdout,
        "{\"EventType\":\"Query\",\"SrcIpAddr\":\"192.0.2.6\",\"Domain\":\"a.example\"}\n"
    );
    let run = one().normalize(&["--columns", "SrcHostname", "dns.log"]).ended(0);
    assert_eq!(run.stdout, "{}\n");
}

#[test]
fn a_column_that_cannot_be_written_is_2() {
    let place = one();
    let cases: [(&[&str], &str); 7] = [
        (&["--columns", "DnsQuery,SrcIpAdr"], "did you mean SrcIpAddr"),
        (&["--columns", "dnsquery"], "did you mean DnsQuery?"),
        (&["--columns", "xyzzy"], "`asim schema dns` lists them"),
        (&["--columns", "DnsQuery,"], "there is no such column"),
        (
            &["--columns", "DnsQuery,ThreatName"],
            "ThreatName came with schema version 0.1.",
        ),
        (&["--columns", "DnsQuery,DnsQuery"], "DnsQuery is named twice"),
        (
            &["--columns", "DnsQuery", "--no-aliases"],
            "cannot be used with '--no-aliases'",
        ),
    ];
    for (arguments, message) in cases {
        let run = place.normalize(&[arguments, &["dns.log"]].concat()).ended(2);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    place
        .normalize(&["--columns", "ThreatName", "--schema-version", "1.0.0", "dns.log"])
        .ended(0);
}
