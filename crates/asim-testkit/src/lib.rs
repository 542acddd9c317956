//! The conformance suite that every parser passes. One line in the parser's crate gives all of it:
//!
//! ```text
//! #[cfg(test)]
//! asim_testkit::parser_tests!(PARSER);
//! ```
//!
//! The suite reads `samples/` and `goldens/` beside the parser's `Cargo.toml`. A sample's events stand in
//! `goldens/STEM.ndjson`; samples with the same stem are the same events in several formats and share it. What became
//! of the other records stands in `goldens/FILE.report.json`. `ASIM_UPDATE_GOLDENS=1` writes both: read them, field by
//! field, before they are committed.
//!
//! This crate is for tests: it panics where a test would fail.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a failed law fails the test"
)]

pub mod evtx;
mod filters;
mod goldens;
mod laws;
mod run;
mod samples;
mod schema;

pub use laws::stands_at;
pub use run::{Pieces, Reading, Run, run, run_as, run_filtered, settled};
pub use samples::{Sample, Suite};
pub use schema::{Validator, Validators};

/// Makes the conformance tests of a parser, a static of the crate's root.
#[macro_export]
macro_rules! parser_tests {
    ($parser:ident) => {
        mod conformance {
            fn suite() -> $crate::Suite {
                $crate::Suite::new(&super::$parser, env!("CARGO_MANIFEST_DIR"))
            }

            #[test]
            fn samples_are_recognized() {
                suite().samples_are_recognized();
            }

            #[test]
            fn goldens_match() {
                suite().goldens_match();
            }

            #[test]
            fn goldens_validate_against_the_schema() {
                suite().goldens_validate_against_the_schema();
            }

            #[test]
            fn goldens_read_back_as_the_same_events() {
                suite().goldens_read_back_as_the_same_events();
            }

            #[test]
            fn goldens_show_what_the_manifest_claims() {
                suite().goldens_show_what_the_manifest_claims();
            }

            #[test]
            fn the_manifest_tells_where_each_field_comes_from() {
                suite().the_manifest_tells_where_each_field_comes_from();
            }

            #[test]
            fn every_record_is_accounted_for() {
                suite().every_record_is_accounted_for();
            }

            #[test]
            fn block_size_and_jobs_change_nothing() {
                suite().block_size_and_jobs_change_nothing();
            }

            #[test]
            fn rejects_point_to_their_bytes() {
                suite().rejects_point_to_their_bytes();
            }

            #[test]
            fn mutated_samples_never_panic_and_add_up() {
                suite().mutated_samples_never_panic_and_add_up();
            }

            #[test]
            fn filters_leave_what_the_exact_test_leaves() {
                suite().filters_leave_what_the_exact_test_leaves();
            }

            #[test]
            fn later_fields_stay_out_of_earlier_versions() {
                suite().later_fields_stay_out_of_earlier_versions();
            }

            #[test]
            fn each_schema_has_its_own_records() {
                suite().each_schema_has_its_own_records();
            }
        }
    };
}
