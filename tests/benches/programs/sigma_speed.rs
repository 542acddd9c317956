//! What Sigma's rules cost for events that are in memory.
//!
//! ```text
//! sigma-speed FOLDER FILE        the rules below a folder over the events of a log
//! ```
//!
//! It prints the events a second of matching alone, of observing without and with rules, and of all up to the alerts.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use asim_detect::sigma::SigmaRules;
use asim_detect::{Batch, Detector, Observer, Tuning};
use asim_schema::Event;
use asimkit::Normalizer;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many events make a batch.
const BATCH: usize = 8_192;

fn texts_below(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts_below(&path, texts);
        } else if path.extension().is_some_and(|end| end == "yml") {
            let text = std::fs::read_to_string(&path).expect("a rule");
            texts.push((path.display().to_string(), text));
        }
    }
}

/// The seconds that observing takes, and the batches.
fn observe(observer: &Observer, events: &[Event<'_>]) -> (f64, Vec<Batch>) {
    let start = Instant::now();
    let batches = events.chunks(BATCH).map(|events| {
        let mut batch = Batch::default();
        for event in events {
            observer.observe(event, None, &mut batch);
        }
        batch
    });
    let batches = batches.collect();
    (start.elapsed().as_secs_f64(), batches)
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, file] = &arguments[..] else {
        eprintln!("sigma-speed FOLDER FILE");
        return;
    };
    let mut texts = Vec::new();
    texts_below(Path::new(folder), &mut texts);
    texts.sort();
    let rules = Arc::new(SigmaRules::load(texts));
    let log = std::fs::read(file).expect("a file");
    let events = Normalizer::new().events(&log).expect("a log of a known source").events;
    drop(log);

    let tuning = Arc::new(Tuning::default());
    let plain = Observer::new(tuning.clone());
    let with_rules = plain.clone().stateless(rules.clone());
    let rate = |seconds: f64| events.len() as f64 / seconds;
    println!(
        "{} rules, {} that cannot be loaded, {} events",
        rules.loaded().count(),
        rules.unloadable().len(),
        events.len()
    );
    for _ in 0..3 {
        let (without, _) = observe(&plain, &events);
        let (with, batches) = observe(&with_rules, &events);
        let hits: usize = batches.iter().flat_map(Batch::iter).map(|seen| seen.hits().len()).sum();
        let mut detector = Detector::with_rules(rules.rules(&tuning), tuning.clone());
        let start = Instant::now();
        let mut alerts: usize = batches.iter().map(|batch| detector.observe(batch).len()).sum();
        alerts += detector.finish().len();
        let windows = start.elapsed().as_secs_f64();
        println!(
            "matching {:.0} events/s; observing {:.0} without and {:.0} with rules; all {:.0}; {hits} hits, {alerts} alerts",
            rate(with - without),
            rate(without),
            rate(with),
            rate(with + windows),
        );
    }
}
