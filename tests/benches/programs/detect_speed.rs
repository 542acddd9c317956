//! What the built-in rules cost for events that are in memory.
//!
//! ```text
//! detect-speed FILE [JOBS]       all rules over the events of a log, in memory before the clock starts
//! detect-speed --one-client N    one client that asks for N different names, among 100,000 other events
//! ```
//!
//! It prints the events a second, and how much the process has grown while the rules ran.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asim_detect::{Batch, Detector, Observer, Tuning};
use asim_schema::{DnsEvent, Event, RrType, SchemaVersion, Timestamp};
use asimkit::Normalizer;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many events make a batch, as in the program.
const BATCH: usize = 16_384;

/// The resident memory of this process in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1_024
}

fn run(events: &[Event<'_>], jobs: NonZero<usize>) {
    let before = resident();
    let tuning = Arc::new(Tuning::default());
    let observer = Observer::new(tuning.clone());
    let mut detector = Detector::new(tuning).jobs(jobs);
    let mut batch = Batch::default();
    let mut alerts = 0;
    let start = Instant::now();
    for events in events.chunks(BATCH) {
        batch.clear();
        observer.observe_all(events, None, &mut batch);
        alerts += detector.observe(&batch).len();
    }
    let grown = resident().saturating_sub(before);
    alerts += detector.finish().len();
    let seconds = start.elapsed().as_secs_f64();
    let evicted: u64 = detector.statistics().rules.iter().map(|rule| rule.evicted).sum();
    println!(
        "{} events, {alerts} alerts, {:.0} events/s, {grown} MB, {evicted} groups evicted, {} rules",
        events.len(),
        events.len() as f64 / seconds,
        detector.infos().count(),
    );
    if std::env::var_os("EACH_RULE").is_some() {
        each_rule(events);
    }
}

/// The nanoseconds an event of observing, and of each rule, with all of them at work on each batch.
fn each_rule(events: &[Event<'_>]) {
    let tuning = Arc::new(Tuning::default());
    let observer = Observer::new(tuning.clone());
    let rules = asim_detect::rules::all(&tuning).into_iter();
    let mut rules: Vec<_> = rules
        .map(|rule| {
            let id = rule.info().id.clone();
            (id, Detector::with_rules(vec![rule], tuning.clone()), Duration::ZERO)
        })
        .collect();
    let mut observing = Duration::ZERO;
    let mut batch = Batch::default();
    for events in events.chunks(BATCH) {
        batch.clear();
        let start = Instant::now();
        observer.observe_all(events, None, &mut batch);
        observing += start.elapsed();
        for (_, detector, time) in &mut rules {
            let start = Instant::now();
            detector.observe(&batch);
            *time += start.elapsed();
        }
    }
    let per_event = |time: Duration| time.as_secs_f64() * 1e9 / events.len() as f64;
    println!("{:6.0} ns  observing", per_event(observing));
    rules.sort_by_key(|(_, _, time)| std::cmp::Reverse(*time));
    for (id, _, time) in rules {
        println!("{:6.0} ns  {id}", per_event(time));
    }
}

fn one_client(names: i64) {
    let mut events = Vec::new();
    for number in 0..names {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        let time = Timestamp::from_ticks((1_795_251_600 * 1_000 + number * 3) * 10_000);
        event.set_event_start_time(time.expect("a time in range"));
        event.set_dns_query_type(RrType::A);
        event.set_src_ip_addr([192, 0, 2, 1].into());
        event.set_dns_query(format!("h{number}.example.com"));
        events.push(Event::Dns(event));
    }
    run(&events, NonZero::<usize>::MIN);
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [flag, number] if flag == "--one-client" => one_client(number.parse().expect("a number")),
        [file, rest @ ..] => {
            let log = std::fs::read(file).expect("a file");
            let normalized = Normalizer::new().events(&log).expect("a log of a known source");
            drop(log);
            let jobs = rest.first().and_then(|jobs| jobs.parse().ok()).unwrap_or(NonZero::<usize>::MIN);
            run(&normalized.events, jobs);
        }
        [] => eprintln!("detect-speed FILE [JOBS] | --one-client N"),
    }
}
