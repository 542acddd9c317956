"""Logs in files to events, read by the workers themselves."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import _inputs, _native
from .._options import EventOptions
from ..errors import OptionError
from . import _splits
from ._normalize import event_columns
from ._rows import Builder
from ._schema import chosen, row_schema, struct_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from typing_extensions import Unpack


def read_logs(
    spark: SparkSession,
    path: str | Sequence[str],
    *,
    split_bytes: int | None = None,
    **options: Unpack[EventOptions],
) -> DataFrame:
    """Turns log files into events. The result is that of `asimkit.spark.normalize`.

    `path` names files, directories or patterns such as `/logs/*/dns.log`. Where workers can open them (a local disk, a
    network file system, `/Volumes`, `/dbfs`, `/lakehouse/default`), only names and byte ranges go through Spark, and
    Rust reads. Plain NDJSON and lines under a header are read in parts of about `split_bytes`, aligned at line ends;
    compressed files, EVTX and everything whose records span lines are read whole. The driver opens each file for a
    moment to see what it is; header lines are looked for by the workers when this function is called.

    Paths that only Spark can open, such as `abfss://`, are read by its `binaryFile`: whole files of at most 2 GiB, whose
    bytes go through Spark. Mount them where that is possible.

    The options are those of `asimkit.normalize`. A file that cannot be read to its end fails the query.
    """
    given = [path] if isinstance(path, str) else list(path)
    worker = chosen(options)
    schema = row_schema(worker)
    worker["columns"] = event_columns(worker)
    if any(_splits.is_remote(name) for name in given):
        return _remote(spark, given, worker, schema)
    if worker["assume_time"] == "mtime":
        raise OptionError("assume_time: give a time; `mtime` is for single files", option="assume_time")
    splits = _splits.plan(spark, given, worker, split_bytes)
    if splits.unrecognized:
        few = ", ".join(splits.unrecognized[:3])
        warnings.warn(f"{len(splits.unrecognized)} files that no source recognizes are left out: {few}", stacklevel=2)
    worker["stream_rejects"] = True
    tasks = splits.tasks

    def run(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                for part in tasks[index]:
                    yield from _part(part, worker, schema)

    return spark.range(0, len(tasks), 1, max(1, len(tasks))).mapInArrow(run, struct_type(schema))


def _part(
    part: _splits.Part, options: dict[str, Any], schema: pyarrow.Schema
) -> Iterator[pyarrow.RecordBatch]:
    reading = _native.Batches([part.input()], {**options, "source": part.source})
    try:
        yield from Builder(schema).all(reading)
    finally:
        reading.close()


def _remote(spark: SparkSession, given: list[str], options: dict[str, Any], schema: pyarrow.Schema) -> DataFrame:
    options = {**options, "stream_rejects": True}

    def run(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for row in range(len(batch)):
                path, changed, content = (batch.column(place)[row] for place in range(3))
                (file,) = _inputs.native([content.as_buffer().to_pybytes()], {"assume_time": None})
                file = {**file, "name": path.as_py(), "named": False, "changed": changed.value * 1000}
                yield from Builder(schema).all(_native.Batches([file], options))

    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(given)
    return files.select("path", "modificationTime", "content").mapInArrow(run, struct_type(schema))
