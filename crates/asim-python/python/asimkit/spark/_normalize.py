"""A column of records to events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import _inputs, _native
from .._options import EventOptions
from ..errors import OptionError
from ._rows import Builder
from ._schema import chosen, row_schema, struct_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack


def normalize(df: DataFrame, *, column: str = "value", **options: Unpack[EventOptions]) -> DataFrame:
    """Turns the records in a column of text or bytes into events, in a batch query or in Structured Streaming.

    Each value is a record or several, such as a line of a log or the value of a Kafka message; null and empty values
    are none. The result has the columns of events, and `AsimReject` and `AsimAccount` for the records that became none
    and for the counts: see `asimkit.spark.events`, `rejects` and `counts`.

        lines = spark.readStream.format("kafka")....load()
        rows = asimkit.spark.normalize(lines, source="zeek")
        asimkit.spark.events(rows).writeStream....

    The options are those of `asimkit.normalize`. Name the source: `auto` finds it anew from the first values of each
    partition, `auto-record` from each record. Give `year`, `date_order` and `timezone` where the log leaves them open;
    a column has no file that would tell them. What stands on other lines than the record's own, such as the header of a
    Zeek log, is not there either: `read_logs` reads such files.

    Values on their way through Spark cost more than all the rest. Where the input is files, take `read_logs`.
    """
    worker = chosen(options)
    if worker["assume_time"] == "mtime":
        raise OptionError("assume_time: a column has no file whose time could be taken", option="assume_time")
    schema = row_schema(worker)
    worker["columns"] = event_columns(worker)

    def run(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return _values(batches, worker, schema)

    return df.select(df[column]).mapInArrow(run, struct_type(schema))


def event_columns(worker: dict[str, Any]) -> list[str]:
    """The columns of events by name, so that they are the same whatever source is found."""
    from asimkit.spark._schema import event_schema

    names: list[str] = event_schema(worker).names
    return [name for name in names if name != "DnsAnswers"]


def _values(
    batches: Iterator[pyarrow.RecordBatch], options: dict[str, Any], schema: pyarrow.Schema
) -> Iterator[pyarrow.RecordBatch]:
    """What a worker does."""
    rows = Builder(schema)
    options = dict(options)
    for batch in batches:
        values = _inputs.of_values(*_buffers(batch.column(0)))
        made, rejects, report = _native.collect([values], options)
        if options["source"] == "auto":
            found = _native.inspect(values, options)["source"] if made or rejects else None
            options["source"] = found or "auto"
        yield from rows.collected(made, rejects, report)


def _buffers(column: pyarrow.Array) -> tuple[bytes, bytes, bool]:
    """The bytes of a column of text or bytes, where the values end in them, and whether these numbers are wide."""
    types = pyarrow.types
    if types.is_string(column.type) or types.is_binary(column.type):
        width = 4
    elif types.is_large_string(column.type) or types.is_large_binary(column.type):
        width = 8
    else:
        raise TypeError(f"a column of {column.type} holds no records; give one of text or bytes")
    _, ends, data = column.buffers()
    if ends is None or len(column) == 0:
        return b"", b"", False
    places = ends.slice(column.offset * width, (len(column) + 1) * width).to_pybytes()
    return data.to_pybytes() if data is not None else b"", places, width == 8
