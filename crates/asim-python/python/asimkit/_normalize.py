"""Logs to events."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload

from . import _inputs, _native, _options
from ._inputs import Input
from ._options import Options
from ._report import Reject, Report
from .errors import RejectedWarning

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from typing_extensions import Self, Unpack

    from .columns import DnsEvent


class _Reading:
    """Inputs that are being read on a thread of their own."""

    _native: _native.Batches | _native.Dicts

    @property
    def report(self) -> Report:
        """What became of the records of all inputs that were read to their ends; `complete` tells whether all were."""
        return Report.from_json(self._native.report())

    @property
    def rejects(self) -> list[Reject]:
        """The rejected records so far, the first `keep_rejects` of them; `report.counts.rejected` counts all."""
        return [Reject(*reject) for reject in self._native.rejects()]

    def close(self) -> None:
        """Ends the reading, wherever it is."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Events(_Reading):
    """Events as Arrow record batches, which come while the inputs are read; only a few of them are in memory.

    It has what a `pyarrow.RecordBatchReader` has, and gives its batches to every library that takes Arrow streams by
    the Arrow PyCapsule interface (`__arrow_c_stream__`), without copies: pyarrow, Polars, DuckDB and others. Each event
    comes once, whoever takes it.
    """

    _native: _native.Batches

    def __init__(self, given: Input, options: Options) -> None:
        chosen = _options.native(options)
        self._native = _native.Batches(_inputs.native(given, chosen), chosen)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    @property
    def schema(self) -> pyarrow.Schema:
        """The Arrow schema; the schema's name and version are in its metadata."""
        import pyarrow

        return pyarrow.schema(self._native)

    def __iter__(self) -> Iterator[pyarrow.RecordBatch]:
        return self

    def __next__(self) -> pyarrow.RecordBatch:
        import pyarrow

        batch = self._native.next()
        if batch is None:
            raise StopIteration
        return pyarrow.record_batch(batch)

    def read_next_batch(self) -> pyarrow.RecordBatch:
        """The next batch. At the end it raises `StopIteration`."""
        return next(self)

    def read_all(self) -> pyarrow.Table:
        """All events that are still to come."""
        import pyarrow

        return pyarrow.Table.from_batches(self, schema=self.schema)

    def to_reader(self) -> pyarrow.RecordBatchReader:
        """The batches that are still to come as pyarrow's own reader."""
        import pyarrow

        return pyarrow.RecordBatchReader.from_batches(self.schema, self)

    def to_polars(self) -> polars.DataFrame:
        """All events that are still to come."""
        import polars

        frame = polars.from_arrow(self.read_all())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """All events that are still to come; dictionaries become categories."""
        return self.read_all().to_pandas()


class EventDicts(_Reading, Iterator["DnsEvent"]):
    """Events as dicts, which come while the inputs are read.

    A dict has the columns that have a value: text, `int`, `float`, `bool`, `datetime` in UTC for times (to the
    microsecond), addresses as text, and a dict for `AdditionalFields`.
    """

    _native: _native.Dicts

    def __init__(self, given: Input, options: Options) -> None:
        chosen = _options.native(options)
        self._native = _native.Dicts(_inputs.native(given, chosen), chosen)
        self._waiting: Iterator[DnsEvent] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> DnsEvent:
        for event in self._waiting:
            return event
        events = self._native.next()
        if events is None:
            raise StopIteration
        self._waiting = iter(events)
        return next(self._waiting)


@overload
def normalize(given: Input, *, to: Literal["arrow"] = "arrow", **options: Unpack[Options]) -> Events: ...
@overload
def normalize(given: Input, *, to: Literal["dicts"], **options: Unpack[Options]) -> EventDicts: ...
def normalize(
    given: Input, *, to: Literal["arrow", "dicts"] = "arrow", **options: Unpack[Options]
) -> Events | EventDicts:
    """Turns logs into events.

    `given` is a path of a file or a directory, the bytes of a log, a file that is open in binary mode, a list of these,
    or a list of bytes, which are pieces of one log. gzip, zstd, bzip2, xz and UTF-16 are undone. The reading begins at
    once on a thread of its own, in bounded memory, without the interpreter's lock.

        events = asimkit.normalize("logs/", filter={"responsecodename": "NXDOMAIN"})
        for batch in events:
            ...
        assert events.report.counts.add_up()

    Raises an `asimkit.AsimError` (see `asimkit.errors`): here when a choice cannot be used, and from the result when an
    input cannot be read or recognized. A bad record is rejected and counted, and does not end the reading.

    The options are those of `asimkit._options.Options`: source, schema, schema_version, filter, columns, aliases, answers,
    dictionaries, additional, event_uid, timezone, strict_time, year, date_order, assume_time, device, jobs, block_size,
    max_record, batch_rows, on_reject, keep_rejects and rejects.
    """
    if to == "arrow":
        return Events(given, options)
    if to == "dicts":
        return EventDicts(given, options)
    raise ValueError(f"to: `{to}` is neither arrow nor dicts")


@overload
def read_dns(given: Input, *, to: Literal["polars"], **options: Unpack[Options]) -> polars.DataFrame: ...
@overload
def read_dns(given: Input, *, to: Literal["pandas"], **options: Unpack[Options]) -> pandas.DataFrame: ...
@overload
def read_dns(given: Input, *, to: Literal["pyarrow"], **options: Unpack[Options]) -> pyarrow.Table: ...
@overload
def read_dns(given: Input, *, to: None = None, **options: Unpack[Options]) -> Any: ...
def read_dns(
    given: Input,
    *,
    to: Literal["polars", "pandas", "pyarrow"] | None = None,
    **options: Unpack[Options],
) -> Any:
    """All events of logs as one table of Polars, pandas or pyarrow; of these the first that is installed.

    `given` and the options are those of `normalize`. Rejected records are told by an `asimkit.RejectedWarning`;
    `normalize` gives them out.
    """
    kind = to or _installed()
    events = Events(given, options)
    if kind == "polars":
        table: Any = events.to_polars()
    elif kind == "pandas":
        table = events.to_pandas()
    elif kind == "pyarrow":
        table = events.read_all()
    else:
        raise ValueError(f"to: `{to}` is none of polars, pandas, pyarrow")
    counts = events.report.counts
    if counts.rejected:
        reasons = ", ".join(events.report.rejected)
        message = f"{counts.rejected} of {counts.read} records were rejected ({reasons}); asimkit.normalize gives them out"
        warnings.warn(message, RejectedWarning, stacklevel=2)
    return table


def _installed() -> str:
    from importlib.util import find_spec

    for library in ("polars", "pandas"):
        if find_spec(library) is not None:
            return library
    return "pyarrow"


def write_parquet(given: Input, path: str | os.PathLike[str], **options: Unpack[Options]) -> Report:
    """Writes the events of logs to a new Parquet file, and returns what became of all records.

    `given` and the options are those of `normalize`. The file must not be there yet. It is zstd-compressed, with
    statistics for each row group. It is whole when this returns; after an error there may be a part of it.
    """
    chosen = _options.native(options)
    _, report = _native.write_parquet(_inputs.native(given, chosen), chosen, os.fspath(path))
    return Report.from_json(report)
