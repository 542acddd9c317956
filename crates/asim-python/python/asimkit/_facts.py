"""What can be read, what comes out, and the decoders."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from . import _native


class Source(NamedTuple):
    """A source that can be read."""

    #: Its id, which `source=` takes.
    id: str
    title: str
    #: The EventVendor of its events.
    vendor: str
    #: The EventProduct of its events.
    product: str
    #: How its records are laid out.
    formats: tuple[str, ...]
    #: The published ASIM parser functions for it.
    asim_functions: tuple[str, ...]
    #: The columns of Dns events that it can fill, in schema order.
    fields: tuple[str, ...]
    #: The columns of process events that it can fill.
    process_fields: tuple[str, ...]
    #: Whether `decode_response` and `decode_flags` know it.
    decoders: bool


class Field(NamedTuple):
    """A column of a schema."""

    name: str
    #: Mandatory, Recommended, Optional, Conditional or Alias.
    class_: str
    #: The type in a table: string, int, long, real, bool, datetime or dynamic.
    type_: str
    #: The logical type, such as IpAddress.
    logical_type: str
    unit: str | None
    #: The schema version that brought it.
    since: str
    #: The columns that an alias shows, the first that is present.
    alias_of: tuple[str, ...]
    #: The values of an enumeration.
    values: tuple[str, ...]
    description: str
    example: str | None


class DnsFlags(NamedTuple):
    """The flags of a message in the order of ASIM's list; none where a flag was not seen."""

    AD: bool | None
    AA: bool | None
    CD: bool | None
    RA: bool | None
    RD: bool | None
    TC: bool | None
    Z: bool | None


def sources() -> list[Source]:
    """The sources that can be read, sorted by id."""
    return [Source(**_tuples(source)) for source in json.loads(_native.sources())]


def schema(name: str = "dns", version: str | None = None) -> list[Field]:
    """The columns of a schema (`dns` or `process`) in its order: those of a version, or of all versions.

    Raises a `ValueError` when there is no such schema or version.
    """
    return [Field(**_tuples(field)) for field in json.loads(_native.schema(name, version))]


def _tuples(members: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in members.items()}


def decode_response(source: str, text: str) -> list[dict[str, Any]]:
    """The records of a response in a source's own text, as `_ASIM_ParseDnsResponse...` does it.

    Each is a dict with those of `part`, `query`, `TTL`, `Class`, `Type` and `Response` that are known.

        >>> asimkit.decode_response("zeek", "192.0.2.1\\t1782.000000")
        [{'part': 'answer', 'TTL': 1782.0, 'Type': 'A', 'Response': '192.0.2.1'}]

    Raises a `DecodeError` when there are no decoders for the source, or the text is in none of its forms.
    """
    return _native.decode_response(source, text)


def decode_flags(source: str, text: str) -> DnsFlags:
    """The flags in a source's own text.

        >>> asimkit.decode_flags("zeek", "T F T T 0").RD
        True

    Raises a `DecodeError` when there are no decoders for the source, or the text is in none of its forms.
    """
    return DnsFlags(*_native.decode_flags(source, text))
