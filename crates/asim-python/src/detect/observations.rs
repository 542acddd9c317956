//! Packed observations as a table, for a sort by others.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::builder::{BinaryBuilder, Int64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use asim_detect::{Batch as Observed, Observer};
use pyo3::prelude::*;

use super::RuleOptions;
use super::sorted::broken;
use crate::account::Account;
use crate::batches::Batch;
use crate::drive::{Destination, drive};
use crate::failure::Failure;
use crate::input::Input;
use crate::options::Options;
use crate::reject::Rejected;
use crate::stream::{Sink, Stream};

/// What rules see of the events of inputs, as batches with the columns `time` (ticks of 100 nanoseconds since 1970) and
/// `observation`.
#[pyclass(frozen)]
pub(crate) struct Observations {
    account: Arc<Account>,
    stream: Mutex<Stream<RecordBatch>>,
}

#[pymethods]
impl Observations {
    #[new]
    fn new(py: Python<'_>, inputs: Vec<Input>, options: Options, rules: RuleOptions) -> PyResult<Self> {
        Self::begin(inputs, options, rules).map_err(|failure| failure.raise(py))
    }

    /// The next batch; none at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        let next = py.detach(|| self.stream.lock().unwrap_or_else(PoisonError::into_inner).next());
        Ok(next.map_err(|failure| failure.raise(py))?.map(Batch::new))
    }

    /// Ends the reading.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let closed = py.detach(|| self.stream.lock().unwrap_or_else(PoisonError::into_inner).close());
        closed.map_err(|failure| failure.raise(py))
    }

    fn report(&self) -> String {
        self.account.report()
    }
}

impl Observations {
    fn begin(inputs: Vec<Input>, options: Options, rules: RuleOptions) -> Result<Self, Failure> {
        let plan = options.plan()?;
        let (tuning, _) = rules.detector()?;
        let account = Arc::<Account>::default();
        let of_thread = Arc::clone(&account);
        let needs_python = inputs.iter().any(Input::needs_python);
        let stream = Stream::begin(needs_python, move |sink| {
            let collector = super::Observed(Observer::new(tuning));
            drive(&plan, inputs, &collector, &mut Tables(sink), &of_thread)
        })?;
        Ok(Self {
            account,
            stream: Mutex::new(stream),
        })
    }
}

/// Makes a table of the observations of each block.
struct Tables(Sink<RecordBatch>);

impl Destination<Observed> for Tables {
    fn part(&mut self, batch: &mut Observed) -> Result<(), Failure> {
        let (mut times, mut packed) = (Int64Builder::new(), BinaryBuilder::new());
        let done = batch.pack(|time, bytes| {
            times.append_value(time.ticks());
            packed.append_value(bytes);
        });
        done.map_err(broken)?;
        batch.clear();
        let columns: [(&str, ArrayRef); 2] = [
            ("time", Arc::new(times.finish())),
            ("observation", Arc::new(packed.finish())),
        ];
        let made = RecordBatch::try_from_iter(columns).map_err(crate::batches::too_long)?;
        self.0.put(made)
    }

    fn reject(&mut self, _: Rejected) -> Result<(), Failure> {
        Ok(())
    }
}
