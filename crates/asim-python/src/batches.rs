//! Events as Arrow record batches.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use asim_arrow::{BatchBuilder, Rows, Table};
use asimkit::{Collector, Event};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::account::Account;
use crate::capsule;
use crate::drive::{Destination, drive};
use crate::failure::Failure;
use crate::input::Input;
use crate::options::{Options, Plan, RejectChoice};
use crate::reject::{Rejected, tuples};
use crate::stream::Stream;

/// Collects events as columns.
pub(crate) struct Columns(pub(crate) Table);

impl Collector for Columns {
    type Part = Rows;

    fn event(&self, part: &mut Rows, event: &Event<'_>) {
        self.0.push(part, event);
    }
}

/// A record batch.
#[pyclass(frozen)]
pub(crate) struct Batch(RecordBatch);

impl Batch {
    pub(crate) fn new(batch: RecordBatch) -> Self {
        Self(batch)
    }
}

#[pymethods]
impl Batch {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::schema(py, &self.0.schema())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // Another schema is a wish, which the protocol lets nobody insist on.
        drop(requested_schema);
        capsule::batch(py, &self.0)
    }
}

/// Record batches while their inputs are read.
#[pyclass(frozen)]
pub(crate) struct Batches {
    schema: SchemaRef,
    account: Arc<Account>,
    stream: Mutex<Option<Stream<Item>>>,
}

/// What comes while inputs are read.
enum Item {
    Batch(RecordBatch),
    /// Rejected records, if the caller wants them in between.
    Rejects(Vec<Rejected>),
}

#[pymethods]
impl Batches {
    #[new]
    fn new(py: Python<'_>, inputs: Vec<Input>, options: Options) -> PyResult<Self> {
        Self::begin(inputs, options).map_err(|failure| failure.raise(py))
    }

    /// The next batch; none at the end. With `stream_rejects` also lists of rejected records, each as the fields of
    /// `asimkit.Reject`.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let next = py.detach(
            || match &mut *self.stream.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(stream) => stream.next(),
                None => Ok(None),
            },
        );
        let item = match next.map_err(|failure| failure.raise(py))? {
            None => return Ok(None),
            Some(Item::Batch(batch)) => Batch(batch).into_bound_py_any(py)?,
            Some(Item::Rejects(rejects)) => tuples(py, &rejects)?.into_any(),
        };
        Ok(Some(item))
    }

    /// Ends the reading.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let closed = py.detach(
            || match &mut *self.stream.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(stream) => stream.close(),
                None => Ok(()),
            },
        );
        closed.map_err(|failure| failure.raise(py))
    }

    fn report(&self) -> String {
        self.account.report()
    }

    fn rejects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.account.rejects(py)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::schema(py, &self.schema)
    }

    /// All batches that are still to come.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let stream = py.detach(|| self.stream.lock().unwrap_or_else(PoisonError::into_inner).take());
        let schema = Arc::clone(&self.schema);
        capsule::stream(py, Box::new(Reader { schema, stream }))
    }
}

impl Batches {
    fn begin(inputs: Vec<Input>, options: Options) -> Result<Self, Failure> {
        let plan = options.plan()?;
        plan.check_table()?;
        let schema = Arc::clone(plan.schema());
        let account = Arc::<Account>::default();
        let of_thread = Arc::clone(&account);
        let needs_python = inputs.iter().any(Input::needs_python);
        let stream = Stream::begin(needs_python, move |sink| {
            batches(&plan, inputs, &of_thread, &mut |item| sink.put(item))
        })?;
        Ok(Self {
            schema,
            account,
            stream: Mutex::new(Some(stream)),
        })
    }
}

/// Makes batches of inputs.
fn batches(
    plan: &Plan,
    inputs: Vec<Input>,
    account: &Account,
    put: &mut dyn FnMut(Item) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut cut = Cut {
        builder: plan.builder(),
        rejects: Vec::new(),
        put,
    };
    let columns = Columns(plan.table.clone());
    let ended = drive(plan, inputs, &columns, &mut cut, account);
    // What was read before a failure is handed on.
    cut.end()?;
    ended
}

/// So many rejected records are handed on at a time.
const REJECTS: usize = 4096;

/// Cuts rows into batches and hands them on.
struct Cut<'p> {
    builder: BatchBuilder,
    rejects: Vec<Rejected>,
    put: &'p mut dyn FnMut(Item) -> Result<(), Failure>,
}

impl Cut<'_> {
    fn end(&mut self) -> Result<(), Failure> {
        if let Some(batch) = self.builder.finish().map_err(too_long)? {
            (self.put)(Item::Batch(batch))?;
        }
        self.hand_on_rejects()
    }

    fn hand_on_rejects(&mut self) -> Result<(), Failure> {
        if self.rejects.is_empty() {
            return Ok(());
        }
        (self.put)(Item::Rejects(std::mem::take(&mut self.rejects)))
    }
}

impl Destination<Rows> for Cut<'_> {
    fn part(&mut self, rows: &mut Rows) -> Result<(), Failure> {
        append(&mut self.builder, rows, &mut |batch| {
            (self.put)(Item::Batch(batch))
        })
    }

    fn reject(&mut self, rejected: Rejected) -> Result<(), Failure> {
        self.rejects.push(rejected);
        if self.rejects.len() >= REJECTS {
            self.hand_on_rejects()?;
        }
        Ok(())
    }
}

/// Adds rows to a batch, and hands on those that they end.
pub(crate) fn append(
    builder: &mut BatchBuilder,
    rows: &mut Rows,
    put: &mut dyn FnMut(RecordBatch) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut range = 0..rows.len();
    while !range.is_empty() {
        if let Some(batch) = builder.append(rows, &mut range).map_err(too_long)? {
            put(batch)?;
        }
    }
    rows.clear();
    Ok(())
}

/// A text that no batch can hold.
pub(crate) fn too_long(error: ArrowError) -> Failure {
    Failure::Output(None, std::io::Error::other(error))
}

/// The batches, all rejects and the report of inputs that are read to their end at once.
#[pyfunction]
pub(crate) fn collect(
    py: Python<'_>,
    inputs: Vec<Input>,
    options: Options,
) -> PyResult<(Vec<Batch>, Bound<'_, PyList>, String)> {
    let account = Account::default();
    let collected = py.detach(|| {
        let mut plan = options.plan()?;
        plan.check_table()?;
        plan.rejects = RejectChoice::Stream;
        let (mut made, mut rejected) = (Vec::new(), Vec::new());
        batches(&plan, inputs, &account, &mut |item| {
            match item {
                Item::Batch(batch) => made.push(Batch(batch)),
                Item::Rejects(mut rejects) => rejected.append(&mut rejects),
            }
            Ok(())
        })?;
        Ok((made, rejected))
    });
    let (made, rejected) = collected.map_err(|failure: Failure| failure.raise(py))?;
    Ok((made, tuples(py, &rejected)?, account.report()))
}

/// The batches that are still to come, for another library.
struct Reader {
    schema: SchemaRef,
    stream: Option<Stream<Item>>,
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.stream.as_mut()?.next_from_outside() {
                Ok(Some(Item::Batch(batch))) => return Some(Ok(batch)),
                Ok(Some(Item::Rejects(_))) => {}
                Ok(None) => return None,
                Err(failure) => return Some(Err(ArrowError::ExternalError(Box::new(failure)))),
            }
        }
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
