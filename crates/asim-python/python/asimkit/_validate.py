"""Whether tables of events keep to their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from . import _inputs, _native, _options


class Finding(NamedTuple):
    """One result of a test."""

    #: `error`, `warning` or `info`.
    level: str
    #: The rule's name.
    rule: str
    #: Whether the rule is of this project, and not of the published testers.
    ours: bool
    #: The column; empty where the record as a whole is meant.
    column: str
    #: So many records are concerned; none where the table as a whole is.
    records: int | None
    #: Their share of all records, in percent.
    percent: float | None
    #: So many different values are.
    values: int | None
    more_values: bool
    #: The first of them, each with `value`, `input`, `record` and `line`.
    examples: tuple[dict[str, Any], ...]
    #: The result in a line.
    text: str


class ValidationReport(NamedTuple):
    """All results of a test."""

    schema: str
    schema_version: str | None
    published_rules: bool
    #: So many records were looked at.
    records: int
    #: So many columns of the schema were there.
    columns: int
    errors: int
    warnings: int
    infos: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return self.errors == 0


def validate(
    given: Any, *, schema_version: str | None = None, published_rules: bool = False
) -> ValidationReport:
    """Tests tables of Dns events, of any producer, with Microsoft's published testers and rules of our own.

    `given` is what `normalize` takes, holding NDJSON, JSON arrays or CSV; a list of dicts; or any Arrow table or stream,
    such as a `pyarrow.Table`, a Polars frame or the `Events` of `normalize`.

    Raises a `ReadError` when an input cannot be read or is no table.
    """
    chosen = dict(_options.DEFAULTS)
    if hasattr(given, "__arrow_c_stream__"):
        inputs = _inputs.native(_Lines(_arrow_rows(given)), chosen)
    elif isinstance(given, (list, tuple)) and given and all(isinstance(row, Mapping) for row in given):
        inputs = _inputs.native(_Lines(iter(given)), chosen)
    else:
        inputs = _inputs.native(given, chosen)
    report = json.loads(_native.validate(inputs, schema_version, published_rules))
    findings = (Finding(**{**finding, "examples": tuple(finding["examples"])}) for finding in report["findings"])
    return ValidationReport(**{**report, "findings": tuple(findings)})


def _arrow_rows(given: Any) -> Iterator[dict[str, Any]]:
    """The rows of an Arrow stream; a null is an absent value."""
    import pyarrow

    for batch in pyarrow.RecordBatchReader.from_stream(given):
        for row in batch.to_pylist():
            yield {name: value for name, value in row.items() if value is not None}


class _Lines:
    """Rows as a file of NDJSON."""

    def __init__(self, rows: Iterator[Mapping[str, Any]]) -> None:
        self._rows = rows

    def read(self, size: int) -> bytes:
        lines = []
        length = 0
        for row in self._rows:
            line = json.dumps(row, default=_text)
            lines.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(line + "\n" for line in lines).encode()


def _text(value: Any) -> str:
    """A value that JSON does not have."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} is none of an event")
