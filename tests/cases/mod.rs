//! The cases, one concept a file.

mod data;
mod envelopes;
mod fuzz_laws;
mod fuzz_replay;
mod hostile;
mod hostile_files;
mod layout;
mod registry;
mod schema;
mod twins;
mod zeek_data;
