//! Alerts that tell the same again too soon.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Alert, Suppression};
use crate::tuning::Tuning;
use crate::window::Key;

/// So many groups are remembered; those that were told longest ago are forgotten first.
const REMEMBERED: usize = 1 << 17;

/// When each group was told last, by rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cooldown {
    told: BTreeMap<(String, Key), Told>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Told {
    /// The end of the window that was told, in ticks.
    end: i64,
    /// How many were kept back since.
    kept_back: u64,
}

impl Cooldown {
    /// Marks an alert that comes within the cool-down of its rule, and tells the next one how many there were.
    pub(crate) fn pass(&mut self, alert: &mut Alert, tuning: &Tuning) {
        let Some(pause) = tuning.cool_down_ticks(&alert.info.id) else {
            return;
        };
        if !alert.is_open() {
            return;
        }
        let end = alert.window.end.ticks();
        let name = (alert.info.id.to_string(), alert.key().clone());
        match self.told.get_mut(&name) {
            Some(told) if end.saturating_sub(told.end) < pause => {
                told.kept_back += 1;
                alert.suppressed_by = Some(Suppression {
                    by: "cool-down".to_owned(),
                    reason: format!("told before, {} seconds must pass", pause / 10_000_000),
                    owner: None,
                });
            }
            Some(told) => {
                alert.repeats = told.kept_back;
                *told = Told { end, kept_back: 0 };
            }
            None => {
                if self.told.len() >= REMEMBERED {
                    let oldest = self.told.values().map(|told| told.end).min();
                    self.told.retain(|_, told| Some(told.end) != oldest);
                }
                self.told.insert(name, Told { end, kept_back: 0 });
            }
        }
    }
}
