//! Lists of indicators from files.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asim_detect::rules::boxed;
use asim_detect::rules::indicators::{IndicatorError, IndicatorMatch, IndicatorReader, Indicators};
use asim_detect::{AnyRule, Tuning};

use crate::input::name;
use crate::message::say;

/// The rule that looks for the indicators of all lists; none without a list.
///
/// # Errors
///
/// With a message that names the file, when one cannot be used. Rows that cannot be used are only reported.
pub(super) fn rule(paths: &[PathBuf], tuning: &Arc<Tuning>) -> Result<Option<Box<dyn AnyRule>>, String> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut reader = IndicatorReader::default();
    for path in paths {
        read(&mut reader, path).map_err(|error| format!("{}: {error}", name(path)))?;
    }
    let indicators = reader.finish();
    report(&indicators);
    Ok(Some(boxed(IndicatorMatch::new(Arc::new(indicators)), tuning)))
}

/// Reads a list in the form that its first line shows: a JSON object, a header with `value`, or a value.
fn read(reader: &mut IndicatorReader, path: &Path) -> Result<(), IndicatorError> {
    let mut input = BufReader::new(File::open(path).map_err(IndicatorError::Input)?);
    let head = input.fill_buf().map_err(IndicatorError::Input)?;
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).to_lowercase();
    let line = line.trim_start_matches('\u{feff}').trim_start();
    let mut columns = line.split([',', '"']).map(str::trim);
    if line.starts_with('{') {
        reader.ndjson(input)
    } else if columns.any(|column| matches!(column, "value" | "indicator")) {
        reader.csv(input)
    } else {
        reader.lines(input)
    }
}

/// Says which rows could not be used.
fn report(indicators: &Indicators) {
    for refused in indicators.refused() {
        say(&format!(
            "--indicators: line {}: {}",
            refused.line, refused.reason
        ));
    }
    let more = indicators
        .refused_count()
        .saturating_sub(indicators.refused().len() as u64);
    if more > 0 {
        say(&format!("--indicators: {more} more rows cannot be used"));
    }
}
