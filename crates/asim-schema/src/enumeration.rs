//! What all enumerations share: text in and out.

use std::fmt;

/// The text is none of the values of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    enumeration: &'static str,
    text: Box<str>,
}

impl UnknownValue {
    /// The error for a text that an enumeration of that name does not have.
    pub(crate) fn new(enumeration: &'static str, text: &str) -> Self {
        Self {
            enumeration,
            text: text.into(),
        }
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no value of {}",
            self.text.escape_debug(),
            self.enumeration
        )
    }
}

impl std::error::Error for UnknownValue {}

/// Text in and out for an enumeration that has `as_str` and `from_str_ignore_case`.
macro_rules! enumeration_text {
    ($($name:ident),* $(,)?) => {
        $(
            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl std::str::FromStr for $name {
                type Err = $crate::UnknownValue;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    Self::from_str_ignore_case(text)
                        .ok_or_else(|| $crate::UnknownValue::new(stringify!($name), text))
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )*
    };
}

pub(crate) use enumeration_text;
