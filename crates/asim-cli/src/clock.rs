//! The one place that reads the clock.

use std::time::Instant;

/// Now, for measuring how long something takes.
#[expect(clippy::disallowed_methods, reason = "only the program measures")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
