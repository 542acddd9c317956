//! Nothing: this package is the tests in `all.rs`.
