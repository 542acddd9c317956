//! The laws, as the targets call them.
#![allow(dead_code, unreachable_pub, reason = "each target calls one law")]

#[path = "../../cases/fuzz_laws.rs"]
mod fuzz_laws;

/// Whether the law of this name holds for these bytes; panics where it does not.
pub fn check(name: &str, data: &[u8]) {
    for (_, law) in fuzz_laws::LAWS.iter().filter(|(law, _)| *law == name) {
        law(data);
    }
}
