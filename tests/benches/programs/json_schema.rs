//! What testing events costs with a published JSON Schema validator: it reads lines, parses each of them with
//! `serde_json` and asks the `jsonschema` crate whether it is valid, formats included.
//!
//! ```text
//! json-schema SCHEMA.json EVENTS.ndjson
//! ```
//!
//! It counts, and tells nothing else: no examples, no columns, no rules across columns.

use std::fs::File;
use std::io::{BufRead, BufReader};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut path = || arguments.next().expect("two files");
    let schema = File::open(path()).expect("a schema");
    let schema = serde_json::from_reader(BufReader::new(schema)).expect("JSON");
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a JSON Schema");
    let mut events = BufReader::with_capacity(256 << 10, File::open(path()).expect("events"));
    let (mut line, mut valid, mut invalid) = (Vec::new(), 0_u64, 0_u64);
    while events.read_until(b'\n', &mut line).expect("lines") > 0 {
        let event = serde_json::from_slice(&line).expect("JSON");
        if validator.is_valid(&event) {
            valid += 1;
        } else {
            invalid += 1;
        }
        line.clear();
    }
    println!("{valid} valid, {invalid} invalid");
}
