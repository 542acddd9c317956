//! What is written about a rule in the Sigma format.

use std::borrow::Cow;

use rsigma_parser::{CorrelationRule, Level, SigmaRule};

use crate::alert::Severity;
use crate::rule::{Family, RuleInfo, Technique};

/// The parts that rules and correlations have in common.
pub(super) struct About<'r> {
    id: Option<&'r str>,
    title: &'r str,
    description: Option<&'r str>,
    author: Option<&'r str>,
    level: Option<Level>,
    tags: &'r [String],
    references: &'r [String],
    false_positives: &'r [String],
}

macro_rules! about {
    ($rule:ty) => {
        impl<'r> From<&'r $rule> for About<'r> {
            fn from(rule: &'r $rule) -> Self {
                Self {
                    id: rule.id.as_deref(),
                    title: &rule.title,
                    description: rule.description.as_deref(),
                    author: rule.author.as_deref(),
                    level: rule.level,
                    tags: &rule.tags,
                    references: &rule.references,
                    false_positives: &rule.falsepositives,
                }
            }
        }
    };
}

about!(SigmaRule);
about!(CorrelationRule);

impl About<'_> {
    /// The author, whom the licence of Sigma's rules wants named where a match is shown.
    pub(super) fn author(&self) -> Option<String> {
        self.author.map(str::to_owned)
    }

    /// The id, or one made of the title.
    pub(super) fn id(&self) -> String {
        self.id.map_or_else(|| slug(self.title), str::to_ascii_lowercase)
    }

    /// What is known of a rule for events of a schema.
    pub(super) fn info(&self, schema: Option<&'static str>) -> RuleInfo {
        let (severity, risk_score) = weight(self.level);
        let texts = |texts: &[String]| texts.iter().cloned().map(Cow::Owned).collect::<Vec<_>>();
        let mut description = self.description.unwrap_or_default().trim().to_owned();
        if let Some(author) = self.author {
            if !description.is_empty() {
                description.push(' ');
            }
            description.push_str("Rule by ");
            description.push_str(author);
            description.push('.');
        }
        RuleInfo {
            id: Cow::Owned(self.id()),
            title: Cow::Owned(self.title.to_owned()),
            description: Cow::Owned(description),
            family: Family::Sigma,
            branch: Cow::Owned(format!("Sigma: {}", self.title)),
            severity,
            risk_score,
            tactics: Cow::Owned(self.tags.iter().filter_map(|tag| tactic(tag)).collect()),
            techniques: Cow::Owned(self.tags.iter().filter_map(|tag| technique(tag)).collect()),
            references: Cow::Owned(texts(self.references)),
            false_positives: Cow::Owned(texts(self.false_positives)),
            schema,
            needs: &[],
            parameters: &[],
            kql: Cow::Borrowed(""),
        }
    }
}

/// Severity and risk score of a level. A rule without one counts as `medium`.
fn weight(level: Option<Level>) -> (Severity, u8) {
    match level {
        Some(Level::Informational) => (Severity::Informational, 10),
        Some(Level::Low) => (Severity::Low, 25),
        Some(Level::Medium) | None => (Severity::Medium, 50),
        Some(Level::High) => (Severity::High, 75),
        Some(Level::Critical) => (Severity::High, 95),
    }
}

/// The name of the tactic in a tag such as `attack.command-and-control`; older rules write underscores.
fn tactic(tag: &str) -> Option<Cow<'static, str>> {
    let name = tag.strip_prefix("attack.")?;
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    // Groups and software have numbers too.
    if technique(tag).is_some() || name.strip_prefix(['g', 's']).is_some_and(is_number) {
        return None;
    }
    let words = name.split(['-', '_']).map(|word| match word {
        "and" => Cow::Borrowed("and"),
        word => {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            Cow::Owned(first.into_iter().chain(letters).collect::<String>())
        }
    });
    Some(Cow::Owned(words.collect::<Vec<_>>().join(" ")))
}

/// The technique in a tag such as `attack.t1071.004`.
fn technique(tag: &str) -> Option<Technique> {
    let id = tag.strip_prefix("attack.")?;
    let digits = id.strip_prefix(['t', 'T'])?;
    let is = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let id = id.to_ascii_uppercase();
    let name = NAMES.iter().find(|(own, _)| *own == id);
    is.then(|| Technique {
        name: name.map_or_else(|| Cow::Owned(id.clone()), |(_, name)| Cow::Borrowed(*name)),
        id: Cow::Owned(id),
    })
}

/// Names of the techniques that rules for DNS carry most (MITRE ATT&CK, Enterprise, 2026). Others go by their number.
const NAMES: [(&str, &str); 21] = [
    ("T1048", "Exfiltration Over Alternative Protocol"),
    ("T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol"),
    ("T1059", "Command and Scripting Interpreter"),
    ("T1059.001", "PowerShell"),
    ("T1059.003", "Windows Command Shell"),
    ("T1071", "Application Layer Protocol"),
    ("T1071.001", "Web Protocols"),
    ("T1071.004", "DNS"),
    ("T1090.003", "Multi-hop Proxy"),
    ("T1095", "Non-Application Layer Protocol"),
    ("T1105", "Ingress Tool Transfer"),
    ("T1187", "Forced Authentication"),
    ("T1482", "Domain Trust Discovery"),
    ("T1496", "Resource Hijacking"),
    ("T1567", "Exfiltration Over Web Service"),
    ("T1567.002", "Exfiltration to Cloud Storage"),
    ("T1568", "Dynamic Resolution"),
    ("T1571", "Non-Standard Port"),
    ("T1572", "Protocol Tunneling"),
    ("T1590", "Gather Victim Network Information"),
    ("T1590.002", "DNS"),
];

/// Small letters, digits and hyphens.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_tactics_or_techniques() {
        assert_eq!(
            tactic("attack.command-and-control").as_deref(),
            Some("Command and Control")
        );
        assert_eq!(tactic("attack.initial_access").as_deref(), Some("Initial Access"));
        for tag in [
            "attack.t1071.004",
            "attack.g0093",
            "attack.s0154",
            "cve.2021-1234",
        ] {
            assert_eq!(tactic(tag), None, "{tag}");
        }
        let found = technique("attack.t1071.004").unwrap();
        assert_eq!((&*found.id, &*found.name), ("T1071.004", "DNS"));
        assert_eq!(technique("attack.t9999").unwrap().name, "T9999");
        assert_eq!(technique("attack.tools"), None);
    }

    #[test]
    fn a_rule_without_an_id_is_named_after_its_title() {
        assert_eq!(slug("DNS: Odd  Query (test)"), "dns-odd-query-test");
    }
}
