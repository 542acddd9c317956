//! The native module of the Python package `asimkit`.
//!
//! Everything here is called by the package's own Python code alone, which documents it for users and checks what it
//! hands over.
//!
//! | concern | where |
//! |---|---|
//! | what the caller chose | `options` |
//! | where bytes come from | `input`, `range`, `python_file`, `values` |
//! | inputs through the engine, with everything that is counted | `drive`, `account`, `failure` |
//! | events while they are read, on a thread of their own | `stream` |
//! | events as Arrow, by the C data interface | `batches`, `capsule` |
//! | events as dicts | `dicts` |
//! | events to a Parquet file | `parquet` |
//! | rules over events | `detect` |
//! | what an input is, and how it can be parted | `inspect` |
//! | everything about sources, schemas, decoders and tests | `facts`, `validate` |

mod account;
mod batches;
mod capsule;
mod detect;
mod dicts;
mod drive;
mod facts;
mod failure;
mod input;
mod inspect;
mod options;
mod parquet;
mod python_file;
mod range;
mod reject;
mod stream;
mod validate;
mod values;

#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::batches::{Batch, Batches, collect};
    #[pymodule_export]
    use super::detect::{Observations, Rules, detect, rules};
    #[pymodule_export]
    use super::dicts::Dicts;
    #[pymodule_export]
    use super::facts::{decode_flags, decode_response, schema, sources};
    #[pymodule_export]
    use super::inspect::{header_lines, inspect};
    #[pymodule_export]
    use super::parquet::write_parquet;
    #[pymodule_export]
    use super::validate::validate;
}
