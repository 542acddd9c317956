//! Schema versions: what is written by hand; the list itself comes from the schema data.

use std::fmt;
use std::str::FromStr;

use crate::SchemaVersion;

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Default for SchemaVersion {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Reads a version that events can be written in; [`SchemaVersion::from_name`] knows the older ones too.
impl FromStr for SchemaVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::SELECTABLE
            .iter()
            .copied()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnknownVersion(text.into()))
    }
}

/// No schema version of that name can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion(Box<str>);

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no schema version `{}`; there are ", self.0.escape_debug())?;
        for (index, version) in SchemaVersion::SELECTABLE.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{version}")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownVersion {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DnsField;

    #[test]
    fn the_error_lists_what_can_be_chosen() {
        let error = "0.0.9".parse::<SchemaVersion>().unwrap_err().to_string();
        assert!(
            error.contains("0.0.9") && error.contains(SchemaVersion::DEFAULT.as_str()),
            "{error}"
        );
    }

    #[test]
    fn every_selectable_version_reads_back() {
        for version in SchemaVersion::SELECTABLE {
            assert_eq!(version.as_str().parse(), Ok(*version));
        }
    }

    #[test]
    fn a_version_has_exactly_the_fields_since_then() {
        for version in SchemaVersion::ALL {
            for field in DnsField::ALL {
                assert_eq!(
                    version.fields().contains(field),
                    field.info().since <= version,
                    "{version} {field:?}"
                );
            }
        }
    }
}
