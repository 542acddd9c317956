//! The cases, one concept a file.

mod auditd_data;
mod auto_record;
mod bind_data;
mod conformance;
mod data;
mod envelopes;
mod evtx;
mod filter_procedure;
mod filter_view;
mod fuzz_laws;
mod fuzz_replay;
mod hostile;
mod hostile_files;
mod joining;
mod layout;
mod microsoft_dns_data;
mod planted_faults;
mod process_data;
mod published_faults;
mod registry;
mod schema;
mod sigma_data;
mod sysmon_data;
mod twins;
mod zeek_data;
