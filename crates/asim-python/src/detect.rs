//! Detections: what rules see of events, and the rules over it.

mod observations;
mod options;
mod sorted;

pub(crate) use observations::Observations;
pub(crate) use options::RuleOptions;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asim_detect::{Alert, AlertJson, Batch, Detector, Names, Observer, Place};
use asimkit::{Collector, Event};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};

use crate::account::Account;
use crate::drive::{Destination, drive};
use crate::failure::Failure;
use crate::input::Input;
use crate::options::Options;
use crate::reject::Rejected;
use sorted::Sorted;

/// Collects what rules see of events.
pub(crate) struct Observed(pub(crate) Observer);

impl Collector for Observed {
    type Part = Batch;

    fn event(&self, part: &mut Batch, event: &Event<'_>) {
        self.0.observe(event, None, part);
    }

    fn event_of_record(&self, part: &mut Batch, event: &Event<'_>, record: u64) {
        self.0.observe(event, Some(Place { input: 0, record }), part);
    }
}

/// The names of inputs, by their numbers.
#[derive(Debug)]
struct InputNames(Vec<Option<String>>);

impl Names for InputNames {
    fn name(&self, input: u32) -> Option<&str> {
        self.0.get(input as usize)?.as_deref()
    }
}

/// The alerts of inputs, each as JSON; what became of the events as JSON; the kept rejects and the report.
///
/// `sorted` tells whether the events of all inputs are sorted by time first, with temporary files in that directory.
#[pyfunction]
#[pyo3(signature = (inputs, options, rules, sorted = None))]
pub(crate) fn detect(
    py: Python<'_>,
    inputs: Vec<Input>,
    options: Options,
    rules: RuleOptions,
    sorted: Option<PathBuf>,
) -> PyResult<(Vec<String>, String, Bound<'_, PyList>, String)> {
    let account = Account::default();
    let found = py.detach(|| run(inputs, options, rules, sorted, &account));
    let (alerts, statistics) = found.map_err(|failure| failure.raise(py))?;
    Ok((alerts, statistics, account.rejects(py)?, account.report()))
}

fn run(
    inputs: Vec<Input>,
    options: Options,
    rules: RuleOptions,
    sorted: Option<PathBuf>,
    account: &Account,
) -> Result<(Vec<String>, String), Failure> {
    let plan = options.plan()?;
    let (tuning, detector) = rules.detector()?;
    let names = InputNames(inputs.iter().map(|input| input.name.clone()).collect());
    let mut watch = Watch {
        detector,
        sorted: sorted.map(Sorted::new),
        alerts: Vec::new(),
        input: 0,
        before: 0,
    };
    drive(
        &plan,
        inputs,
        &Observed(Observer::new(tuning)),
        &mut watch,
        account,
    )?;
    watch.end()?;
    let alerts = watch.alerts.iter().map(|alert| json(alert, &names)).collect();
    let statistics = serde_json::to_string(&watch.detector.statistics()).unwrap_or_default();
    Ok((alerts, statistics))
}

/// An alert as one JSON object.
fn json(alert: &Alert, inputs: &dyn Names) -> String {
    serde_json::to_string(&AlertJson { alert, inputs }).unwrap_or_default()
}

/// Rules over the observations of all inputs.
struct Watch {
    detector: Detector,
    sorted: Option<Sorted>,
    alerts: Vec<Alert>,
    /// The number of the input under way.
    input: u32,
    /// So many of its records stand before the block under way.
    before: u64,
}

impl Watch {
    /// Closes all windows.
    fn end(&mut self) -> Result<(), Failure> {
        if let Some(sorted) = self.sorted.take() {
            let (detector, alerts) = (&mut self.detector, &mut self.alerts);
            sorted.finish(&mut |batch| alerts.append(&mut detector.observe(batch)))?;
        }
        self.alerts.append(&mut self.detector.finish());
        Ok(())
    }
}

impl Destination<Batch> for Watch {
    fn begin_input(&mut self, number: u32) {
        self.input = number;
    }

    fn block_after(&mut self, records: u64) {
        self.before = records;
    }

    fn part(&mut self, batch: &mut Batch) -> Result<(), Failure> {
        batch.move_places(self.input, self.before);
        match &mut self.sorted {
            Some(sorted) => sorted.add(batch)?,
            None => self.alerts.append(&mut self.detector.observe(batch)),
        }
        batch.clear();
        Ok(())
    }

    fn reject(&mut self, _: Rejected) -> Result<(), Failure> {
        Ok(())
    }
}

/// A detector that is fed with packed observations, one block after the other.
#[pyclass(frozen)]
pub(crate) struct Rules(Mutex<Detector>);

#[pymethods]
impl Rules {
    #[new]
    fn new(py: Python<'_>, rules: RuleOptions) -> PyResult<Self> {
        let (_, detector) = rules.detector().map_err(|failure| failure.raise(py))?;
        Ok(Self(detector.into()))
    }

    /// Looks at packed observations in the order of their times; the alerts, each as JSON.
    fn observe(&self, py: Python<'_>, packed: Vec<PyBackedBytes>) -> PyResult<Vec<String>> {
        let found = py.detach(|| {
            let mut batch = Batch::default();
            for bytes in packed {
                batch.unpack(&bytes).map_err(sorted::broken)?;
            }
            let alerts = self.detector().observe(&batch);
            Ok(alerts.iter().map(|alert| json(alert, &())).collect())
        });
        found.map_err(|failure: Failure| failure.raise(py))
    }

    /// Closes all windows; the alerts, each as JSON.
    fn finish(&self, py: Python<'_>) -> Vec<String> {
        py.detach(|| {
            self.detector()
                .finish()
                .iter()
                .map(|alert| json(alert, &()))
                .collect()
        })
    }

    /// The whole state, to go on from by `restore`.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let state = py.detach(|| self.detector().snapshot()).map_err(sorted::broken);
        let state = state.map_err(|failure| failure.raise(py))?;
        Ok(PyBytes::new(py, &state))
    }

    /// Goes on where a snapshot was taken, under the same rules.
    fn restore(&self, py: Python<'_>, state: &[u8]) -> PyResult<()> {
        let restored = py
            .detach(|| self.detector().restore(state))
            .map_err(sorted::broken);
        restored.map_err(|failure| failure.raise(py))
    }

    /// What became of the events, as JSON.
    fn statistics(&self) -> String {
        serde_json::to_string(&self.detector().statistics()).unwrap_or_default()
    }
}

impl Rules {
    fn detector(&self) -> MutexGuard<'_, Detector> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The built-in rules as JSON: what is written about each.
#[pyfunction]
pub(crate) fn rules() -> String {
    let tuning = Arc::default();
    let rules = asim_detect::rules::all(&tuning);
    let infos: Vec<_> = rules.iter().map(|rule| &**rule.info()).collect();
    serde_json::to_string(&infos).unwrap_or_default()
}
