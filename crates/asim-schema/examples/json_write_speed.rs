//! Measures building an event from borrowed text and writing it as JSON.
//!
//! ```text
//! cargo run --release -p asim-schema --example json_write_speed [EVENTS]
//! ```
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program reads the clock and prints"
)]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use asim_schema::{
    DnsEvent, EventResult, EventSeverity, EventSubType, JsonWriter, NetworkProtocol, Opcode, RrType,
    SchemaVersion, Timestamp,
};

/// Events in one measurement, unless told otherwise.
const EVENTS: u32 = 300_000;
/// Measurements, of which the fastest counts.
const ROUNDS: u32 = 20;

/// A record as a decoder hands it over.
struct Record {
    client: std::net::IpAddr,
    server: std::net::IpAddr,
    time: Timestamp,
    query: String,
    answer: String,
    uid: String,
}

impl Record {
    /// The event of the record: 28 values, all text borrowed.
    #[inline(never)]
    fn event(&self) -> DnsEvent<'_> {
        let mut event = DnsEvent::new(SchemaVersion::DEFAULT);
        event.set_time_generated(self.time);
        event.set_event_start_time(self.time);
        event.set_event_end_time(self.time);
        event.set_event_type(Opcode::QUERY);
        event.set_event_sub_type(EventSubType::Response);
        event.set_event_result(EventResult::Success);
        event.set_event_result_details("NOERROR");
        event.set_event_product("Zeek");
        event.set_event_vendor("Corelight");
        event.set_event_severity(EventSeverity::Informational);
        event.set_event_original_uid(&*self.uid);
        event.set_src_ip_addr(self.client);
        event.set_src_port_number(54_312);
        event.set_dst_ip_addr(self.server);
        event.set_dst_port_number(53);
        event.set_dns_query(&*self.query);
        event.set_dns_query_type(RrType::AAAA);
        event.set_dns_query_type_name("AAAA");
        event.set_dns_query_class(asim_schema::DnsClass::IN);
        event.set_dns_query_class_name("IN");
        event.set_transaction_id_hex("ae97");
        event.set_dns_response_name(&*self.answer);
        event.set_dns_flags_authoritative(false);
        event.set_dns_flags_recursion_available(true);
        event.set_dns_flags_recursion_desired(true);
        event.set_network_protocol(NetworkProtocol::UDP);
        event.set_dns_network_duration(22);
        event.set_dns_session_id(&*self.uid);
        event
    }
}

/// Nanoseconds for one call, the best of several rounds.
fn measure(events: u32, mut call: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        for _ in 0..events {
            call();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(events)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn Error>> {
    let events = std::env::args()
        .nth(1)
        .map_or(Ok(EVENTS), |count| count.parse())?;
    let record = Record {
        client: "192.0.2.10".parse()?,
        server: "2001:db8::53".parse()?,
        time: "2026-11-21T20:47:45.218Z".parse()?,
        query: "www.example.com".to_owned(),
        answer: r#"{"answers":["192.0.2.80"],"ttls":[300]}"#.to_owned(),
        uid: "CMdzit1AMNsmfAIiQc".to_owned(),
    };
    let writer = JsonWriter::default();
    let event = record.event();
    let mut out = Vec::with_capacity(1 << 16);
    writer.write_event(&event, &mut out);
    println!("{}", String::from_utf8_lossy(&out));
    println!(
        "{} columns, {} bytes, event of {} bytes",
        event.present().len(),
        out.len(),
        size_of::<DnsEvent<'_>>()
    );
    let build = measure(events, || {
        black_box(black_box(&record).event());
    });
    let write = measure(events, || {
        out.clear();
        writer.write_event(black_box(&event), &mut out);
        black_box(&out);
    });
    let both = measure(events, || {
        out.clear();
        writer.write_event(&black_box(&record).event(), &mut out);
        black_box(&out);
    });
    println!("build {build:.0} ns, write {write:.0} ns, build and write {both:.0} ns");
    Ok(())
}
