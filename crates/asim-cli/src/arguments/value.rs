//! The values of flags, read from their text.

use std::num::NonZero;

use asimkit::{DnsField, ProcessField, SchemaVersion, Source, Timestamp, registry};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::similar::similar;

/// Reads a schema version; help and errors list those that can be chosen.
pub(super) fn schema_version() -> impl TypedValueParser<Value = SchemaVersion> {
    let versions = SchemaVersion::SELECTABLE.iter().map(|version| version.as_str());
    PossibleValuesParser::new(versions).try_map(|text| text.parse::<SchemaVersion>())
}

/// Reads a source's id, `auto` or `auto-record`; help and errors list them.
pub(super) fn source() -> impl TypedValueParser<Value = Source> {
    let auto = PossibleValue::new("auto").help("The one source that recognizes the input");
    let parsers = registry::parsers().iter().map(|parser| parser.manifest());
    let named = parsers.map(|manifest| PossibleValue::new(manifest.id).help(manifest.title));
    let auto_record = PossibleValue::new("auto-record").help("For each record the one source that claims it");
    let choices: Vec<_> = [auto, auto_record].into_iter().chain(named).collect();
    PossibleValuesParser::new(choices).try_map(|text| Source::named(&text))
}

/// The time given to records that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssumeTime {
    /// This time.
    Time(Timestamp),
    /// The time of the file's last change.
    FileTime,
}

pub(super) fn assume_time(text: &str) -> Result<AssumeTime, String> {
    if text == "mtime" {
        return Ok(AssumeTime::FileTime);
    }
    let time = Timestamp::parse(text).map(AssumeTime::Time);
    time.ok_or_else(|| "neither a time such as 2026-11-21T20:47:45Z nor `mtime`".to_owned())
}

pub(super) fn device(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("a device needs a name".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// Reads the name of a column of any schema; the error tells the names that are most like it.
pub(super) fn column(text: &str) -> Result<&'static str, String> {
    let name = text.trim();
    let dns = DnsField::ALL.into_iter().map(DnsField::name);
    let process = ProcessField::ALL.into_iter().map(ProcessField::name);
    let process = process.filter(|name| DnsField::from_name(name).is_none());
    let mut names = dns.chain(process);
    names
        .clone()
        .find(|known| *known == name)
        .ok_or_else(|| match similar(name, names.by_ref()).as_slice() {
            [] => "there is no such column; `asim schema dns` lists them".to_owned(),
            names => format!("there is no such column; did you mean {}?", names.join(" or ")),
        })
}

/// Reads the name of a column of the Dns schema.
pub(super) fn dns_column(text: &str) -> Result<DnsField, String> {
    let name = column(text)?;
    DnsField::from_name(name).ok_or_else(|| format!("{name} is no column of the Dns schema"))
}

/// So many records may be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MaxRejects {
    /// This number of records.
    Records(u64),
    /// This part of the records read, in millionths of a percent.
    Share(u64),
}

/// Millionths of a percent in a percent.
const PERCENT: u64 = 1_000_000;

impl MaxRejects {
    /// Whether so many rejected records of so many read are allowed.
    pub(crate) fn allow(self, rejected: u64, read: u64) -> bool {
        match self {
            Self::Records(records) => rejected <= records,
            Self::Share(share) => {
                u128::from(rejected) * u128::from(100 * PERCENT) <= u128::from(read) * u128::from(share)
            }
        }
    }
}

impl std::fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Records(records) => write!(f, "{records}"),
            Self::Share(share) => {
                let parts = format!("{:06}", share % PERCENT);
                let parts = parts.trim_end_matches('0');
                let point = if parts.is_empty() { "" } else { "." };
                write!(f, "{}{point}{parts}%", share / PERCENT)
            }
        }
    }
}

pub(super) fn max_rejects(text: &str) -> Result<MaxRejects, String> {
    let found = match text.strip_suffix('%') {
        Some(percent) => share(percent).map(MaxRejects::Share),
        None => number(text).map(MaxRejects::Records),
    };
    found.ok_or_else(|| {
        "neither a number of records nor a percentage from 0% to 100% with at most six decimals".to_owned()
    })
}

/// A decimal percentage in millionths of a percent.
fn share(percent: &str) -> Option<u64> {
    let (whole, parts) = percent.split_once('.').unwrap_or((percent, "0"));
    if parts.len() > 6 {
        return None;
    }
    let parts = number(parts).and_then(|_| number(&format!("{parts:0<6}")))?;
    let share = number(whole)?.checked_mul(PERCENT)?.checked_add(parts)?;
    (share <= 100 * PERCENT).then_some(share)
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// More threads than this are refused: the system may have none left.
const MAX_JOBS: usize = 512;

pub(super) fn jobs(text: &str) -> Result<NonZero<usize>, String> {
    let jobs = number(text)
        .and_then(|jobs| usize::try_from(jobs).ok())
        .filter(|jobs| *jobs <= MAX_JOBS);
    jobs.and_then(NonZero::new)
        .ok_or_else(|| format!("not a number from 1 to {MAX_JOBS}"))
}

/// The largest block.
const MAX_BLOCK: u64 = 1 << 30;

pub(super) fn block_size(text: &str) -> Result<usize, String> {
    let bytes = size(text)?;
    if bytes > MAX_BLOCK {
        return Err("a block has at most 1G".to_owned());
    }
    usize::try_from(bytes).map_err(|error| error.to_string())
}

pub(super) fn max_record(text: &str) -> Result<usize, String> {
    usize::try_from(size(text)?).map_err(|error| error.to_string())
}

/// A number of bytes, at least one.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let (count, suffix) = text.split_at(text.len() - digits);
    let unit = match suffix.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kib" => Some(1 << 10),
        "m" | "mib" => Some(1 << 20),
        "g" | "gib" => Some(1 << 30),
        _ => None,
    };
    let count = if count.is_empty() { None } else { number(count) };
    let bytes = count
        .zip(unit)
        .and_then(|(count, unit): (u64, u64)| count.checked_mul(unit));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| {
        "not a size: digits, with a suffix K, M, G, KiB, MiB or GiB for powers of 1024; at least 1".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_binary_suffixes() {
        for (text, bytes) in [
            ("1", 1),
            ("70000", 70_000),
            ("4k", 4096),
            ("1 MiB", 1 << 20),
            ("1G", 1 << 30),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "0",
            "0K",
            "-1",
            "1.5M",
            "1KB",
            "M",
            "99999999999999G",
            "18446744073709551616",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
        assert!(block_size("2G").is_err() && max_record("2G").is_ok());
    }

    #[test]
    fn a_column_has_its_exact_name() {
        assert_eq!(column(" DnsQuery"), Ok("DnsQuery"));
        assert_eq!(column("TargetProcessName"), Ok("TargetProcessName"));
        assert_eq!(
            column("dnsquery").unwrap_err(),
            "there is no such column; did you mean DnsQuery?"
        );
        let error = column("SrcIpAdr").unwrap_err();
        assert!(error.contains("did you mean SrcIpAddr or "), "{error}");
        for name in ["", "xyzzy"] {
            assert!(column(name).unwrap_err().contains("asim schema dns"), "{name}");
        }
    }

    #[test]
    fn jobs_are_at_least_one() {
        assert_eq!(jobs("8"), Ok(NonZero::new(8).unwrap()));
        for text in ["0", "", "-1", "+1", "two", "100000"] {
            assert!(jobs(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_is_exact() {
        let half = max_rejects("0.5%").unwrap();
        assert_eq!(
            (half, half.to_string()),
            (MaxRejects::Share(500_000), "0.5%".to_owned())
        );
        assert!(half.allow(1, 200) && !half.allow(1, 199) && half.allow(0, 0));
        let third = max_rejects("33.333333%").unwrap();
        assert!(!third.allow(1, 3) && third.allow(333_333, 1_000_000));
        assert!(max_rejects("100%").unwrap().allow(u64::MAX, u64::MAX));
        assert_eq!(max_rejects("12").unwrap().to_string(), "12");
        for text in ["", "%", ".%", "1.%", "-1", "100.1%", "1.0000001%", "x"] {
            assert!(max_rejects(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_rfc_3339_or_that_of_the_file() {
        assert_eq!(assume_time("mtime"), Ok(AssumeTime::FileTime));
        let time = Timestamp::from_unix_seconds(1_588_205_199).unwrap();
        assert_eq!(assume_time("2020-04-30T00:06:39Z"), Ok(AssumeTime::Time(time)));
        assert!(assume_time("yesterday").is_err());
    }
}
