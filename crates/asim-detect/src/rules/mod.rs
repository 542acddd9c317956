//! The built-in rules, one a file.

use std::sync::Arc;

use crate::rule::Running;
use crate::rule::{AnyRule, Rule};
use crate::tuning::Tuning;

pub mod beyond;
mod enumeration_tool;
pub mod indicators;
pub mod sentinel;
mod subdomain_sweep;
mod zone_transfer;

pub use enumeration_tool::EnumerationTool;
pub use subdomain_sweep::SubdomainSweep;
pub use zone_transfer::ZoneTransfer;

#[cfg(test)]
pub(crate) mod tests;

/// All built-in rules that the tuning does not switch off, in the order of their ids.
pub fn all(tuning: &Arc<Tuning>) -> Vec<Box<dyn AnyRule>> {
    let mut rules = vec![
        boxed(beyond::AnyFlood::new(tuning), tuning),
        boxed(beyond::Beaconing::new(tuning), tuning),
        boxed(beyond::DgaNxdomain::new(tuning), tuning),
        boxed(beyond::DnsRebinding::new(tuning), tuning),
        boxed(beyond::DnsTunnel::new(tuning), tuning),
        boxed(beyond::EncryptedResolver::new(tuning), tuning),
        boxed(beyond::ExplodedDns::new(tuning), tuning),
        boxed(beyond::RandomSubdomains::new(tuning), tuning),
        boxed(EnumerationTool::new(tuning), tuning),
        boxed(SubdomainSweep::new(tuning), tuning),
        boxed(ZoneTransfer::new(tuning), tuning),
    ];
    rules.extend(sentinel::all(tuning));
    rules.retain(|rule| !tuning.is_disabled(&rule.info().id));
    rules.sort_by(|one, other| one.info().id.cmp(&other.info().id));
    rules
}

/// A rule at work, for [`Detector::with_rules`](crate::Detector::with_rules).
pub fn boxed<R: Rule>(rule: R, tuning: &Arc<Tuning>) -> Box<dyn AnyRule> {
    Running::boxed(rule, tuning.clone())
}
