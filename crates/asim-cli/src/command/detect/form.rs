//! Alerts as they are written.

use std::io::Write;

use asim_detect::{Alert, AlertJson, Names};
use asimkit::schema::JsonWriter;

use super::super::table::table;
use crate::arguments::AlertForm;
use crate::message::printable;
use crate::output::Output;
use crate::sinks::Stop;

/// Writes alerts in the form that the caller chose.
#[derive(Debug)]
pub(super) struct AlertWriter {
    form: AlertForm,
    output: Output,
    json: JsonWriter,
}

impl AlertWriter {
    pub(super) fn new(form: AlertForm, output: Output) -> Self {
        Self {
            form,
            output,
            json: JsonWriter::default(),
        }
    }

    /// Whether alerts can be written one by one, as they come.
    pub(super) fn is_lines(&self) -> bool {
        self.form != AlertForm::Table
    }

    /// Writes alerts, and hands them on at once if they are live.
    pub(super) fn write(&mut self, alerts: &[Alert], inputs: &dyn Names, live: bool) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        match self.form {
            AlertForm::Table => bytes.extend_from_slice(rows(alerts).as_bytes()),
            AlertForm::Ndjson => {
                for alert in alerts {
                    line(&mut bytes, &AlertJson { alert, inputs })?;
                }
            }
            AlertForm::Article => {
                for alert in alerts {
                    line(&mut bytes, &alert.columns)?;
                }
            }
            AlertForm::Alert => {
                for alert in alerts {
                    self.json.write_event(&alert.to_alert_event(), &mut bytes);
                    bytes.push(b'\n');
                }
            }
        }
        let written = self.output.write_all(&bytes);
        let written = written.and_then(|()| if live { self.output.flush() } else { Ok(()) });
        written.map_err(|error| Stop::of_output(&self.output, &error))
    }

    pub(super) fn finish(self) -> Result<(), String> {
        self.output.finish()
    }
}

/// One JSON object and a line end.
pub(super) fn line(bytes: &mut Vec<u8>, value: &impl serde::Serialize) -> Result<(), Stop> {
    serde_json::to_writer(&mut *bytes, value).map_err(|error| Stop::Failed(error.to_string()))?;
    bytes.push(b'\n');
    Ok(())
}

/// Alerts for people.
fn rows(alerts: &[Alert]) -> String {
    if alerts.is_empty() {
        return "nothing found\n".to_owned();
    }
    let head = [
        "risk", "severity", "first", "rule", "client", "name", "result", "events", "state",
    ];
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned))
        .chain(alerts.iter().map(row))
        .collect();
    table(&rows)
}

fn row(alert: &Alert) -> [String; 9] {
    let text = |text: Option<&String>| text.map_or_else(|| "-".to_owned(), |text| printable(text));
    let state = match &alert.suppressed_by {
        Some(suppression) => format!("suppressed: {}", printable(&suppression.by)),
        None if alert.shadow => "on trial".to_owned(),
        None => String::new(),
    };
    [
        alert.risk_score.to_string(),
        alert.severity.to_string(),
        alert.first.to_string(),
        alert.info.id.to_string(),
        text(alert.client.as_ref()),
        text(alert.columns.name.as_ref()),
        text(alert.columns.result_code.as_ref()),
        alert.count.to_string(),
        state,
    ]
}
