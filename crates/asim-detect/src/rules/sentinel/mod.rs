//! Microsoft Sentinel's analytics over ASIM's Dns schema, with the faults of the published queries mended.
//!
//! Most of them count something and tell when it is too much ([`Threshold`]), too much for the first time in some days
//! ([`Newly`]), or too much beside the days before ([`Anomaly`]). What is counted of whom is a [`Measure`], one a file.

use std::sync::Arc;

use crate::rule::AnyRule;
use crate::tuning::Tuning;

use super::boxed;

/// What is written about a rule of this family.
macro_rules! info {
    (
        id: $id:literal,
        title: $title:literal,
        about: $about:literal,
        branch: $branch:literal,
        severity: $severity:ident,
        risk: $risk:literal,
        tactics: [$($tactic:literal),+ $(,)?],
        techniques: [$(($technique:literal, $technique_name:literal)),+ $(,)?],
        published: [$($published:literal),+ $(,)?],
        false_positives: [$($false_positive:literal),+ $(,)?],
        needs: $needs:expr,
        parameters: [$(($name:literal, $default:literal, $unit:literal, $meaning:literal)),* $(,)?],
        kql: $kql:expr $(,)?
    ) => {
        $crate::rule::RuleInfo {
            id: std::borrow::Cow::Borrowed($id),
            title: std::borrow::Cow::Borrowed($title),
            description: std::borrow::Cow::Borrowed($about),
            family: $crate::rule::Family::Sentinel,
            branch: std::borrow::Cow::Borrowed($branch),
            severity: $crate::alert::Severity::$severity,
            risk_score: $risk,
            tactics: std::borrow::Cow::Borrowed(&[$(std::borrow::Cow::Borrowed($tactic)),+]),
            techniques: std::borrow::Cow::Borrowed(&[
                $($crate::rule::Technique::new($technique, $technique_name)),+
            ]),
            references: std::borrow::Cow::Borrowed(&[
                $(std::borrow::Cow::Borrowed(concat!("Azure-Sentinel, ", $published))),+
            ]),
            false_positives: std::borrow::Cow::Borrowed(&[$(std::borrow::Cow::Borrowed($false_positive)),+]),
            schema: Some("Dns"),
            needs: $needs,
            parameters: &[$($crate::rule::Parameter {
                name: $name,
                unit: $unit,
                default: $default,
                about: $meaning,
            }),*],
            kql: std::borrow::Cow::Borrowed($kql),
        }
    };
}

mod anomaly;
mod measure;
mod newly;
mod threshold;
mod what;

mod abused_tld;
mod client_volume_anomaly;
mod cobalt_strike_names;
mod daily_increase;
mod dga_failures;
mod dga_failures_anomaly;
mod dga_second_level;
mod errors_same_query;
mod errors_same_query_anomaly;
mod failing_clients;
mod failing_domains;
mod first_seen_domain;
mod long_names;
mod mining_pools;
mod nxdomain_anomaly;
mod nxdomain_excessive;
mod reverse_lookup_anomaly;
mod reverse_lookup_burst;
mod sigred;
mod solorigate_names;
mod tor_gateways;
mod tunnel_services;
mod unexpected_tld;

pub use anomaly::Anomaly;
pub use measure::{Count, Counted, Measure};
pub use newly::Newly;
pub use threshold::Threshold;

pub use abused_tld::AbusedTld;
pub use client_volume_anomaly::ClientVolumeAnomaly;
pub use cobalt_strike_names::CobaltStrikeNames;
pub use daily_increase::DailyIncrease;
pub use dga_failures::DgaFailures;
pub use dga_failures_anomaly::DgaFailuresAnomaly;
pub use dga_second_level::DgaSecondLevel;
pub use errors_same_query::ErrorsSameQuery;
pub use errors_same_query_anomaly::ErrorsSameQueryAnomaly;
pub use failing_clients::FailingClients;
pub use failing_domains::FailingDomains;
pub use first_seen_domain::FirstSeenDomain;
pub use long_names::LongNames;
pub use mining_pools::MiningPools;
pub use nxdomain_anomaly::NxdomainAnomaly;
pub use nxdomain_excessive::NxdomainExcessive;
pub use reverse_lookup_anomaly::ReverseLookupAnomaly;
pub use reverse_lookup_burst::ReverseLookupBurst;
pub use sigred::Sigred;
pub use solorigate_names::SolorigateNames;
pub use tor_gateways::TorGateways;
pub use tunnel_services::TunnelServices;
pub use unexpected_tld::UnexpectedTld;

/// All rules of the family.
pub(super) fn all(tuning: &Arc<Tuning>) -> Vec<Box<dyn AnyRule>> {
    vec![
        boxed(Threshold::new(AbusedTld, tuning), tuning),
        boxed(Anomaly::new(ClientVolumeAnomaly, tuning), tuning),
        boxed(CobaltStrikeNames::new(tuning), tuning),
        boxed(DailyIncrease::new(tuning), tuning),
        boxed(Newly::new(DgaFailures, tuning), tuning),
        boxed(Anomaly::new(DgaFailuresAnomaly, tuning), tuning),
        boxed(Newly::new(DgaSecondLevel, tuning), tuning),
        boxed(Threshold::new(ErrorsSameQuery, tuning), tuning),
        boxed(Anomaly::new(ErrorsSameQueryAnomaly, tuning), tuning),
        boxed(Threshold::new(FailingClients, tuning), tuning),
        boxed(Threshold::new(FailingDomains, tuning), tuning),
        boxed(FirstSeenDomain::new(tuning), tuning),
        boxed(Threshold::new(LongNames::new(tuning), tuning), tuning),
        boxed(Threshold::new(MiningPools, tuning), tuning),
        boxed(Anomaly::new(NxdomainAnomaly, tuning), tuning),
        boxed(Threshold::new(NxdomainExcessive, tuning), tuning),
        boxed(Anomaly::new(ReverseLookupAnomaly, tuning), tuning),
        boxed(Newly::new(ReverseLookupBurst, tuning), tuning),
        boxed(Threshold::new(Sigred, tuning), tuning),
        boxed(Threshold::new(SolorigateNames, tuning), tuning),
        boxed(Threshold::new(TorGateways, tuning), tuning),
        boxed(Threshold::new(TunnelServices, tuning), tuning),
        boxed(Threshold::new(UnexpectedTld, tuning), tuning),
    ]
}

#[cfg(test)]
mod tests;
