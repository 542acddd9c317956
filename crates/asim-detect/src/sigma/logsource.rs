//! Which events a rule is for.

use rsigma_parser::LogSource;

/// The system that a process runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Windows,
    Linux,
    MacOs,
}

impl Platform {
    /// By the name of a product in a rule.
    fn of_product(product: &str) -> Option<Self> {
        match product.to_ascii_lowercase().as_str() {
            "windows" => Some(Self::Windows),
            "linux" => Some(Self::Linux),
            "macos" => Some(Self::MacOs),
            _ => None,
        }
    }

    /// By the name of a system or a source of records.
    pub(super) fn named_in(text: &str) -> Option<&'static [Self]> {
        let text = text.to_ascii_lowercase();
        if text.contains("windows") || text.starts_with("security event") {
            Some(&[Self::Windows])
        } else if text.contains("linux") || text.contains("auditd") {
            Some(&[Self::Linux])
        } else if text.contains("macos") {
            Some(&[Self::MacOs])
        } else {
            None
        }
    }
}

/// What an event must be for a rule to look at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gate {
    /// The rule asks for the program. Sources that know none would make all of its exceptions fail.
    pub(super) asks_for_program: bool,
    /// The system that the rule is for.
    pub(super) platform: Option<Platform>,
}

/// The schema that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Dns,
    Process(Option<Platform>),
}

/// Why a rule is for neither schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outside {
    /// Its records are known, and ASIM has them in another schema.
    Elsewhere(&'static str),
    /// Nothing is known of its records.
    Unknown(String),
}

/// The schema that a log source is for.
pub(super) fn subject(source: &LogSource) -> Result<Subject, Outside> {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase);
    let (category, product, service) = (
        lower(&source.category),
        lower(&source.product),
        lower(&source.service),
    );
    match (category.as_deref(), product.as_deref(), service.as_deref()) {
        (Some("dns" | "dns_query"), ..)
        | (None, _, Some("dns"))
        | (None, Some("windows"), Some("dns-client" | "dns-server-analytic")) => Ok(Subject::Dns),
        (None, Some("windows"), Some("dns-server")) => Err(Outside::Elsewhere(
            "the audit log of the DNS server: ASIM's Dns schema leaves it out, and no event of it comes",
        )),
        (Some("process_creation"), None, _) => Ok(Subject::Process(None)),
        (Some("process_creation"), Some(product), _) => match Platform::of_product(product) {
            Some(platform) => Ok(Subject::Process(Some(platform))),
            None => Err(Outside::Unknown(described(source))),
        },
        _ => Err(Outside::Unknown(described(source))),
    }
}

fn described(source: &LogSource) -> String {
    let parts = [
        ("category", &source.category),
        ("product", &source.product),
        ("service", &source.service),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?.escape_debug())))
        .collect();
    if parts.is_empty() {
        "it names no log source".to_owned()
    } else {
        format!(
            "its log source ({}) is neither DNS nor the start of a process",
            parts.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(category: &str, product: &str, service: &str) -> LogSource {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        LogSource {
            category: some(category),
            product: some(product),
            service: some(service),
            ..LogSource::default()
        }
    }

    #[test]
    fn log_sources_of_dns_and_processes_are_known() {
        for (category, product, service) in [
            ("dns", "", ""),
            ("dns_query", "windows", ""),
            ("DNS", "", ""),
            ("", "zeek", "dns"),
            ("", "windows", "dns-client"),
            ("", "windows", "dns-server-analytic"),
        ] {
            assert_eq!(subject(&source(category, product, service)), Ok(Subject::Dns));
        }
        assert_eq!(
            subject(&source("process_creation", "windows", "")),
            Ok(Subject::Process(Some(Platform::Windows)))
        );
        assert_eq!(
            subject(&source("process_creation", "", "")),
            Ok(Subject::Process(None))
        );
    }

    #[test]
    fn other_log_sources_are_outside() {
        assert!(matches!(
            subject(&source("", "windows", "dns-server")),
            Err(Outside::Elsewhere(_))
        ));
        for (category, product, service) in [("", "", ""), ("proxy", "", ""), ("process_creation", "aix", "")]
        {
            assert!(matches!(
                subject(&source(category, product, service)),
                Err(Outside::Unknown(_))
            ));
        }
    }
}
