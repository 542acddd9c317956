//! The one place that reads the clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use asimkit::Timestamp;

/// Now, for measuring how long something takes.
#[expect(clippy::disallowed_methods, reason = "only the program measures")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time of the calendar, for times that are told back from now; none if the clock is set to before 1970.
#[expect(clippy::disallowed_methods, reason = "only the program knows what now is")]
pub(crate) fn time() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let ticks = i64::try_from(since.as_nanos() / 100).ok()?;
    Timestamp::from_unix_seconds(0)?.checked_add_ticks(ticks)
}
