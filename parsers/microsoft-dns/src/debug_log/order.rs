//! The order of day and month, from an input's first bytes.

use asim_parse::{Context, DateOrder, YearEvidence};
use chrono::NaiveDateTime;
use memchr::memmem;

use super::date::Written;
use super::starts::is_own_line;

/// Settles the order of day and month from an input's dates.
///
/// An order is out when a date has no such month, when the times of the log would go back by more than a day under it,
/// or when they would lie after the input's end, as far as the caller knows that.
///
/// # Errors
///
/// A sentence that asks for the order, when both remain, or none.
pub(crate) fn settle(head: &[u8], context: &mut Context) -> Result<(), String> {
    if context.date_order.is_some() {
        return Ok(());
    }
    let orders = [DateOrder::DayMonthYear, DateOrder::MonthDayYear];
    let mut latest: [Option<NaiveDateTime>; 2] = [None; 2];
    let mut possible = [true; 2];
    let mut open = None;
    let end = match context.year {
        Some(YearEvidence::EndsBefore(end)) => {
            end.to_datetime().naive_utc().checked_add_signed(TOLERANCE * 2)
        }
        _ => None,
    };
    for written in head.split(|byte| *byte == b'\n').filter_map(dated) {
        let Some(numbers) = written.open_numbers() else {
            continue;
        };
        open.get_or_insert(numbers);
        let times = orders.map(|order| written.resolve(Some(order)).ok());
        // A day that there is in neither order tells nothing.
        if times == [None; 2] {
            continue;
        }
        for ((time, latest), possible) in times.into_iter().zip(&mut latest).zip(&mut possible) {
            let Some(time) = time else {
                *possible = false;
                continue;
            };
            let goes_back = latest.is_some_and(|latest| time + TOLERANCE < latest);
            let too_late = end.is_some_and(|end| time > end);
            *possible &= !goes_back && !too_late;
            *latest = (*latest).max(Some(time));
        }
    }
    let Some((first, second)) = open else {
        return Ok(());
    };
    context.date_order = match possible {
        [true, false] => Some(DateOrder::DayMonthYear),
        [false, true] => Some(DateOrder::MonthDayYear),
        [true, true] => {
            return Err(format!(
                "the dates of this DNS debug log, such as {first}/{second}, leave open whether day or month comes first; give --date-order"
            ));
        }
        [false, false] => {
            return Err(format!(
                "the dates of this DNS debug log, such as {first}/{second}, fit no one order of day and month; give --date-order"
            ));
        }
    };
    Ok(())
}

/// Threads write their lines a little out of order, and clocks are put back.
const TOLERANCE: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// No date and time with a thread is longer.
const LONGEST: usize = 60;

/// The date of a line: at its start, behind the words of a header line, or in front of the context, inside a layer.
fn dated(line: &[u8]) -> Option<Written> {
    if is_own_line(line) {
        let place = memmem::find(line, b" at ")?;
        // The header has no thread behind the time.
        let time = line.get(place + 4..)?.trim_ascii_end();
        return Some(Written::read(&[time, b" 0000"].concat())?.0);
    }
    if let Some((written, _)) = Written::read(line) {
        return Some(written);
    }
    let context = memmem::find(line, b"PACKET")?;
    let before = line.get(context.saturating_sub(LONGEST)..context)?;
    let starts = (0..before.len()).filter(|place| {
        let digit = before.get(*place).is_some_and(u8::is_ascii_digit);
        let within = place
            .checked_sub(1)
            .and_then(|place| before.get(place))
            .is_some_and(u8::is_ascii_alphanumeric);
        digit && !within
    });
    starts
        .filter_map(|place| Written::read(before.get(place..)?))
        // Nothing but the thread stands between the time and the context.
        .find(|(_, rest)| rest.trim_ascii().iter().all(u8::is_ascii_hexdigit))
        .map(|(written, _)| written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use asim_parse::schema::Timestamp;

    fn settled(lines: &[&str], year: Option<YearEvidence>) -> Result<Option<DateOrder>, String> {
        let mut context = Context::default();
        context.year = year;
        settle(lines.join("\r\n").as_bytes(), &mut context)?;
        Ok(context.date_order)
    }

    const LINE: &str = "3:29:17 PM 0294 PACKET  000002DAEC36D650 UDP Rcv";

    fn lines(dates: &[&str]) -> Result<Option<DateOrder>, String> {
        let lines: Vec<_> = dates.iter().map(|date| format!("{date} {LINE}")).collect();
        settled(&lines.iter().map(String::as_str).collect::<Vec<_>>(), None)
    }

    #[test]
    fn evidence_settles_the_order() {
        use DateOrder::{DayMonthYear as Day, MonthDayYear as Month};
        assert_eq!(lines(&["4/11/2026", "4/13/2026"]), Ok(Some(Month)));
        assert_eq!(lines(&["4/11/2026", "13/11/2026"]), Ok(Some(Day)));
        // The twelfth of January and the first of February, or the first of December and then the second of January.
        assert_eq!(lines(&["1/12/2026", "2/1/2026"]), Ok(Some(Month)));
        assert_eq!(lines(&["2026-04-11", "20260412", "06.03.2020"]), Ok(None));
        assert_eq!(lines(&["4/4/2026"]), Ok(None));
        assert_eq!(lines(&["13/8/2026", "31/2/2026"]), Ok(Some(Day)));
        assert_eq!(
            settled(&["DNS Server log file creation at 4/13/2026 3:29:17 PM"], None),
            Ok(Some(Month))
        );
        assert_eq!(
            settled(
                &[&format!("<134>Nov 21 20:48:12 dc1 dns: 13/4/2026 {LINE}")],
                None
            ),
            Ok(Some(Day))
        );
        let end = Timestamp::parse("2026-04-12T00:00:00Z").map(YearEvidence::EndsBefore);
        assert_eq!(settled(&[&format!("4/11/2026 {LINE}")], end), Ok(Some(Month)));
    }

    #[test]
    fn an_order_that_stays_open_is_asked_for() {
        let question = lines(&["4/11/2026", "4/11/2026", "4/12/2026"]).unwrap_err();
        assert!(
            question.contains("4/11") && question.contains("--date-order"),
            "{question}"
        );
        assert!(lines(&["13/4/2026", "4/13/2026"]).is_err());
    }
}
