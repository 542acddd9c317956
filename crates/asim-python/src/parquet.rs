//! Events to a Parquet file.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use asim_arrow::{BatchBuilder, ParquetWriter, Rows};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::account::Account;
use crate::batches::{Columns, append, too_long};
use crate::drive::{Destination, drive};
use crate::failure::Failure;
use crate::input::Input;
use crate::options::{Options, Plan};
use crate::reject::Rejected;

/// Writes the events of inputs to a new Parquet file; the kept rejects and the report.
///
/// The file holds all events when this returns and is safe on the disk; with an exception, or when the process ends in
/// the middle, there may be a part of it.
#[pyfunction]
pub(crate) fn write_parquet(
    py: Python<'_>,
    inputs: Vec<Input>,
    options: Options,
    path: PathBuf,
) -> PyResult<(Bound<'_, PyList>, String)> {
    let account = Account::default();
    py.detach(|| write(&options.plan()?, inputs, &account, path))
        .map_err(|failure| failure.raise(py))?;
    Ok((account.rejects(py)?, account.report()))
}

fn write(plan: &Plan, inputs: Vec<Input>, account: &Account, path: PathBuf) -> Result<(), Failure> {
    plan.check_table()?;
    let name = path.to_string_lossy().into_owned();
    let output = |error: io::Error| Failure::Output(Some(name.clone()), error);
    let file = File::create_new(path).map_err(output)?;
    let mut output_file = OutputFile {
        name: &name,
        writer: ParquetWriter::new(file, &plan.table).map_err(output)?,
        builder: plan.builder(),
    };
    let columns = Columns(plan.table.clone());
    drive(plan, inputs, &columns, &mut output_file, account)?;
    let OutputFile {
        mut writer,
        mut builder,
        ..
    } = output_file;
    if let Some(batch) = builder.finish().map_err(too_long)? {
        writer.write(&batch).map_err(output)?;
    }
    writer.finish().and_then(|file| file.sync_all()).map_err(output)
}

/// A Parquet file on its way.
struct OutputFile<'p> {
    name: &'p str,
    writer: ParquetWriter<File>,
    builder: BatchBuilder,
}

impl Destination<Rows> for OutputFile<'_> {
    fn part(&mut self, rows: &mut Rows) -> Result<(), Failure> {
        append(&mut self.builder, rows, &mut |batch| {
            self.writer
                .write(&batch)
                .map_err(|error| Failure::Output(Some(self.name.to_owned()), error))
        })
    }

    fn reject(&mut self, _: Rejected) -> Result<(), Failure> {
        Ok(())
    }
}
