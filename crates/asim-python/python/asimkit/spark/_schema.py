"""The columns of events in Spark's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow

from .. import _native, _options
from .._options import EventOptions
from ..errors import OptionError

if TYPE_CHECKING:
    from pyspark.sql.types import DataType, StructType

#: The column of a rejected record, and that of the counts.
REJECT, ACCOUNT = "AsimReject", "AsimAccount"

#: A rejected record: the members of `asimkit.Reject`.
REJECT_TYPE = pyarrow.struct(
    [
        ("file", pyarrow.string()),
        ("record", pyarrow.int64()),
        ("line", pyarrow.int64()),
        ("byte", pyarrow.int64()),
        ("source", pyarrow.string()),
        ("stage", pyarrow.string()),
        ("reason", pyarrow.string()),
        ("raw", pyarrow.binary()),
        ("length", pyarrow.int64()),
    ]
)

#: The account of what a worker has read: the counts, and the whole report as JSON.
ACCOUNT_TYPE = pyarrow.struct(
    [
        ("read", pyarrow.int64()),
        ("written", pyarrow.int64()),
        ("filtered", pyarrow.int64()),
        ("declined", pyarrow.int64()),
        ("rejected", pyarrow.int64()),
        ("report", pyarrow.string()),
    ]
)


def chosen(options: EventOptions) -> dict[str, Any]:
    """The choices for a worker, which has one processor for a task; Spark knows no dictionaries in columns."""
    for name in ("rejects", "keep_rejects", "on_reject", "dictionaries"):
        if name in options:
            raise OptionError(f"{name}: has no meaning on Spark", option=name)
    return {**_options.native({"jobs": 1, **options}), "dictionaries": False}


def event_schema(options: dict[str, Any]) -> pyarrow.Schema:
    """The columns of events."""
    return pyarrow.schema(_native.Batches([], options))


def row_schema(options: dict[str, Any]) -> pyarrow.Schema:
    """The columns of a result: those of events, that of a rejected record, and that of the counts."""
    plain = [pyarrow.field(field.name, field.type) for field in event_schema(options)]
    return pyarrow.schema([*plain, (REJECT, REJECT_TYPE), (ACCOUNT, ACCOUNT_TYPE)])


def struct_type(schema: pyarrow.Schema) -> StructType:
    """An Arrow schema as Spark's."""
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(field.name, _data_type(field.type)) for field in schema])


def _data_type(kind: pyarrow.DataType) -> DataType:
    from pyspark.sql import types

    if pyarrow.types.is_timestamp(kind):
        return types.TimestampType()
    if pyarrow.types.is_struct(kind):
        members = [kind.field(place) for place in range(kind.num_fields)]
        return types.StructType([types.StructField(member.name, _data_type(member.type)) for member in members])
    if pyarrow.types.is_list(kind):
        return types.ArrayType(_data_type(kind.value_type))
    plain: dict[pyarrow.DataType, DataType] = {
        pyarrow.string(): types.StringType(),
        pyarrow.binary(): types.BinaryType(),
        pyarrow.int32(): types.IntegerType(),
        pyarrow.int64(): types.LongType(),
        pyarrow.float64(): types.DoubleType(),
        pyarrow.bool_(): types.BooleanType(),
    }
    return plain[kind]
