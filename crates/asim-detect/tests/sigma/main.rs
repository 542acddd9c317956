//! Rules in the Sigma format: those that were written for these tests, and those of `SigmaHQ` where they stand beside
//! the checkout.

#![expect(clippy::unwrap_used, reason = "a test")]

mod correlations;
mod data;
mod events;
mod numbers;
mod order_of_arrival;
mod ordered;
mod own_rules;
mod sigmahq;
