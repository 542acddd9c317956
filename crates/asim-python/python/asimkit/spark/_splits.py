"""Which worker reads which part of which file."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import _inputs, _native
from ..errors import ReadError, SourceError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: A task reads about so many bytes, unless the caller says otherwise.
LARGEST, SMALLEST = 256 << 20, 16 << 20
#: So many tasks for each processor, so that none waits long for the last one.
TASKS_PER_PROCESSOR = 4


@dataclass(frozen=True)
class Part:
    """A file, or the lines of one that begin from `start` on and before `end`, behind a header."""

    path: str
    source: str
    changed: int | None
    start: int = 0
    end: int | None = None
    header: bytes = b""

    def input(self) -> dict[str, Any]:
        """The part as an input of the native module."""
        if self.end is None:
            return _inputs.of_path(self.path)
        return _inputs.part_of(self.path, self.start, self.end, self.header, self.changed)


@dataclass(frozen=True)
class _File:
    path: str
    size: int
    changed: int | None
    source: str
    #: Whether it can be read in parts: none, `NDJSON` or `lines under a header`.
    parts: str | None


@dataclass(frozen=True)
class Splits:
    """What the tasks read, and the files in directories that no source recognizes."""

    tasks: list[list[Part]]
    unrecognized: list[str]


def local_path(path: str) -> str:
    """A path that workers can open."""
    for prefix in ("file://", "file:"):
        if path.startswith(prefix):
            return path[len(prefix) :]
    return path


def is_remote(path: str) -> bool:
    """Whether a path is one that only Spark can open, such as `abfss://`."""
    return "://" in path and not path.startswith("file:")


def plan(spark: SparkSession, given: list[str], options: dict[str, Any], split_bytes: int | None) -> Splits:
    """Parts the files among tasks."""
    files, unrecognized = _files(given, options)
    total = sum(file.size for file in files)
    size = split_bytes or min(LARGEST, max(SMALLEST, total // (TASKS_PER_PROCESSOR * _processors(spark))))
    ranges = {file: _ranges(file, size, options) for file in files}
    headers = _headers(spark, [file for file in files if file.parts != "NDJSON" and len(ranges[file]) > 1], ranges)
    tasks: list[list[Part]] = []
    room = 0
    for file in files:
        for start, end in ranges[file]:
            whole = (start, end) == (0, file.size)
            part = Part(
                file.path,
                file.source,
                file.changed,
                start,
                None if whole else end,
                headers.get((file.path, start), b""),
            )
            length = end - start
            # A task reads one source.
            if not tasks or length > room or tasks[-1][0].source != file.source:
                tasks.append([])
                room = size
            tasks[-1].append(part)
            room -= length
    return Splits(tasks, unrecognized)


def _processors(spark: SparkSession) -> int:
    """How many tasks run at a time, as far as it is known."""
    try:
        return max(1, spark.sparkContext.defaultParallelism)
    except Exception:  # Spark Connect has no context.
        return 16


def _files(given: list[str], options: dict[str, Any]) -> tuple[list[_File], list[str]]:
    files: list[_File] = []
    unrecognized: list[str] = []
    for path, named in _paths(given):
        try:
            file = _inputs.of_path(path, named=named)
            found = _native.inspect(file, options)
        except SourceError:
            if named:
                raise
            unrecognized.append(path)
            continue
        source = options["source"] if options["source"] == "auto-record" else found["source"]
        # An EventUid is made of the place in the whole file.
        parts = None if options["event_uid"] or source == "auto-record" else found["parts"]
        files.append(_File(path, os.stat(path).st_size, file["changed"], source or options["source"], parts))
    return files, unrecognized


def _paths(given: list[str]) -> Iterator[tuple[str, bool]]:
    """The files, and whether the caller named them; files in directories that begin with `_` or `.` are none."""
    for path in map(local_path, given):
        found = sorted(glob.glob(path)) if glob.has_magic(path) and not os.path.exists(path) else [path]
        if not found:
            raise ReadError(f"{path}: there is no such file", file=path)
        for name in found:
            if os.path.isdir(name):
                for file in _inputs.walk(name):
                    inside = os.path.relpath(file, name).split(os.sep)
                    if not any(part.startswith(("_", ".")) for part in inside):
                        yield os.path.abspath(file), False
            else:
                yield os.path.abspath(name), True


def _ranges(file: _File, size: int, options: dict[str, Any]) -> list[tuple[int, int]]:
    if file.parts is None or file.size <= size:
        return [(0, file.size)]
    count = -(-file.size // size)
    ends = [file.size * place // count for place in range(count + 1)]
    return list(zip(ends, ends[1:]))


def _headers(
    spark: SparkSession, files: list[_File], ranges: dict[_File, list[tuple[int, int]]]
) -> dict[tuple[str, int], bytes]:
    """The header lines before each part of files whose header lines may stand anywhere.

    Workers look for them, so that no file goes through the driver; a search for a mark is far cheaper than the parsing.
    """
    places = [(file.path, start, end) for file in files for start, end in ranges[file]]
    if not places:
        return {}

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for batch in batches:
            for index in batch.column(0).to_pylist():
                lines = _native.header_lines(*places[index])
                yield pyarrow.RecordBatch.from_pydict({"id": [index], "lines": [lines]})

    numbers = spark.range(0, len(places), 1, len(places))
    found = {row["id"]: row["lines"] for row in numbers.mapInArrow(run, "id long, lines binary").collect()}
    headers: dict[tuple[str, int], bytes] = {}
    before = b""
    for index, (path, start, _) in enumerate(places):
        before = b"" if start == 0 else before
        headers[path, start] = before
        before += bytes(found[index])
    return headers
