//! The published query for T1596.001 to the letter, with its faults.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use asim_match::HasAny;
use asim_schema::{Event, Timestamp};
use regex::Regex;
use serde::Serialize;

/// `DnsEnumTools` of the query (read 2026-11-21).
const TOOLS: [&str; 10] = [
    "dnsrecon",
    "dnsx",
    "amass",
    "subfinder",
    "fierce",
    "dnsmap",
    "massdns",
    "dnscan",
    "dnsenum",
    "aiodnsbrute",
];

/// `DnsEnumArgs` of the query.
const ARGUMENTS: [&str; 9] = [
    "--axfr",
    "-t axfr",
    "zone-transfer",
    "axfr ",
    "amass enum",
    "subfinder -d",
    "dnsrecon -d",
    "dnsenum --",
    "fierce --domain",
];

/// The types of its second branch.
const TYPES: [&str; 8] = ["A", "AAAA", "MX", "NS", "TXT", "SOA", "CNAME", "SRV"];

/// The root domain of its second branch: the last two labels.
const ROOT_DOMAIN: &str = r"(?:[^.]+\.)?([^.]+\.[^.]+)$";

/// More different names than this are a sweep.
const NAMES: usize = 100;

const TICKS_PER_HOUR: i64 = 36_000_000_000;
const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;

/// One row of the query's result.
///
/// The query unites a column of whole numbers with columns of text, so that `ResultCode` comes as two columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KqlRow {
    /// The time of the event, or of the first one, UTC.
    pub time_generated: Timestamp,
    /// Who reports.
    pub computer: Option<String>,
    /// The client. Process events have none: the column that the query names there does not exist.
    #[serde(rename = "ClientIP")]
    pub client_ip: Option<String>,
    /// The type, or a word for the branch.
    pub query_type: String,
    /// The name, the root domain or the command line.
    pub name: Option<String>,
    /// The response code of a zone transfer.
    #[serde(rename = "ResultCode_int")]
    pub result_code_int: Option<u16>,
    /// The counts of a sweep, or the name of a program's file.
    #[serde(rename = "ResultCode_string")]
    pub result_code_string: Option<String>,
    /// The branch.
    pub detection_branch: &'static str,
    /// 90, 80 or 70.
    pub risk_score: u8,
}

/// A lookup that the second branch counts.
#[derive(Debug)]
struct Lookup {
    time: Timestamp,
    client: Option<String>,
    root: String,
    name: String,
}

/// Runs the three branches of the published query over events, with KQL's own comparisons.
///
/// It keeps a day of the events that a branch takes, as the query does, so its memory is that of the day. Where KQL
/// estimates (`dcount` beyond 1,000 values), it counts.
///
/// ```
/// use asim_detect::KqlCompatible;
/// use asim_schema::{DnsEvent, Event, RrType, SchemaVersion, Timestamp};
///
/// let mut query = KqlCompatible::new()?;
/// let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
/// event.set_event_start_time(Timestamp::from_unix_seconds(1_790_000_000).unwrap());
/// event.set_dns_query("example.com");
/// event.set_dns_query_type_name("axfr");
/// query.observe(&Event::Dns(event));
/// assert_eq!(query.rows(None), [], "`in` tells small letters from capitals");
/// # Ok::<(), asim_detect::KqlError>(())
/// ```
#[derive(Debug)]
pub struct KqlCompatible {
    root_domain: Regex,
    tools: HasAny,
    arguments: HasAny,
    newest: Option<Timestamp>,
    rows: Vec<KqlRow>,
    lookups: Vec<Lookup>,
    /// At this many lookups those that are older than a day are dropped.
    sweep_at: usize,
}

/// The matchers of the published query cannot be made.
#[derive(Debug)]
pub struct KqlError(String);

impl fmt::Display for KqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KqlError {}

impl KqlCompatible {
    /// The query before its first event.
    ///
    /// # Errors
    ///
    /// When its matchers cannot be made, which no input brings about.
    pub fn new() -> Result<Self, KqlError> {
        let terms = |terms: &[&str]| HasAny::new(terms).map_err(|error| KqlError(error.to_string()));
        Ok(Self {
            root_domain: Regex::new(ROOT_DOMAIN).map_err(|error| KqlError(error.to_string()))?,
            tools: terms(&TOOLS)?,
            arguments: terms(&ARGUMENTS)?,
            newest: None,
            rows: Vec::new(),
            lookups: Vec::new(),
            sweep_at: 1 << 16,
        })
    }

    /// Looks at an event. `DnsEvents` are the events of schema Dns, `DeviceProcessEvents` those of `ProcessEvent`.
    pub fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::Dns(event) => {
                let Some(time) = event.time_generated().or(event.event_start_time()) else {
                    return;
                };
                self.newest = self.newest.max(Some(time));
                let Some(kind) = event.dns_query_type_name() else {
                    return;
                };
                let client = event.src_ip_addr().map(|address| address.to_string());
                if matches!(kind, "AXFR" | "IXFR") {
                    self.rows.push(KqlRow {
                        time_generated: time,
                        computer: event.dvc_fqdn().or(event.dvc_hostname()).map(str::to_owned),
                        client_ip: client,
                        query_type: kind.to_owned(),
                        name: event.dns_query().map(str::to_owned),
                        result_code_int: event.dns_response_code().map(|code| code.0),
                        result_code_string: None,
                        detection_branch: "ZoneTransferAttempt",
                        risk_score: 90,
                    });
                } else if TYPES.contains(&kind)
                    && let Some(name) = event.dns_query()
                    && let Some(root) = self.root_domain.captures(name).and_then(|found| found.get(1))
                {
                    self.lookups.push(Lookup {
                        time,
                        client,
                        root: root.as_str().to_owned(),
                        name: name.to_owned(),
                    });
                    self.forget();
                }
            }
            Event::Process(event) => {
                let Some(time) = event.time_generated().or(event.event_start_time()) else {
                    return;
                };
                self.newest = self.newest.max(Some(time));
                let path = event.target_process_name();
                let file = event
                    .target_process_filename()
                    .or(path.and_then(|path| path.rsplit(['/', '\\']).next()));
                let line = event.target_process_command_line();
                let found = file.is_some_and(|file| self.tools.is_in(file))
                    || line.is_some_and(|line| self.tools.is_in(line) || self.arguments.is_in(line));
                if found {
                    self.rows.push(KqlRow {
                        time_generated: time,
                        computer: event.dvc_fqdn().or(event.dvc_hostname()).map(str::to_owned),
                        client_ip: None,
                        query_type: "ProcessExecution".to_owned(),
                        name: line.map(str::to_owned),
                        result_code_int: None,
                        result_code_string: file.map(str::to_owned),
                        detection_branch: "DnsEnumToolExecution",
                        risk_score: 80,
                    });
                }
            }
            _ => {}
        }
    }

    /// Drops what is older than a day before the newest event.
    fn forget(&mut self) {
        if self.lookups.len() < self.sweep_at {
            return;
        }
        let after = self
            .newest
            .and_then(|newest| newest.checked_add_ticks(-TICKS_PER_DAY));
        self.lookups.retain(|lookup| Some(lookup.time) > after);
        self.rows.retain(|row| Some(row.time_generated) > after);
        self.sweep_at = (self.lookups.len() * 2).max(1 << 16);
    }

    /// The rows, by risk score, then time, both descending.
    ///
    /// `ago(24h)` counts from `now`, and from the newest event where none is given.
    pub fn rows(&self, now: Option<Timestamp>) -> Vec<KqlRow> {
        let after = now
            .or(self.newest)
            .and_then(|now| now.checked_add_ticks(-TICKS_PER_DAY));
        let recent = |time: Timestamp| after.is_none_or(|after| time > after);
        let mut rows: Vec<_> = self
            .rows
            .iter()
            .filter(|row| recent(row.time_generated))
            .cloned()
            .collect();
        let mut groups: BTreeMap<_, Sweep<'_>> = BTreeMap::new();
        for lookup in self.lookups.iter().filter(|lookup| recent(lookup.time)) {
            let hour = lookup.time.ticks().div_euclid(TICKS_PER_HOUR);
            let sweep = groups.entry((&lookup.client, &lookup.root, hour)).or_default();
            sweep.queries += 1;
            sweep.names.insert(&lookup.name);
            sweep.first = Some(sweep.first.map_or(lookup.time, |first| first.min(lookup.time)));
        }
        for ((client, root, _), sweep) in groups {
            let Some(first) = sweep.first.filter(|_| sweep.names.len() > NAMES) else {
                continue;
            };
            rows.push(KqlRow {
                time_generated: first,
                computer: Some("AuthoritativeDNS".to_owned()),
                client_ip: client.clone(),
                query_type: "EnumerationSweep".to_owned(),
                name: Some(root.clone()),
                result_code_int: None,
                result_code_string: Some(format!(
                    "UniqueSubdomains:{}/QueryCount:{}",
                    sweep.names.len(),
                    sweep.queries
                )),
                detection_branch: "SubdomainEnumerationSweep",
                risk_score: 70,
            });
        }
        rows.sort_by(|one, other| {
            let rank = |row: &KqlRow| (row.risk_score, row.time_generated);
            rank(other).cmp(&rank(one))
        });
        rows
    }
}

#[derive(Debug, Default)]
struct Sweep<'l> {
    queries: u64,
    names: BTreeSet<&'l str>,
    first: Option<Timestamp>,
}
