//! The law `auditd` of `tests/cases/fuzz_laws.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| asim_fuzz::check("auditd", data));
