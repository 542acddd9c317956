"""The rows of a result.

A result has rows of three kinds: events, rejected records (in the column `AsimReject`), and accounts of what each
worker has read (in the column `AsimAccount`). An account is a row like the others, so Spark counts it once, however
often a task was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow

from .._report import Counts, Report
from ._schema import ACCOUNT, ACCOUNT_TYPE, REJECT, REJECT_TYPE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def events(rows: DataFrame) -> DataFrame:
    """The events of a result."""
    return rows.where(f"{REJECT} IS NULL AND {ACCOUNT} IS NULL").drop(REJECT, ACCOUNT)


def rejects(rows: DataFrame) -> DataFrame:
    """The rejected records of a result: file, record, line, byte, source, stage, reason, raw and length.

    `record` and `line` are null where a worker has read a part of a file; `byte` is always the place in the file.
    """
    return rows.where(f"{REJECT} IS NOT NULL").select(f"{REJECT}.*")


def counts(rows: DataFrame) -> Counts:
    """The counts of a result over the whole cluster; runs the query."""
    names = ("read", "written", "filtered", "declined", "rejected")
    sums = [f"coalesce(sum({ACCOUNT}.{name}), 0) AS {name}" for name in names]
    row = rows.where(f"{ACCOUNT} IS NOT NULL").selectExpr(*sums).first()
    return Counts(**row.asDict()) if row else Counts()


def report(rows: DataFrame) -> Report:
    """The report of a result over the whole cluster, with reasons, notes and files; runs the query."""
    accounts = rows.where(f"{ACCOUNT} IS NOT NULL").select(f"{ACCOUNT}.report").toLocalIterator()
    total = Report()
    for row in accounts:
        total = total + Report.from_json(row["report"])
    return total


class Builder:
    """Makes rows of what the native module gives."""

    def __init__(self, schema: pyarrow.Schema) -> None:
        self._schema = schema

    def events(self, batch: Any) -> pyarrow.RecordBatch:
        """Events as rows; no value is copied."""
        made = pyarrow.record_batch(batch)
        nothing = [pyarrow.nulls(len(made), REJECT_TYPE), pyarrow.nulls(len(made), ACCOUNT_TYPE)]
        return pyarrow.RecordBatch.from_arrays([*made.columns, *nothing], schema=self._schema)

    def rejects(self, rejects: list[tuple[Any, ...]]) -> pyarrow.RecordBatch:
        """Rejected records as rows."""
        names = [REJECT_TYPE.field(place).name for place in range(REJECT_TYPE.num_fields)]
        return self._others(REJECT, pyarrow.array([dict(zip(names, row)) for row in rejects], REJECT_TYPE))

    def account(self, report: str) -> pyarrow.RecordBatch:
        """An account as a row."""
        total = Report.from_json(report).counts
        row = {**total.__dict__, "report": report}
        return self._others(ACCOUNT, pyarrow.array([row], ACCOUNT_TYPE))

    def _others(self, column: str, values: pyarrow.Array) -> pyarrow.RecordBatch:
        columns = [
            values if field.name == column else pyarrow.nulls(len(values), field.type) for field in self._schema
        ]
        return pyarrow.RecordBatch.from_arrays(columns, schema=self._schema)

    def all(self, reading: Any) -> Iterator[pyarrow.RecordBatch]:
        """All rows of inputs that are being read."""
        while (item := reading.next()) is not None:
            yield self.rejects(item) if isinstance(item, list) else self.events(item)
        yield self.account(reading.report())

    def collected(
        self, batches: Iterable[Any], rejects: list[tuple[Any, ...]], report: str
    ) -> Iterator[pyarrow.RecordBatch]:
        """All rows of inputs that were read."""
        for batch in batches:
            yield self.events(batch)
        if rejects:
            yield self.rejects(rejects)
        yield self.account(report)
