//! named's log, stage by stage: `starts`, `decode`, `map` and `json`, for lines of queries and of a response.
//!
//! As in `zeek`, each stage is given what the one before it makes. All rates are in records.

use std::hint::black_box;

use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record};
use asim_parser_bind::Bind;
use asim_schema::{JsonOptions, JsonWriter};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const LINES: [(&str, &str); 3] = [
    (
        "query",
        "15-Jun-2025 15:06:40.003 queries: info: client @0x7faacaee3d35 192.0.2.17#62804 (www.example.com): view internal: query: www.example.com IN HTTPS +E(0)K (192.0.2.53)",
    ),
    (
        "query-escaped",
        r"15-Jun-2025 15:06:40.003 queries: info: client @0x7faacaee3d35 2001:db8::17#62804 (b\195\188cher.example.com): query: b\195\188cher.example.com IN A +E(0)DCV (2001:db8::53) [ECS 198.51.100.0/24/0]",
    ),
    (
        "response",
        "2025-06-15T15:06:40.003Z responses: info: client @0x7faacaee3d35 192.0.2.17#62804 (www.example.com): response: www.example.com IN A NXDOMAIN 0 1 1 +E(0) (192.0.2.53)",
    ),
];

fn stages(criterion: &mut Criterion) {
    let (mut context, envelope) = (Context::default(), Envelope::default());
    context.timezone = "UTC".parse().ok();
    let writer = JsonWriter {
        options: JsonOptions::default(),
    };
    for (name, line) in LINES {
        let record = Record {
            bytes: line.as_bytes(),
            format: Format::ContinuedLines,
            header: &(),
            table: None,
        };
        let decode = |notes: &mut Notes| Bind.decode(record, &context, notes).expect("a line of named");

        let mut group = criterion.benchmark_group("starts");
        group.throughput(Throughput::Elements(1));
        let mut starts = Bind.record_starts();
        group.bench_function(name, |bencher| {
            bencher.iter(|| starts.begins(black_box(line.as_bytes())));
        });
        group.finish();

        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| bencher.iter(|| decode(&mut Notes::default())));
        group.finish();

        let mut group = criterion.benchmark_group("map");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || decode(&mut Notes::default()),
                |raw| Bind.map(raw, &envelope, &context, &mut Notes::default()),
                BatchSize::SmallInput,
            );
        });
        group.finish();

        let event = Bind
            .map(
                decode(&mut Notes::default()),
                &envelope,
                &context,
                &mut Notes::default(),
            )
            .expect("an event of named");
        let mut out = Vec::new();
        let mut group = criterion.benchmark_group("json");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                writer.write_event(&event, &mut out);
                black_box(out.len())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
