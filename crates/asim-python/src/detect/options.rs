//! Which rules run, and what they know of the site.

use std::sync::Arc;

use asim_detect::{Detector, Tuning, rules};
use pyo3::prelude::*;

use crate::failure::Failure;

/// The choices as the package's Python code hands them over: a dict with all of these names.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct RuleOptions {
    /// What is known of the site, as TOML.
    tuning: Option<String>,
    /// The ids of the rules; without them all run.
    rules: Option<Vec<String>>,
    /// So many seconds events may come late.
    lateness: Option<u64>,
}

fn wrong(name: &'static str, problem: impl std::fmt::Display) -> Failure {
    Failure::Option {
        name,
        problem: problem.to_string(),
    }
}

impl RuleOptions {
    /// The tuning, and a detector with the chosen rules.
    pub(crate) fn detector(self) -> Result<(Arc<Tuning>, Detector), Failure> {
        let mut tuning: Tuning = match &self.tuning {
            Some(text) => text.parse().map_err(|error| wrong("tuning", error))?,
            None => Tuning::default(),
        };
        let all = rules::all(&Arc::default());
        tuning
            .check(all.iter().map(|rule| &**rule.info()))
            .map_err(|error| wrong("tuning", error))?;
        if let Some(seconds) = self.lateness {
            tuning = tuning.with_lateness(seconds);
        }
        let tuning = Arc::new(tuning);
        let mut chosen = rules::all(&tuning);
        if let Some(ids) = &self.rules {
            let known: Vec<_> = all.iter().map(|rule| rule.info().id.to_string()).collect();
            if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
                let problem = format!("no rule `{unknown}`; there are {}", known.join(", "));
                return Err(wrong("rules", problem));
            }
            chosen.retain(|rule| ids.iter().any(|id| *id == rule.info().id));
        }
        let detector = Detector::with_rules(chosen, Arc::clone(&tuning));
        Ok((tuning, detector))
    }
}
