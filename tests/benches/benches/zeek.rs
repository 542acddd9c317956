//! Zeek's two forms, stage by stage: `cut`, `decode`, `map` and `json`.
//!
//! Each stage is given what the one before it makes, so that none pays for another; `map` consumes its input and
//! therefore decodes it anew outside the measured time. All rates are in records.

use std::hint::black_box;

use asim_parse::cut::{HeaderLines, Slicer, SlicerOptions};
use asim_parse::{Context, Envelope, Format, Mapper, Notes, Parser, Record};
use asim_parser_zeek::{PARSER, Zeek, ZeekHeader};
use asim_schema::{JsonOptions, JsonWriter};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const HEADER: [&str; 5] = [
    r"#separator \x09",
    "#set_separator\t,",
    "#path\tdns",
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected",
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount\tvector[string]\tvector[interval]\tbool",
];

const ROWS: [&str; 3] = [
    "1750000000.003716\tC7uV2Iub01aJUDg8x4\t2001:db8:83ba:82d7::a6c7\t62804\t2001:db8::53\t53\tudp\t49129\t-\ts3.example.com\t1\tC_INTERNET\t65\tHTTPS\t0\tNOERROR\tF\tF\tT\tT\t0\t-\t-\tF",
    "1750000000.004383\tCCzdt2FBUQbszEWyoY\t10.145.86.203\t25185\t192.0.2.53\t53\tudp\t52318\t0.036589\tdl.example\t1\tC_INTERNET\t1\tA\t3\tNXDOMAIN\tT\tF\tT\tT\t0\t-\t-\tF",
    "1750000000.005990\tCiZHCTpz7q7iMXh6mo\t10.28.0.2\t36042\t10.1.0.53\t53\tudp\t46212\t0.008912\t6a3eca62c3d189d0b7b256cd4e88273a.example.com\t1\tC_INTERNET\t28\tAAAA\t0\tNOERROR\tT\tF\tT\tT\t0\tdocker.example.net,2001:db8:d8c::e0b5\t30.000000,30.000000\tF",
];

const OBJECTS: [&str; 3] = [
    r#"{"ts":1750000000.003716,"uid":"C7uV2Iub01aJUDg8x4","id.orig_h":"2001:db8:83ba:82d7::a6c7","id.orig_p":62804,"id.resp_h":"2001:db8::53","id.resp_p":53,"proto":"udp","trans_id":49129,"query":"s3.example.com","qclass":1,"qclass_name":"C_INTERNET","qtype":65,"qtype_name":"HTTPS","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"rejected":false}"#,
    r#"{"ts":1750000000.004383,"uid":"CCzdt2FBUQbszEWyoY","id.orig_h":"10.145.86.203","id.orig_p":25185,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":52318,"rtt":0.036589,"query":"dl.example","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":3,"rcode_name":"NXDOMAIN","AA":true,"TC":false,"RD":true,"RA":true,"Z":0,"rejected":false}"#,
    r#"{"ts":1750000000.005990,"uid":"CiZHCTpz7q7iMXh6mo","id.orig_h":"10.28.0.2","id.orig_p":36042,"id.resp_h":"10.1.0.53","id.resp_p":53,"proto":"udp","trans_id":46212,"rtt":0.008912,"query":"6a3eca62c3d189d0b7b256cd4e88273a.example.com","qclass":1,"qclass_name":"C_INTERNET","qtype":28,"qtype_name":"AAAA","rcode":0,"rcode_name":"NOERROR","AA":true,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["docker.example.net","2001:db8:d8c::e0b5"],"TTLs":[30.0,30.0],"rejected":false}"#,
];

/// Rows of the sample that make a few blocks.
const MANY: usize = 3_000;

/// One form of the log: its name, and the records of the sample.
struct Form {
    name: &'static str,
    format: Format,
    records: [&'static str; 3],
}

const FORMS: [Form; 2] = [
    Form {
        name: "zeek-tsv",
        format: Format::HeaderedLines,
        records: ROWS,
    },
    Form {
        name: "zeek-json",
        format: Format::NdJson,
        records: OBJECTS,
    },
];

/// A whole log of the form.
fn log(form: &Form) -> Vec<u8> {
    let header = HEADER.iter().filter(|_| form.format == Format::HeaderedLines);
    let records = form.records.iter().cycle().take(MANY);
    header
        .chain(records)
        .flat_map(|line| [line.as_bytes(), b"\n"].concat())
        .collect()
}

fn stages(criterion: &mut Criterion) {
    let mut header = ZeekHeader::default();
    for line in HEADER {
        header.line(line.as_bytes());
    }
    let (context, envelope, writer) = (
        Context::default(),
        Envelope::default(),
        JsonWriter {
            options: JsonOptions::default(),
        },
    );
    for form in FORMS {
        let record = |text: &'static str| Record {
            bytes: text.as_bytes(),
            format: form.format,
            header: &header,
            table: None,
        };
        let decode = |notes: &mut Notes| {
            form.records.map(|text| {
                Zeek.decode(record(text), &context, notes)
                    .expect("a record of the log")
            })
        };

        let log = log(&form);
        let mut group = criterion.benchmark_group("cut");
        group.throughput(Throughput::Elements(MANY as u64));
        group.bench_function(form.name, |bencher| {
            bencher.iter(|| {
                let options = SlicerOptions {
                    block_size: 128 << 10,
                    max_record: 16 << 20,
                    live: false,
                };
                let cutter = Parser::cutter(&PARSER, form.format, usize::MAX);
                let mut slicer = Slicer::new(log.as_slice(), 0, cutter, options);
                let mut block = slicer.next_block(Default::default()).expect("reading memory");
                while let Some(used) = block {
                    block = slicer.next_block(black_box(used)).expect("reading memory");
                }
            });
        });
        group.finish();

        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Elements(form.records.len() as u64));
        group.bench_function(form.name, |bencher| {
            bencher.iter(|| decode(&mut Notes::default()))
        });
        group.finish();

        let mut group = criterion.benchmark_group("map");
        group.throughput(Throughput::Elements(form.records.len() as u64));
        group.bench_function(form.name, |bencher| {
            bencher.iter_batched(
                || decode(&mut Notes::default()),
                |raw| raw.map(|raw| Zeek.map(raw, &envelope, &context, &mut Notes::default())),
                BatchSize::SmallInput,
            );
        });
        group.finish();

        let mut group = criterion.benchmark_group("json");
        group.throughput(Throughput::Elements(form.records.len() as u64));
        let events = decode(&mut Notes::default()).map(|raw| {
            Zeek.map(raw, &envelope, &context, &mut Notes::default())
                .expect("an event of the log")
        });
        let mut out = Vec::new();
        group.bench_function(form.name, |bencher| {
            bencher.iter(|| {
                out.clear();
                for event in &events {
                    writer.write_event(event, &mut out);
                }
                black_box(out.len())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
