//! The reporting device from the path of a file.

use std::path::Path;

use regex::Regex;

/// The group whose text is the device, if the pattern has one of that name.
const GROUP: &str = "dvc";

/// A pattern that finds the reporting device in the path of an input.
#[derive(Debug, Clone)]
pub(crate) struct DevicePattern(Regex);

impl DevicePattern {
    /// Reads a pattern: a regular expression with a group.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let regex = Regex::new(text).map_err(|error| error.to_string())?;
        if regex.captures_len() < 2 {
            return Err(format!(
                "has no group; put the device in parentheses, such as logs/([^/]+)/ or (?<{GROUP}>[^/]+)"
            ));
        }
        Ok(Self(regex))
    }

    /// The device in a path: the text of the group `dvc`, else of the first one.
    ///
    /// The path is searched as it was given or found, with `/` between its parts on every system.
    pub(crate) fn device(&self, path: &Path) -> Option<String> {
        let path = path.to_string_lossy();
        let path = if std::path::MAIN_SEPARATOR == '/' {
            path
        } else {
            path.replace(std::path::MAIN_SEPARATOR, "/").into()
        };
        let found = self.0.captures(&path)?;
        let named = self.0.capture_names().any(|name| name == Some(GROUP));
        let device = if named { found.name(GROUP) } else { found.get(1) };
        let device = device?.as_str().trim();
        (!device.is_empty()).then(|| device.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(pattern: &str, path: &str) -> Option<String> {
        DevicePattern::parse(pattern).unwrap().device(Path::new(path))
    }

    #[test]
    fn the_group_is_the_device() {
        let path = "logs/sensor-3/2026/dns.log";
        assert_eq!(device("logs/([^/]+)/", path).as_deref(), Some("sensor-3"));
        assert_eq!(device("(logs)/(?<dvc>[^/]+)/", path).as_deref(), Some("sensor-3"));
        assert_eq!(device("^(-)$", "-").as_deref(), Some("-"));
    }

    #[test]
    fn without_a_text_there_is_no_device() {
        for pattern in ["other/(.+)", "logs( *)/", "logs/(x)?", "(?<dvc>x)?logs/(.+)/"] {
            assert_eq!(device(pattern, "logs/sensor-3/dns.log"), None, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_needs_a_group() {
        for pattern in ["logs", "(?:logs)", "(logs"] {
            assert!(DevicePattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
