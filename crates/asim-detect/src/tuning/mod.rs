//! What a site says about itself: thresholds, roles, exemptions, harmless lists, rules on trial.

mod exemption;
mod file;
mod per_role;
mod role;

pub use per_role::PerRole;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use asim_match::DomainSuffixes;

use crate::alert::Alert;
use crate::rule::RuleInfo;
use crate::window::Window;
use exemption::Exemption;
use role::Role;

/// Ticks of 100 nanoseconds in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;
/// Events may come so many seconds late unless told otherwise.
const LATENESS: u64 = 600;
/// So many groups a rule keeps unless told otherwise.
const KEYS_PER_RULE: usize = 1 << 16;

/// What a site says about itself. The default says nothing: every rule runs with its own thresholds.
///
/// ```
/// let tuning: asim_detect::Tuning = r#"
///     [rule.subdomain-sweep]
///     names = 300
///
///     [[exemption]]
///     name = "inventory"
///     clients = ["192.0.2.0/24"]
///     rules = ["subdomain-sweep"]
///     owner = "network team"
///     reason = "reads all zones at night"
/// "#.parse()?;
/// assert_eq!(tuning.parameter("subdomain-sweep", "names", 0), Some(300));
/// # Ok::<(), asim_detect::TuningError>(())
/// ```
#[derive(Debug, Default)]
pub struct Tuning {
    lateness: Option<u64>,
    keys_per_rule: Option<usize>,
    tell_within: Option<u64>,
    rules: BTreeMap<String, RuleTuning>,
    roles: Vec<Role>,
    exemptions: Vec<Exemption>,
    lists: Vec<(String, DomainSuffixes)>,
}

/// What is said about one rule.
#[derive(Debug, Default)]
struct RuleTuning {
    disabled: bool,
    shadow: bool,
    cool_down: Option<u64>,
    tell_within: Option<u64>,
    parameters: BTreeMap<String, u64>,
}

/// A tuning file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TuningError {
    problem: String,
}

impl TuningError {
    fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
        }
    }
}

impl fmt::Display for TuningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for TuningError {}

impl Tuning {
    /// So many seconds events may come late.
    pub fn lateness(&self) -> u64 {
        self.lateness.unwrap_or(LATENESS)
    }

    pub(crate) fn lateness_ticks(&self) -> i64 {
        ticks(self.lateness())
    }

    /// The number of groups that a rule keeps at most.
    pub fn keys_per_rule(&self) -> usize {
        self.keys_per_rule.unwrap_or(KEYS_PER_RULE)
    }

    /// So many panes of a window a rule may wait for more once there is reason to tell; as many as the window has unless
    /// tuned.
    pub(crate) fn patience(&self, rule: &str, window: Window) -> i64 {
        let own = self.rules.get(rule).and_then(|rule| rule.tell_within);
        let panes = own
            .or(self.tell_within)
            .map(|seconds| seconds / u64::from(window.pane.max(1)));
        panes
            .and_then(|panes| i64::try_from(panes).ok())
            .unwrap_or(i64::MAX)
    }

    /// Sets the seconds that events may come late.
    #[must_use]
    pub fn with_lateness(mut self, seconds: u64) -> Self {
        self.lateness = Some(seconds);
        self
    }

    /// Sets the number of groups that a rule keeps at most.
    #[must_use]
    pub fn with_keys_per_rule(mut self, keys: usize) -> Self {
        self.keys_per_rule = Some(keys);
        self
    }

    /// Sets a parameter of a rule.
    #[must_use]
    pub fn with_parameter(mut self, rule: &str, name: &str, value: u64) -> Self {
        let rule = self.rules.entry(rule.to_owned()).or_default();
        rule.parameters.insert(name.to_owned(), value);
        self
    }

    /// The value of a rule's parameter for clients of a role, where one was given.
    pub fn parameter(&self, rule: &str, name: &str, role: u8) -> Option<u64> {
        let of_role = usize::from(role)
            .checked_sub(1)
            .and_then(|role| self.roles.get(role)?.parameter(rule, name));
        of_role.or_else(|| self.rules.get(rule)?.parameters.get(name).copied())
    }

    /// The values of a rule's parameter for all roles, its default where none was given.
    pub fn per_role(&self, info: &RuleInfo, name: &str) -> PerRole {
        let default = info.default_of(name).unwrap_or_default();
        let roles = 0..=self.roles.len();
        let values = roles.map(|role| {
            let role = u8::try_from(role).unwrap_or_default();
            self.parameter(&info.id, name, role).unwrap_or(default)
        });
        PerRole::new(values.collect())
    }

    /// Whether a rule is switched off.
    pub fn is_disabled(&self, rule: &str) -> bool {
        self.rules.get(rule).is_some_and(|rule| rule.disabled)
    }

    pub(crate) fn has_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    /// The role of a client, by its number from one; 0 is none. The first role that names the client counts.
    pub(crate) fn role(&self, address: Option<IpAddr>, host: Option<&str>) -> u8 {
        let found = self.roles.iter().position(|role| role.has(address, host));
        found.map_or(0, |place| u8::try_from(place + 1).unwrap_or_default())
    }

    /// The harmless list that a domain is in, by its number.
    pub(crate) fn listed(&self, domain: &str) -> Option<u16> {
        let found = self.lists.iter().position(|(_, list)| list.contains(domain));
        found.and_then(|place| u16::try_from(place).ok())
    }

    /// The names of the harmless lists, by their numbers.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(|(name, _)| name.as_str())
    }

    /// Marks an alert that is on trial or exempt.
    pub(crate) fn exempt(&self, alert: &mut Alert) {
        let rule = &*alert.info.id;
        alert.shadow = self.rules.get(rule).is_some_and(|rule| rule.shadow);
        let exemption = self.exemptions.iter().find(|exemption| exemption.covers(alert));
        alert.suppressed_by = exemption.map(Exemption::suppression);
    }

    pub(crate) fn cool_down_ticks(&self, rule: &str) -> Option<i64> {
        self.rules.get(rule)?.cool_down.map(ticks)
    }

    /// Checks that it names only rules and parameters that there are.
    ///
    /// # Errors
    ///
    /// With the first name that is none.
    pub fn check<'i>(&self, infos: impl IntoIterator<Item = &'i RuleInfo>) -> Result<(), TuningError> {
        let infos: BTreeMap<_, _> = infos.into_iter().map(|info| (&*info.id, info)).collect();
        let known = |rule: &str, names: Vec<&String>| {
            let Some(info) = infos.get(rule) else {
                return Err(TuningError::new(format!("no rule `{}`", rule.escape_debug())));
            };
            match names.into_iter().find(|name| info.default_of(name).is_none()) {
                Some(name) => Err(TuningError::new(format!(
                    "rule `{rule}` has no parameter `{}`",
                    name.escape_debug()
                ))),
                None => Ok(()),
            }
        };
        for (rule, tuning) in &self.rules {
            known(rule, tuning.parameters.keys().collect())?;
        }
        for role in &self.roles {
            for (rule, parameters) in role.parameters() {
                known(rule, parameters.keys().collect())?;
            }
        }
        for rule in self.exemptions.iter().flat_map(Exemption::rules) {
            known(rule, Vec::new())?;
        }
        Ok(())
    }
}

/// Seconds in ticks.
pub(crate) fn ticks(seconds: u64) -> i64 {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| seconds.checked_mul(TICKS_PER_SECOND))
        .unwrap_or(i64::MAX)
}
