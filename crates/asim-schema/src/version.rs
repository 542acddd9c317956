//! Schema versions: what is written by hand; the lists themselves come from the schema data.

use std::fmt;

use crate::{AlertVersion, DnsVersion, ProcessVersion, SchemaKind};

/// A version of the Dns schema, by the name that code for DNS sources uses.
pub type SchemaVersion = DnsVersion;

/// A schema version as three numbers, or two, for code that serves several schemas.
///
/// It compares with the versions of each schema: `field.info().since <= SchemaVersion::DEFAULT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber {
    /// The numbers from the highest bits down, 16 bits each, and 0 or the third number and one: so that comparing two
    /// versions is one step.
    packed: u64,
}

impl VersionNumber {
    /// The version of three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            packed: (major as u64) << 48 | (minor as u64) << 32 | (patch as u64 + 1),
        }
    }

    /// The version of two numbers, such as AlertEvent's `0.1`; it stands before those with a third.
    pub const fn of_two(major: u16, minor: u16) -> Self {
        Self {
            packed: (major as u64) << 48 | (minor as u64) << 32,
        }
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.packed >> 48, self.packed >> 32 & 0xffff)?;
        match (self.packed & 0xffff_ffff).checked_sub(1) {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

impl SchemaKind {
    /// The version of the schema of that name, such as `0.1.3`.
    pub fn version_named(self, name: &str) -> Option<VersionNumber> {
        match self {
            Self::Dns => DnsVersion::from_name(name).map(DnsVersion::number),
            Self::Process => ProcessVersion::from_name(name).map(ProcessVersion::number),
            Self::Alert => AlertVersion::from_name(name).map(AlertVersion::number),
        }
    }
}

/// What every list of versions has: text in and out, and comparing with numbers.
macro_rules! version_text {
    ($name:ident, $schema:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::DEFAULT
            }
        }

        /// Reads a version that events can be written in; `from_name` knows the older ones too.
        impl std::str::FromStr for $name {
            type Err = $crate::UnknownVersion;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut versions = Self::SELECTABLE.iter().copied();
                versions
                    .find(|version| version.as_str() == text)
                    .ok_or_else(|| $crate::UnknownVersion::new($crate::SchemaKind::$schema, text))
            }
        }

        /// Every version of the schema has a number; the other way round there are numbers without a version.
        impl TryFrom<$crate::VersionNumber> for $name {
            type Error = $crate::UnknownVersion;

            fn try_from(number: $crate::VersionNumber) -> Result<Self, Self::Error> {
                let mut versions = Self::ALL.into_iter();
                versions
                    .find(|version| version.number() == number)
                    .ok_or_else(|| {
                        $crate::UnknownVersion::new($crate::SchemaKind::$schema, &number.to_string())
                    })
            }
        }

        impl From<$name> for $crate::VersionNumber {
            fn from(version: $name) -> Self {
                version.number()
            }
        }

        impl PartialEq<$crate::VersionNumber> for $name {
            fn eq(&self, number: &$crate::VersionNumber) -> bool {
                self.number() == *number
            }
        }

        impl PartialOrd<$crate::VersionNumber> for $name {
            fn partial_cmp(&self, number: &$crate::VersionNumber) -> Option<std::cmp::Ordering> {
                self.number().partial_cmp(number)
            }
        }

        impl PartialEq<$name> for $crate::VersionNumber {
            fn eq(&self, version: &$name) -> bool {
                *self == version.number()
            }
        }

        impl PartialOrd<$name> for $crate::VersionNumber {
            fn partial_cmp(&self, version: &$name) -> Option<std::cmp::Ordering> {
                self.partial_cmp(&version.number())
            }
        }
    };
}

pub(crate) use version_text;

/// No version of that name can be chosen for a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion {
    schema: SchemaKind,
    text: Box<str>,
}

impl UnknownVersion {
    /// The error for a text that is no version of the schema.
    pub(crate) fn new(schema: SchemaKind, text: &str) -> Self {
        Self {
            schema,
            text: text.into(),
        }
    }
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no schema version `{}`; there are ", self.text.escape_debug())?;
        for (index, version) in self.schema.selectable_versions().into_iter().enumerate() {
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
    use crate::{AlertField, AlertVersion, DnsField, ProcessField, ProcessVersion};

    /// The laws of the versions of a schema.
    macro_rules! laws {
        ($name:ident, $version:ident, $field:ident) => {
            mod $name {
                use super::*;

                #[test]
                fn the_error_lists_what_can_be_chosen() {
                    let error = "0.0.9".parse::<$version>().unwrap_err().to_string();
                    assert!(
                        error.contains("0.0.9") && error.contains($version::DEFAULT.as_str()),
                        "{error}"
                    );
                }

                #[test]
                fn every_selectable_version_reads_back() {
                    for version in $version::SELECTABLE {
                        assert_eq!(version.as_str().parse(), Ok(*version));
                    }
                }

                #[test]
                fn versions_and_numbers_agree() {
                    assert!($version::ALL.is_sorted_by_key(|version| version.number()));
                    for version in $version::ALL {
                        assert_eq!(version.number().to_string(), version.as_str());
                        assert_eq!($version::try_from(version.number()), Ok(version));
                    }
                    assert!($version::try_from(VersionNumber::new(9, 9, 9)).is_err());
                }

                #[test]
                fn a_version_has_exactly_the_fields_since_then() {
                    for version in $version::ALL {
                        for field in $field::ALL {
                            assert_eq!(
                                version.fields().contains(field),
                                field.info().since <= version,
                                "{version} {field:?}"
                            );
                        }
                    }
                }
            }
        };
    }

    laws!(dns, DnsVersion, DnsField);
    laws!(process, ProcessVersion, ProcessField);
    laws!(alert, AlertVersion, AlertField);
}
