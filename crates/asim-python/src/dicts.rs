//! Events as dicts.

use std::sync::{Arc, Mutex, PoisonError};

use asimkit::schema::answers::Answers;
use asimkit::schema::{AdditionalFields, AdditionalValue, ValueRef};
use asimkit::{Collector, DnsEvent, Event, JsonOptions, ProcessEvent, Timestamp};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDict, PyList, PyString, PyTzInfo};

use crate::account::Account;
use crate::drive::{Destination, drive};
use crate::failure::Failure;
use crate::input::Input;
use crate::options::Options;
use crate::reject::Rejected;
use crate::stream::{Sink, Stream};

/// The key of the decoded response.
const ANSWERS: &str = asim_arrow::ANSWERS;

/// Collects events that no longer borrow from their input.
struct Owned;

impl Collector for Owned {
    type Part = Vec<Event<'static>>;

    fn event(&self, part: &mut Self::Part, event: &Event<'_>) {
        part.push(event.clone().into_owned());
    }
}

/// Hands the events of a block on.
struct Lists(Sink<Vec<Event<'static>>>);

impl Destination<Vec<Event<'static>>> for Lists {
    fn part(&mut self, events: &mut Vec<Event<'static>>) -> Result<(), Failure> {
        if events.is_empty() {
            return Ok(());
        }
        self.0.put(std::mem::take(events))
    }

    fn reject(&mut self, _: Rejected) -> Result<(), Failure> {
        Ok(())
    }
}

/// Lists of events while their inputs are read.
#[pyclass(frozen)]
pub(crate) struct Dicts {
    columns: JsonOptions,
    answers: bool,
    account: Arc<Account>,
    stream: Mutex<Stream<Vec<Event<'static>>>>,
}

#[pymethods]
impl Dicts {
    #[new]
    fn new(py: Python<'_>, inputs: Vec<Input>, options: Options) -> PyResult<Self> {
        Self::begin(inputs, options).map_err(|failure| failure.raise(py))
    }

    /// The next events, at least one; none at the end.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let next = py.detach(|| self.stream.lock().unwrap_or_else(PoisonError::into_inner).next());
        let Some(events) = next.map_err(|failure| failure.raise(py))? else {
            return Ok(None);
        };
        let dicts: Vec<_> = events
            .iter()
            .map(|event| self.dict(py, event))
            .collect::<PyResult<_>>()?;
        PyList::new(py, dicts).map(Some)
    }

    /// Ends the reading.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let closed = py.detach(|| self.stream.lock().unwrap_or_else(PoisonError::into_inner).close());
        closed.map_err(|failure| failure.raise(py))
    }

    fn report(&self) -> String {
        self.account.report()
    }

    fn rejects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.account.rejects(py)
    }
}

impl Dicts {
    fn begin(inputs: Vec<Input>, options: Options) -> Result<Self, Failure> {
        let plan = options.plan()?;
        let (columns, answers) = (plan.columns, plan.answers);
        let account = Arc::<Account>::default();
        let of_thread = Arc::clone(&account);
        let needs_python = inputs.iter().any(Input::needs_python);
        let stream = Stream::begin(needs_python, move |sink| {
            drive(&plan, inputs, &Owned, &mut Lists(sink), &of_thread)
        })?;
        Ok(Self {
            columns,
            answers,
            account,
            stream: Mutex::new(stream),
        })
    }

    fn dict<'py>(&self, py: Python<'py>, event: &Event<'_>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        match event {
            Event::Dns(event) => self.dns(&dict, event)?,
            Event::Process(event) => self.process(&dict, event)?,
            _ => {}
        }
        Ok(dict)
    }

    fn dns(&self, dict: &Bound<'_, PyDict>, event: &DnsEvent<'_>) -> PyResult<()> {
        for field in event.present().intersection(self.columns.chosen()) {
            if let Some(shown) = event.get(field) {
                dict.set_item(key(dict.py(), field.info().name), value(dict.py(), &shown)?)?;
            }
        }
        if self.answers
            && let Some(answers) = event.answers()
        {
            dict.set_item(key(dict.py(), ANSWERS), records(dict.py(), &answers)?)?;
        }
        Ok(())
    }

    fn process(&self, dict: &Bound<'_, PyDict>, event: &ProcessEvent<'_>) -> PyResult<()> {
        for field in event.present().intersection(self.columns.chosen_process()) {
            if let Some(shown) = event.get(field) {
                dict.set_item(key(dict.py(), field.info().name), value(dict.py(), &shown)?)?;
            }
        }
        Ok(())
    }
}

/// A name that many dicts share.
fn key<'py>(py: Python<'py>, name: &str) -> Bound<'py, PyString> {
    PyString::intern(py, name)
}

/// A value as Python has it.
fn value<'py>(py: Python<'py>, value: &ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        ValueRef::Integer(number) => number.into_bound_py_any(py),
        ValueRef::Real(number) => number.into_bound_py_any(py),
        ValueRef::Boolean(value) => value.into_bound_py_any(py),
        ValueRef::Time(time) => Ok(datetime(py, *time)?.into_any()),
        ValueRef::Object(fields) => Ok(object(py, fields)?.into_any()),
        ValueRef::Text(text) => Ok(PyString::new(py, text).into_any()),
        other => Ok(PyString::new(py, &other.to_string()).into_any()),
    }
}

/// An instant as a datetime in UTC; parts of a microsecond are left out.
fn datetime(py: Python<'_>, time: Timestamp) -> PyResult<Bound<'_, PyDateTime>> {
    const TICKS_PER_MICROSECOND: i64 = 10;
    const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

    /// The first moment of 1970, and the class of spans.
    static EPOCH: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();

    let micros = time.ticks().div_euclid(TICKS_PER_MICROSECOND);
    let (epoch, span) = EPOCH.get_or_try_init(py, || {
        let utc = PyTzInfo::utc(py)?;
        let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
        let span = py.import("datetime")?.getattr("timedelta")?;
        PyResult::Ok((epoch.into_any().unbind(), span.unbind()))
    })?;
    let days = micros.div_euclid(MICROSECONDS_PER_DAY);
    let rest = micros.rem_euclid(MICROSECONDS_PER_DAY);
    let span = span.bind(py).call1((days, 0, rest))?;
    Ok(epoch.bind(py).add(span)?.cast_into::<PyDateTime>()?)
}

/// Further columns.
fn object<'py>(py: Python<'py>, fields: &AdditionalFields<'_>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in fields.iter() {
        dict.set_item(name, additional(py, value)?)?;
    }
    Ok(dict)
}

fn additional<'py>(py: Python<'py>, value: &AdditionalValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        AdditionalValue::Boolean(value) => value.into_bound_py_any(py),
        AdditionalValue::Integer(number) => number.into_bound_py_any(py),
        AdditionalValue::Unsigned(number) => number.into_bound_py_any(py),
        AdditionalValue::Real(number) => number.into_bound_py_any(py),
        AdditionalValue::Text(text) => text.into_bound_py_any(py),
        AdditionalValue::List(values) => {
            let values: Vec<_> = values
                .iter()
                .map(|value| additional(py, value))
                .collect::<PyResult<_>>()?;
            Ok(PyList::new(py, values)?.into_any())
        }
        AdditionalValue::Object(fields) => Ok(object(py, fields)?.into_any()),
        _ => Ok(py.None().into_bound(py)),
    }
}

/// The records of a response: dicts with the members of ASIM's list that are known.
pub(crate) fn records<'py>(py: Python<'py>, answers: &Answers<'_>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for record in &answers.records {
        let dict = PyDict::new(py);
        let texts = [
            ("part", record.part.map(|part| part.as_str().into())),
            ("query", record.query.clone()),
        ];
        let more = [
            ("Class", record.class_text()),
            ("Type", record.type_text()),
            ("Response", record.response.clone()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                dict.set_item(key(py, name), text)?;
            }
        }
        if let Some(ttl) = record.ttl {
            dict.set_item(key(py, "TTL"), ttl)?;
        }
        for (name, text) in more {
            if let Some(text) = text {
                dict.set_item(key(py, name), text)?;
            }
        }
        list.append(dict)?;
    }
    Ok(list)
}
