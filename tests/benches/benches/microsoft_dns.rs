//! Microsoft's DNS server, stage by stage: `decode`, `map` and `json`, for a line of the debug log and for events with
//! their packets in JSON and in XML.
//!
//! As in `zeek`, each stage is given what the one before it makes. All rates are in records.

use std::hint::black_box;

use asim_parse::{Context, DateOrder, Envelope, Format, Mapper, Notes, Record};
use asim_parser_microsoft_dns::DnsServer;
use asim_schema::{JsonOptions, JsonWriter};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const LINE: &str = "8/13/2026 4:02:03 PM 0E24 PACKET  0000018CEDDB1140 UDP Snd 198.51.100.7    7653 R Q [8081   DR  NOERROR] A      (3)www(7)example(3)com(0)\r\n\r";

const OBJECT: &str = r#"{"SourceName":"Microsoft-Windows-DNSServer","ProviderGuid":"{EB79061A-A566-4698-9119-3ED2807060E7}","EventID":257,"Version":0,"ChannelID":16,"OpcodeValue":0,"TaskValue":1,"Keywords":"9223372036854775810","EventTime":"2026-08-13T09:02:03.668461-07:00","ExecutionProcessID":2080,"ExecutionThreadID":2940,"EventType":"INFO","SeverityValue":2,"Severity":"INFO","Hostname":"dc1.corp.example.com","Domain":"NT AUTHORITY","AccountName":"SYSTEM","UserID":"S-1-5-18","AccountType":"User","TCP":"0","InterfaceIP":"192.0.2.53","Destination":"198.51.100.7","AA":"0","AD":"0","QNAME":"a.example.","QTYPE":"1","XID":"4660","DNSSEC":"0","RCODE":"0","Port":"59293","Flags":"33152","Scope":"Default","Zone":"..Cache","PolicyName":"NULL","BufferSize":"43","PacketData":"0x1234818000010001000000000161076578616D706C650000010001C00C000100010000003C0004C0000201","AdditionalInfo":"VirtualizationInstance:.","ElapsedTime":"188","GUID":"{8F1C2A01-3B7D-4E51-9A60-0123456789AB}","EventReceivedTime":"2026-08-13T09:02:04.668461-07:00","SourceModuleName":"dnsserver","SourceModuleType":"im_etw"}"#;

const ELEMENT: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-DNSServer' Guid='{EB79061A-A566-4698-9119-3ED2807060E7}'/><EventID>257</EventID><Version>0</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000002</Keywords><TimeCreated SystemTime='2026-08-13T16:02:03.6684610Z'/><EventRecordID>7004</EventRecordID><Correlation/><Execution ProcessID='2080' ThreadID='2940'/><Channel>Microsoft-Windows-DNSServer/Analytical</Channel><Computer>dc1.corp.example.com</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name='TCP'>0</Data><Data Name='InterfaceIP'>192.0.2.53</Data><Data Name='Destination'>198.51.100.7</Data><Data Name='AA'>0</Data><Data Name='AD'>0</Data><Data Name='QNAME'>a.example.</Data><Data Name='QTYPE'>1</Data><Data Name='XID'>4660</Data><Data Name='DNSSEC'>0</Data><Data Name='RCODE'>0</Data><Data Name='Port'>59293</Data><Data Name='Flags'>33152</Data><Data Name='Scope'>Default</Data><Data Name='Zone'>..Cache</Data><Data Name='PolicyName'>NULL</Data><Data Name='BufferSize'>43</Data><Data Name='PacketData'>0x1234818000010001000000000161076578616D706C650000010001C00C000100010000003C0004C0000201</Data><Data Name='AdditionalInfo'>VirtualizationInstance:.</Data><Data Name='ElapsedTime'>188</Data><Data Name='GUID'>{8F1C2A01-3B7D-4E51-9A60-0123456789AB}</Data></EventData></Event>";

const FORMS: [(&str, Format, &str); 3] = [
    ("debug-log", Format::ContinuedLines, LINE),
    ("event-json", Format::NdJson, OBJECT),
    ("event-xml", Format::WindowsXml, ELEMENT),
];

fn stages(criterion: &mut Criterion) {
    let (mut context, envelope) = (Context::default(), Envelope::default());
    context.date_order = Some(DateOrder::MonthDayYear);
    let writer = JsonWriter {
        options: JsonOptions::default(),
    };
    for (name, format, text) in FORMS {
        let record = Record {
            bytes: text.as_bytes(),
            format,
            header: &(),
            table: None,
        };
        let decode = |notes: &mut Notes| {
            DnsServer
                .decode(record, &context, notes)
                .expect("a record of the server")
        };

        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| bencher.iter(|| decode(&mut Notes::default())));
        group.finish();

        let mut group = criterion.benchmark_group("map");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || decode(&mut Notes::default()),
                |raw| DnsServer.map(raw, &envelope, &context, &mut Notes::default()),
                BatchSize::SmallInput,
            );
        });
        group.finish();

        let event = DnsServer
            .map(
                decode(&mut Notes::default()),
                &envelope,
                &context,
                &mut Notes::default(),
            )
            .expect("an event of the server");
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
