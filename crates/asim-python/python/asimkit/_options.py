"""The choices that all functions share."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, Literal, TypedDict

from .errors import FilterError, OptionError


class Filter(TypedDict, total=False):
    """Which events are wanted: the filtering parameters of ASIM's DNS parsers by their own names, and some of ours."""

    #: Events whose TimeGenerated is this time or later; a time without a zone is UTC.
    starttime: datetime | str
    #: Events whose TimeGenerated is this time or earlier.
    endtime: datetime | str
    #: Events of this client: an address, a prefix such as `10.0.`, or a network such as `10.0.0.0/16`.
    srcipaddr: str
    #: Events whose DnsQuery has any of these as whole terms.
    domain_has_any: Sequence[str]
    #: Events with this response code; `NA` for requests.
    responsecodename: str
    #: Events whose response holds this address, or one of this prefix or network.
    response_has_ipv4: str
    #: Events whose response holds any of these.
    response_has_any_prefix: Sequence[str]
    #: Events of this type: `Query` (or `lookup`), `Update`, ..., `*` for all.
    eventtype: str
    #: Requests or responses only.
    eventsubtype: Literal["request", "response"]
    #: Events of one part of a lookup's way.
    segment: Literal["client", "upstream", "client-response"]
    #: Sources that are left out.
    disabled: Sequence[str]


class EventOptions(TypedDict, total=False):
    """How inputs are read, and what events hold."""

    #: The id of a source, `auto` (the default) to find it from each input's first bytes, or `auto-record` to find it
    #: for each record.
    source: str
    #: The schema whose events are wanted: `dns` (the default) or `process`, or as dicts `all`; records of the others are
    #: declined.
    schema: Literal["dns", "process", "all"]
    #: The version of the schema.
    schema_version: str | None
    #: Which events are wanted; without it all are.
    filter: Filter | None
    #: Exactly these columns, in this order; without it those that the source can fill.
    columns: Sequence[str] | None
    #: Whether aliases are columns, such as `Domain` for `DnsQuery`.
    aliases: bool
    #: Whether a column `DnsAnswers` holds the decoded responses.
    answers: bool
    #: What goes to AdditionalFields: `vendor` (the default), `all` or `none`.
    additional: Literal["vendor", "all", "none"]
    #: Whether events get an EventUid: a hash of source, place and bytes, the same on every run.
    event_uid: bool
    #: The zone of times that name none, by its name in the IANA database; without it UTC, with a note.
    timezone: str | None
    #: Whether records are rejected whose time names no zone, unless `timezone` is given.
    strict_time: bool
    #: The year in which each input begins, for times that name none; without it a file's last change tells it.
    year: int | None
    #: The order of day and month in dates of digits, where the input leaves it open.
    date_order: Literal["dmy", "mdy"] | None
    #: The time of records that have none, or `mtime` for that of the file's last change.
    assume_time: datetime | str | None
    #: The device that reports, for records that name none.
    device: str | None
    #: So many threads map records; without it one for each processor.
    jobs: int | None
    #: The bytes of a block; they change speed and memory, never the result.
    block_size: int | None
    #: The bytes of the longest record; a longer one is rejected.
    max_record: int | None
    #: The events of an Arrow batch; 8,192 unless told otherwise.
    batch_rows: int | None


class Options(EventOptions, total=False):
    """All choices."""

    #: Whether texts with few values are dictionaries in Arrow batches (the default).
    dictionaries: bool
    #: What the first rejected record does: `keep` (the default) goes on, `raise` ends the reading with a RecordError.
    on_reject: Literal["keep", "raise"]
    #: So many rejected records are kept in memory, the first ones; 10,000 unless told otherwise. All are counted.
    keep_rejects: int
    #: A file to write all rejected records to, as NDJSON; then none are kept in memory.
    rejects: str | os.PathLike[str] | None


DEFAULTS: dict[str, Any] = {
    "source": "auto",
    "schema": "dns",
    "schema_version": None,
    "filter": None,
    "columns": None,
    "aliases": False,
    "answers": False,
    "dictionaries": True,
    "additional": "vendor",
    "event_uid": False,
    "timezone": None,
    "strict_time": False,
    "year": None,
    "date_order": None,
    "assume_time": None,
    "device": None,
    "jobs": None,
    "block_size": None,
    "max_record": None,
    "batch_rows": None,
    "on_reject": "keep",
    "keep_rejects": 10_000,
    "rejects": None,
}


def native(options: Options | EventOptions) -> dict[str, Any]:
    """The choices as the native module takes them."""
    unknown = [name for name in options if name not in DEFAULTS]
    if unknown:
        raise TypeError(f"no option `{unknown[0]}`; there are {', '.join(DEFAULTS)}")
    chosen: dict[str, Any] = {**DEFAULTS, **options}
    if chosen["filter"] is not None:
        chosen["filter"] = _filter(chosen["filter"])
    if chosen["columns"] is not None:
        if isinstance(chosen["columns"], str):
            raise OptionError("columns: a list of names, not one text", option="columns")
        chosen["columns"] = list(chosen["columns"])
    if chosen["assume_time"] is not None and chosen["assume_time"] != "mtime":
        chosen["assume_time"] = _time(chosen["assume_time"])
    on_reject = chosen.pop("on_reject")
    if on_reject not in ("keep", "raise"):
        raise OptionError(f"on_reject: `{on_reject}` is neither keep nor raise", option="on_reject")
    chosen["raise_reject"] = on_reject == "raise"
    chosen["stream_rejects"] = False
    return chosen


def _filter(parameters: Filter) -> str:
    if not isinstance(parameters, dict):
        raise FilterError("filter: a dict of parameters, such as {'srcipaddr': '10.0.'}")
    values: dict[str, Any] = {}
    value: Any
    for name, value in parameters.items():
        if name in ("starttime", "endtime"):
            value = _time(value)
        elif isinstance(value, (tuple, set, frozenset)):
            value = list(value)
        if value is not None:
            values[name] = value
    return json.dumps(values)


def _time(time: datetime | str) -> str:
    """A time as RFC 3339 has it; without a zone it is UTC."""
    if isinstance(time, str):
        return time
    if time.tzinfo is None:
        time = time.replace(tzinfo=timezone.utc)
    return time.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
