//! The progress bar.

use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// So often in a second the bar is drawn at most.
const DRAWS: u8 = 10;

/// Shows how many of the stored bytes were read, or nothing at all.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Whether there is someone to see a bar, and nothing that it would run into.
    pub(crate) fn is_wanted(quiet: bool, events_on_standard_output: bool) -> bool {
        !quiet && io::stderr().is_terminal() && !(events_on_standard_output && io::stdout().is_terminal())
    }

    /// A bar for so many stored bytes; for none, a bar that only counts.
    pub(crate) fn start(stored_bytes: u64) -> Self {
        let total = (stored_bytes > 0).then_some(stored_bytes);
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(DRAWS));
        let template = match total {
            Some(_) => "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "{bytes}, {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar: Some(bar) }
    }

    /// The bar, if there is one.
    pub(crate) fn bar(&self) -> Option<&ProgressBar> {
        self.bar.as_ref()
    }

    /// A reader that moves the bar.
    pub(crate) fn reader<R>(&self, input: R) -> Metered<R> {
        Metered {
            input,
            bar: self.bar.clone(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A reader that moves a bar, if there is one.
#[derive(Debug)]
pub(crate) struct Metered<R> {
    input: R,
    bar: Option<ProgressBar>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(space)?;
        if let Some(bar) = &self.bar {
            bar.inc(read as u64);
        }
        Ok(read)
    }
}
