//! What is written about a rule, for people and for the checks.

use std::borrow::Cow;

use serde::Serialize;

use crate::alert::Severity;

/// A family of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Family {
    /// The detection of MITRE ATT&CK T1596.001 that this project implements.
    Reconnaissance,
    /// Microsoft Sentinel's analytics over ASIM's Dns schema.
    Sentinel,
    /// Methods of the field that go further.
    Beyond,
    /// Lists of indicators that the caller gives.
    Indicators,
    /// Rules in the Sigma format that the caller gives.
    Sigma,
}

/// A technique of MITRE ATT&CK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Technique {
    /// Its number, such as `T1596.001`.
    pub id: Cow<'static, str>,
    /// Its name.
    pub name: Cow<'static, str>,
}

/// A number that a rule can be tuned by.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name in the tuning file.
    pub name: &'static str,
    /// What it counts: `names`, `seconds`, `percent`.
    pub unit: &'static str,
    /// Its value unless tuned.
    pub default: u64,
    /// What it means.
    pub about: &'static str,
}

/// Fields of which a source must fill at least one for the rule to see anything.
pub type Need = &'static [&'static str];

/// What is written about a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleInfo {
    /// Its id: small letters and hyphens; that of its file for built-in rules.
    pub id: Cow<'static, str>,
    /// Its title.
    pub title: Cow<'static, str>,
    /// What it sees and why that matters.
    pub description: Cow<'static, str>,
    /// Where it belongs.
    pub family: Family,
    /// The branch of the published query that it is, or its own name in that style.
    pub branch: Cow<'static, str>,
    /// How bad it is, unless a finding knows better.
    pub severity: Severity,
    /// From 0 to 100.
    pub risk_score: u8,
    /// The tactics of MITRE ATT&CK, by name.
    pub tactics: Cow<'static, [Cow<'static, str>]>,
    /// The techniques.
    pub techniques: Cow<'static, [Technique]>,
    /// Where the method is from.
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// What sets it off without harm.
    pub false_positives: Cow<'static, [Cow<'static, str>]>,
    /// The schema of the events that it looks at, as in `EventSchema`; none for any.
    pub schema: Option<&'static str>,
    /// The fields that it needs: of each group at least one.
    pub needs: &'static [Need],
    /// What it can be tuned by.
    pub parameters: &'static [Parameter],
    /// A query in KQL over ASIM's parsers that sees the same, as near as KQL comes.
    pub kql: Cow<'static, str>,
}

impl RuleInfo {
    /// The default of a parameter.
    pub fn default_of(&self, name: &str) -> Option<u64> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map(|parameter| parameter.default)
    }
}

impl Technique {
    /// A technique that is known when the program is built.
    pub const fn new(id: &'static str, name: &'static str) -> Self {
        Self {
            id: Cow::Borrowed(id),
            name: Cow::Borrowed(name),
        }
    }
}
