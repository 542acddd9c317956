//! What the caller knows of times: zone, year, order of day and month.

use asimkit::{DateOrder, Normalizer, Timestamp, Tz, YearEvidence};
use clap::{Args, ValueEnum};

use super::similar::similar;

/// How times are read that leave something open.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct TimeArguments {
    /// The zone of times that name none, by its name in the IANA database, such as `Europe/Berlin` or `UTC`.
    ///
    /// Without it they are taken as UTC, which the summary tells with the number of records. A time that the clock
    /// showed twice is the first of the two, one that it never showed is shifted forward; both are noted.
    #[arg(long, value_name = "TZ", value_parser = timezone)]
    pub(crate) timezone: Option<Tz>,

    /// Reject records whose time names no zone, unless --timezone is given.
    #[arg(long)]
    pub(crate) strict_time: bool,

    /// The year in which each input begins, for times that name none, as in syslog.
    ///
    /// Without it a file's last change tells the year; a pipe has none, and such records are rejected if they have no
    /// other time. Within an input the year goes on at the turn of the year.
    #[arg(long, value_name = "Y", value_parser = clap::value_parser!(i32).range(1..=9999))]
    pub(crate) year: Option<i32>,

    /// The order of day and month in dates of digits, where the input leaves it open.
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) date_order: Option<DateOrderChoice>,
}

/// The order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrderChoice {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl TimeArguments {
    /// The normalizer with these choices, for an input that was last `changed` at this time.
    pub(crate) fn choose(&self, mut normalizer: Normalizer, changed: Option<Timestamp>) -> Normalizer {
        normalizer = normalizer.strict_time(self.strict_time);
        if let Some(zone) = self.timezone {
            normalizer = normalizer.timezone(zone);
        }
        let begins = self.year.map(YearEvidence::BeginsIn);
        if let Some(year) = begins.or(changed.map(YearEvidence::EndsBefore)) {
            normalizer = normalizer.year(year);
        }
        match self.date_order {
            Some(DateOrderChoice::Dmy) => normalizer.date_order(DateOrder::DayMonthYear),
            Some(DateOrderChoice::Mdy) => normalizer.date_order(DateOrder::MonthDayYear),
            None => normalizer,
        }
    }
}

/// Reads a zone's name; the error tells the names that are most like it.
fn timezone(text: &str) -> Result<Tz, String> {
    let name = text.trim();
    name.parse().map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        match similar(name, names).as_slice() {
            [] => "there is no such zone; give a name of the IANA database, such as Europe/Berlin".to_owned(),
            names => format!("there is no such zone; did you mean {}?", names.join(" or ")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_its_exact_name() {
        assert_eq!(timezone("Europe/Berlin"), Ok(Tz::Europe__Berlin));
        assert_eq!(timezone("UTC"), Ok(Tz::UTC));
        for (text, meant) in [
            ("europe/berlin", "Europe/Berlin?"),
            ("Europe/Berln", "Europe/Berlin"),
            ("berlin", "Europe/Berlin"),
            ("Los_Angeles", "America/Los_Angeles"),
        ] {
            let error = timezone(text).unwrap_err();
            assert!(
                error.contains(&format!("did you mean {meant}")),
                "{text}: {error}"
            );
        }
        assert!(timezone("+02:00").unwrap_err().contains("such as Europe/Berlin"));
    }
}
