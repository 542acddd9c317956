"""What became of all records."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Counts:
    """The number of records, and what became of them: read = written + filtered + declined + rejected."""

    read: int = 0
    #: Those that became an event and passed the filter.
    written: int = 0
    #: Those that the filter left out.
    filtered: int = 0
    #: Well-formed ones outside the schema.
    declined: int = 0
    #: Those that could not be cut, decoded or mapped.
    rejected: int = 0

    def add_up(self) -> bool:
        """Whether every record is accounted for."""
        return self.read == self.written + self.filtered + self.declined + self.rejected

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read,
            self.written + other.written,
            self.filtered + other.filtered,
            self.declined + other.declined,
            self.rejected + other.rejected,
        )


class Reject(NamedTuple):
    """A record that was rejected: where it stands, why it was rejected, and its bytes."""

    #: The name of its input; none for bytes.
    file: str | None
    #: Its number in the input, from 1; none where only a part of a file was read.
    record: int | None
    #: The number of the line on which it begins, from 1; none where only a part of a file was read.
    line: int | None
    #: The offset of its first byte in the input, after decompression.
    byte: int | None
    #: The id of the source that rejected it.
    source: str
    #: The step that did: `cut`, `decode` or `map`.
    stage: str
    reason: str
    #: Its bytes; of a record that is too long the first 64 KiB.
    raw: bytes
    #: How many bytes it has in all.
    length: int


@dataclass(frozen=True)
class FileReport:
    """What became of one input."""

    file: str | None
    source: str | None
    format: str | None
    compression: str | None
    counts: Counts
    #: Bytes read, after decompression.
    bytes: int


@dataclass(frozen=True)
class Report:
    """What became of all inputs."""

    #: Whether all inputs were read to their ends.
    complete: bool = True
    counts: Counts = Counts()
    #: Bytes read, after decompression.
    bytes: int = 0
    #: Those of the records filtered out that were known to be so before they were mapped.
    never_mapped: int = 0
    #: The counts of each source, by its id.
    sources: dict[str, Counts] = field(default_factory=dict)
    #: Why records were declined, with the number of records.
    declined: dict[str, int] = field(default_factory=dict)
    #: Why records were rejected, with the number of records.
    rejected: dict[str, int] = field(default_factory=dict)
    #: What was the matter with records that were written all the same.
    notes: dict[str, int] = field(default_factory=dict)
    #: For each source and parameter of the filter, how many of the events left out have no value to compare.
    unanswered: dict[str, dict[str, int]] = field(default_factory=dict)
    files: tuple[FileReport, ...] = ()
    #: Files in directories that no source recognizes.
    unrecognized: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> Report:
        """The report that `to_json` has written."""
        members = json.loads(text)
        members["counts"] = Counts(**members["counts"])
        members["sources"] = {source: Counts(**counts) for source, counts in members["sources"].items()}
        members["files"] = tuple(
            FileReport(**{**file, "counts": Counts(**file["counts"])}) for file in members["files"]
        )
        members["unrecognized"] = tuple(members["unrecognized"])
        return cls(**members)

    def to_dict(self) -> dict[str, Any]:
        """The report as dicts, lists and numbers."""
        return asdict(self)

    def to_json(self) -> str:
        """The report as one JSON object."""
        return json.dumps(self.to_dict())

    def __add__(self, other: Report) -> Report:
        """The report of both together."""
        sources = dict(self.sources)
        for source, counts in other.sources.items():
            sources[source] = sources.get(source, Counts()) + counts
        unanswered = {source: dict(parameters) for source, parameters in self.unanswered.items()}
        for source, parameters in other.unanswered.items():
            unanswered[source] = _added(unanswered.get(source, {}), parameters)
        return Report(
            complete=self.complete and other.complete,
            counts=self.counts + other.counts,
            bytes=self.bytes + other.bytes,
            never_mapped=self.never_mapped + other.never_mapped,
            sources=sources,
            declined=_added(self.declined, other.declined),
            rejected=_added(self.rejected, other.rejected),
            notes=_added(self.notes, other.notes),
            unanswered=unanswered,
            files=self.files + other.files,
            unrecognized=self.unrecognized + other.unrecognized,
        )


def _added(some: dict[str, int], others: dict[str, int]) -> dict[str, int]:
    sums = dict(some)
    for reason, count in others.items():
        sums[reason] = sums.get(reason, 0) + count
    return sums
