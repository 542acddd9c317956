//! Sysmon's event 22 in XML and JSON, stage by stage: `decode`, `map` and `json`.
//!
//! `map` consumes its input and therefore decodes it anew outside the measured time. All rates are in records.

use std::hint::black_box;

use asim_parse::{Context, Envelope, Format, Mapper, Notes, Record};
use asim_parser_sysmon::Sysmon;
use asim_schema::{JsonOptions, JsonWriter};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const XML: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>22</EventID><Version>5</Version><Level>4</Level><Task>22</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='2026-11-21T09:00:00.4184000Z'/><EventRecordID>716001</EventRecordID><Correlation/><Execution ProcessID='3064' ThreadID='4188'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>ws1.corp.example</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name='RuleName'>-</Data><Data Name='UtcTime'>2026-11-21 09:00:00.101</Data><Data Name='ProcessGuid'>{5a0c1e2b-7d31-4f6a-8001-000000001a32}</Data><Data Name='ProcessId'>4120</Data><Data Name='QueryName'>www.example.com</Data><Data Name='QueryStatus'>0</Data><Data Name='QueryResults'>type:  5 edge.example.net;::ffff:192.0.2.80;::ffff:192.0.2.81;</Data><Data Name='Image'>C:\\Program Files\\Browser\\browser.exe</Data><Data Name='User'>CORP\\alice</Data></EventData></Event>";

const NXLOG: &str = r#"{"EventTime":"2026-11-21 10:00:00","Hostname":"ws1.corp.example","Keywords":-9223372036854775808,"EventType":"INFO","SeverityValue":2,"Severity":"INFO","EventID":22,"SourceName":"Microsoft-Windows-Sysmon","ProviderGuid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","Version":5,"Task":22,"OpcodeValue":0,"RecordNumber":716001,"ExecutionProcessID":3064,"ThreadID":4188,"Channel":"Microsoft-Windows-Sysmon/Operational","Domain":"NT AUTHORITY","AccountName":"SYSTEM","UserID":"S-1-5-18","AccountType":"User","RuleName":"-","UtcTime":"2026-11-21 09:00:00.101","ProcessGuid":"{5a0c1e2b-7d31-4f6a-8001-000000001a32}","ProcessId":"4120","QueryName":"www.example.com","QueryStatus":"0","QueryResults":"type:  5 edge.example.net;::ffff:192.0.2.80;::ffff:192.0.2.81;","Image":"C:\\Program Files\\Browser\\browser.exe","User":"CORP\\alice","EventReceivedTime":"2026-11-21 10:00:20","SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog"}"#;

fn stages(criterion: &mut Criterion) {
    let (context, envelope) = (Context::default(), Envelope::default());
    let writer = JsonWriter {
        options: JsonOptions::default(),
    };
    for (name, format, text) in [
        ("sysmon-xml", Format::WindowsXml, XML),
        ("sysmon-nxlog", Format::NdJson, NXLOG),
    ] {
        let record = Record {
            bytes: text.as_bytes(),
            format,
            header: &(),
            table: None,
        };
        let decode = |notes: &mut Notes| Sysmon.decode(record, &context, notes).expect("an event 22");

        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(decode(&mut Notes::default())));
        });
        group.finish();

        let mut group = criterion.benchmark_group("map");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || decode(&mut Notes::default()),
                |raw| Sysmon.map(raw, &envelope, &context, &mut Notes::default()),
                BatchSize::SmallInput,
            );
        });
        group.finish();

        let event = Sysmon
            .map(
                decode(&mut Notes::default()),
                &envelope,
                &context,
                &mut Notes::default(),
            )
            .expect("an event");
        let mut group = criterion.benchmark_group("json");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            let mut out = Vec::with_capacity(4096);
            bencher.iter(|| {
                out.clear();
                let asim_schema::Event::Dns(event) = &event else {
                    return;
                };
                writer.write_event(black_box(event), &mut out);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
