//! What a long list of indicators costs: memory, and time for an event.
//!
//! ```text
//! indicator-speed FILE [N]       a list of N made rows (1,000,000), over the events of a log
//! ```
//!
//! Of a hundred rows, 90 are domains, 8 addresses and 2 networks. None is in the log, as it is with nearly all events.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use asim_detect::rules::indicators::{IndicatorMatch, Indicators};
use asim_detect::{Batch, Detector, Observer, Tuning, rules};
use asimkit::Normalizer;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many events make a batch.
const BATCH: usize = 8_192;

/// The resident memory of this process in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1_024
}

fn list(rows: u32) -> String {
    let mut text = String::from("value,severity,title,tactics,techniques,source,confidence,valid_until\n");
    for number in 0..rows {
        let mixed = number.wrapping_mul(2_654_435_761);
        let value = match number % 100 {
            98.. => format!("198.{}.{}.0/24", 18 + mixed % 2, number / 100 % 256),
            90..98 => format!("203.{}.{}.{}", mixed >> 24, mixed >> 16 & 255, mixed >> 8 & 255),
            _ => format!("{mixed:08x}.evil{number}.example"),
        };
        // A string takes any text.
        let _ = writeln!(
            text,
            "{value},High,Threat {},Command and Control,T1071.004,feed {},80,2035-01-01",
            number % 5_000,
            number % 20,
        );
    }
    text
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [file, rest @ ..] = &arguments[..] else {
        eprintln!("indicator-speed FILE [N]");
        return;
    };
    let rows = rest
        .first()
        .map_or(1_000_000, |number| number.parse().expect("a number"));
    let log = std::fs::read(file).expect("a file");
    let normalized = Normalizer::new().events(&log).expect("a log of a known source");
    drop(log);
    let tuning = Arc::new(Tuning::default());
    let observer = Observer::new(tuning.clone());
    let mut batches = Vec::new();
    for events in normalized.events.chunks(BATCH) {
        let mut batch = Batch::default();
        for event in events {
            observer.observe(event, None, &mut batch);
        }
        batches.push(batch);
    }
    let events = normalized.events.len();
    drop(normalized);

    let text = list(rows);
    let before = resident();
    let start = Instant::now();
    let indicators = Arc::new(Indicators::from_csv(text.as_bytes()).expect("a list"));
    println!(
        "{} indicators in {:.2} s, {} MB kept, the process grew by {} MB",
        indicators.len(),
        start.elapsed().as_secs_f64(),
        indicators.bytes() >> 20,
        resident().saturating_sub(before),
    );
    for turn in 1..=3 {
        let rule = rules::boxed(IndicatorMatch::new(indicators.clone()), &tuning);
        let mut detector = Detector::with_rules(vec![rule], tuning.clone());
        let start = Instant::now();
        let mut alerts: usize = batches.iter().map(|batch| detector.observe(batch).len()).sum();
        alerts += detector.finish().len();
        let nanoseconds = start.elapsed().as_secs_f64() * 1e9 / events as f64;
        println!("turn {turn}: {events} events, {nanoseconds:.0} ns an event, {alerts} alerts");
    }
}
