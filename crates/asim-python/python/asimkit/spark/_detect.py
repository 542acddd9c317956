"""Rules over logs on Spark: workers read, one task watches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import _detect, _native
from .._options import EventOptions
from . import _splits
from ._schema import ACCOUNT, ACCOUNT_TYPE, chosen, struct_type

if TYPE_CHECKING:
    import os

    from pyspark.sql import DataFrame, SparkSession
    from typing_extensions import Unpack

#: What workers hand over: packed observations with their times and places in the order of the inputs, and accounts.
_OBSERVED = pyarrow.schema(
    [
        ("time", pyarrow.int64()),
        ("place", pyarrow.int64()),
        ("observation", pyarrow.binary()),
        ("report", pyarrow.string()),
    ]
)

#: An alert by its most asked-for columns, and whole as JSON; or an account.
_ALERTS = pyarrow.schema(
    [
        ("TimeGenerated", pyarrow.timestamp("us", "UTC")),
        ("RuleId", pyarrow.string()),
        ("Severity", pyarrow.string()),
        ("RiskScore", pyarrow.int32()),
        ("Title", pyarrow.string()),
        ("ClientIP", pyarrow.string()),
        ("Name", pyarrow.string()),
        ("AlertId", pyarrow.string()),
        ("Alert", pyarrow.string()),
        (ACCOUNT, ACCOUNT_TYPE),
    ]
)

#: So many observations are handed to the rules at a time.
_OBSERVATIONS = 8192


def detect(
    spark: SparkSession,
    path: str | Sequence[str],
    *,
    tuning: str | os.PathLike[str] | None = None,
    rules: Sequence[str] | None = None,
    lateness: int | None = None,
    suppressed: bool = False,
    split_bytes: int | None = None,
    **options: Unpack[EventOptions],
) -> DataFrame:
    """Runs the built-in rules over log files; the same alerts as `asimkit.detect` gives, with accounts as further rows.

    Workers read and parse, as for `read_logs`, and hand over what rules see of each event: about a hundred bytes. Spark
    sorts these by time, and one task runs the rules over them. Rules group by clients, by domains, and by both, and one
    watermark serves all of them, so one pair of eyes sees everything; its state is bounded, and it is fast beside the
    parsing, which is spread over the cluster.

    `path` and `split_bytes` are those of `read_logs`, the other arguments those of `asimkit.detect`.
    """
    given = [path] if isinstance(path, str) else list(path)
    worker = chosen({"schema": "all", **options})
    chosen_rules = _detect.native(tuning, rules, lateness)
    # Workers and the watching task must be told the same.
    _native.Rules(chosen_rules)
    splits = _splits.plan(spark, given, worker, split_bytes)
    tasks = splits.tasks

    def observe(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                yield from _observed(index, tasks[index], worker, chosen_rules)

    def watch(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return _alerts(batches, chosen_rules, suppressed)

    numbers = spark.range(0, len(tasks), 1, max(1, len(tasks)))
    observed = numbers.mapInArrow(observe, struct_type(_OBSERVED)).repartition(1)
    return observed.sortWithinPartitions("time", "place").mapInArrow(watch, struct_type(_ALERTS))


def _observed(
    index: int, parts: list[_splits.Part], options: dict[str, Any], rules: dict[str, Any]
) -> Iterator[pyarrow.RecordBatch]:
    place = index << 40
    for part in parts:
        reading = _native.Observations([part.input()], {**options, "source": part.source}, rules)
        while (made := reading.next()) is not None:
            batch = pyarrow.record_batch(made)
            places = pyarrow.array(range(place, place + len(batch)), pyarrow.int64())
            nothing = pyarrow.nulls(len(batch), pyarrow.string())
            yield pyarrow.RecordBatch.from_arrays([batch[0], places, batch[1], nothing], schema=_OBSERVED)
            place += len(batch)
        account = {"time": [None], "place": [place], "observation": [None], "report": [reading.report()]}
        yield pyarrow.RecordBatch.from_pydict(account, schema=_OBSERVED)


def _alerts(
    batches: Iterator[pyarrow.RecordBatch], rules: dict[str, Any], suppressed: bool
) -> Iterator[pyarrow.RecordBatch]:
    watch = _native.Rules(rules)
    for batch in batches:
        reports = batch["report"].drop_null().to_pylist()
        if reports:
            yield _rows([{ACCOUNT: {**json.loads(report)["counts"], "report": report}} for report in reports])
        packed = batch["observation"].drop_null().to_pylist()
        for start in range(0, len(packed), _OBSERVATIONS):
            yield from _told(watch.observe(packed[start : start + _OBSERVATIONS]), suppressed)
    yield from _told(watch.finish(), suppressed)


def _told(found: list[str], suppressed: bool) -> Iterator[pyarrow.RecordBatch]:
    from datetime import datetime

    rows = []
    for text in found:
        alert = json.loads(text)
        if suppressed or _detect.is_open(alert):
            row = {name: alert.get(name) for name in _ALERTS.names}
            time = alert["TimeGenerated"]
            rows.append({**row, "TimeGenerated": datetime.fromisoformat(f"{time[:26]}+00:00"), "Alert": text})
    if rows:
        yield _rows(rows)


def _rows(rows: list[dict[str, Any]]) -> pyarrow.RecordBatch:
    return pyarrow.RecordBatch.from_pylist(rows, schema=_ALERTS)
