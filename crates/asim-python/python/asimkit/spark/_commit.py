"""Logs in files to Parquet files: workers write, the driver commits."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import _native
from .._options import EventOptions
from .._report import Counts, Report
from ..errors import AsimError, OptionError, WriteError
from . import _splits
from ._normalize import event_columns
from ._schema import chosen

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from typing_extensions import Unpack


@dataclass(frozen=True)
class WriteReport:
    """What was written, and what became of all records."""

    #: The Parquet files, in the order of the inputs.
    files: tuple[str, ...]
    #: The files of rejected records.
    rejects: tuple[str, ...]
    report: Report

    @property
    def counts(self) -> Counts:
        """The counts over the whole cluster."""
        return self.report.counts


def write_parquet(
    spark: SparkSession,
    path: str | Sequence[str],
    output: str,
    *,
    rejects: str | None = None,
    split_bytes: int | None = None,
    **options: Unpack[EventOptions],
) -> WriteReport:
    """Turns log files into a folder of Parquet files; neither text nor events go through Spark.

    Workers read their parts of the files, as for `read_logs`, and write Parquet themselves, each attempt of a task to a
    file of its own in a hidden folder beside `output`. When all tasks have succeeded, the driver gives the files of
    those attempts their names and puts the folder in its place with one rename: it appears whole, or not at all.
    Attempts that were killed, retried or run twice lose nothing and double nothing. A job that fails leaves nothing; a
    warning names the hidden folder if it cannot be removed.

    `output` must be a new or an empty folder, on a file system that the driver and all workers share and that has
    renames: a local disk for local mode, else a network file system or a mounted volume. `rejects` names a folder for
    rejected records as NDJSON, under the same conditions; without it they are counted alone.

    The options are those of `asimkit.normalize`.
    """
    given = [path] if isinstance(path, str) else list(path)
    for name in [*given, output, *([rejects] if rejects else [])]:
        if _splits.is_remote(name):
            raise OptionError(f"{name}: give a path that workers can open; mount it, or take read_logs", option="path")
    worker = chosen(options)
    if worker["assume_time"] == "mtime":
        raise OptionError("assume_time: give a time; `mtime` is for single files", option="assume_time")
    worker["columns"] = event_columns(worker)
    # Spark reads dictionaries in Parquet, where they are an encoding and no type.
    worker["dictionaries"] = True
    worker["keep_rejects"] = 0
    splits = _splits.plan(spark, given, worker, split_bytes)
    with contextlib.ExitStack() as stack:
        folders = []
        for name in [output, *([rejects] if rejects else [])]:
            folders.append(_Folder(name))
            stack.callback(folders[-1].clear)
        rows = _run(spark, splits.tasks, worker, folders)
        total = Report(unrecognized=tuple(splits.unrecognized))
        for row in rows:
            total = total + Report.from_json(row["report"])
        files = tuple(_names(folder, rows, place) for place, folder in enumerate(folders))
        # The events come last: where they are, everything is.
        for folder in reversed(folders):
            folder.commit()
    return WriteReport(files[0], files[1] if rejects else (), total)


class _Folder:
    """A folder that is not there until it is committed."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(_splits.local_path(path))
        if os.path.exists(self.path) and (not os.path.isdir(self.path) or os.listdir(self.path)):
            raise WriteError(f"{self.path}: is there already; name a new folder", file=self.path)
        parent, name = os.path.split(self.path)
        self.hidden = os.path.join(parent, f".{name}.asimkit-{secrets.token_hex(8)}")
        self.attempts = os.path.join(self.hidden, "attempts")
        self.complete = os.path.join(self.hidden, "complete")
        try:
            os.makedirs(self.attempts)
            os.makedirs(self.complete)
        except OSError as error:
            raise WriteError(f"{self.path}: cannot be written: {error}", file=self.path) from error

    def take(self, attempt: str, name: str) -> str:
        """Gives the file of an attempt its name; where it will be."""
        os.rename(os.path.join(self.attempts, attempt), os.path.join(self.complete, name))
        return os.path.join(self.path, name)

    def commit(self) -> None:
        """Puts the folder in its place."""
        try:
            if os.path.isdir(self.path):
                os.rmdir(self.path)
            os.rename(self.complete, self.path)
        except OSError as error:
            raise WriteError(f"{self.path}: cannot be written: {error}", file=self.path) from error

    def clear(self) -> None:
        """Removes everything that was not committed, also while attempts still run.

        Spark says that a job has failed before its other tasks have ended. Their folder gets another name first, so
        that they find no place for a new file; one that was just being made when it did makes a second turn necessary.
        """
        with contextlib.suppress(OSError):
            os.rename(self.attempts, os.path.join(self.hidden, "removed"))
        for pause in (0, 0.01, 0.1, 1):
            time.sleep(pause)
            shutil.rmtree(self.hidden, ignore_errors=True)
            if not os.path.lexists(self.hidden):
                return
        warnings.warn(f"{self.hidden}: cannot be removed; remove it when no task runs any more", stacklevel=2)


def _names(folder: _Folder, rows: list[Any], place: int) -> tuple[str, ...]:
    """Names the files of the attempts that have succeeded."""
    extension = ("parquet", "ndjson")[place]
    attempts = [row["attempt"][place] for row in rows]
    return tuple(
        folder.take(attempt, f"part-{index:05}.{extension}") for index, attempt in enumerate(attempts) if attempt
    )


def _run(
    spark: SparkSession, tasks: list[list[_splits.Part]], options: dict[str, Any], folders: list[_Folder]
) -> list[Any]:
    """Runs all tasks; one row for each, in order."""
    attempts = [folder.attempts for folder in folders]

    def run(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for index in batch.column(0).to_pylist():
                yield _task(index, tasks[index], options, attempts)

    if not tasks:
        return []
    numbers = spark.range(0, len(tasks), 1, len(tasks))
    rows = numbers.mapInArrow(run, "id long, attempt array<string>, report string").collect()
    rows.sort(key=lambda row: row["id"])
    if [row["id"] for row in rows] != list(range(len(tasks))):
        raise AsimError("Spark did not return one result for each task")
    return rows


def _task(
    index: int, parts: list[_splits.Part], options: dict[str, Any], attempts: list[str]
) -> pyarrow.RecordBatch:
    """What a worker does: writes the events of its parts to a file that no other attempt knows."""
    from pyspark import TaskContext

    context = TaskContext.get()
    number = context.taskAttemptId() if context else 0
    name = f"part-{index:05}-attempt-{number}-{secrets.token_hex(8)}"
    paths = [os.path.join(folder, name) for folder in attempts]
    options = {**options, "source": parts[0].source}
    if len(paths) > 1:
        options["rejects"] = paths[1]
    _, report = _native.write_parquet([part.input() for part in parts], options, paths[0])
    counts = Report.from_json(report).counts
    kept = [name if count else None for count, _ in zip((counts.written, counts.rejected), paths)]
    return pyarrow.RecordBatch.from_pydict(
        {"id": [index], "attempt": [kept], "report": [report]},
        schema=pyarrow.schema(
            [("id", pyarrow.int64()), ("attempt", pyarrow.list_(pyarrow.string())), ("report", pyarrow.string())]
        ),
    )
