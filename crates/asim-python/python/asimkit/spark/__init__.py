"""Logs to events on Spark: the same Rust in every worker, batch and streaming.

    from asimkit import spark as asim

    rows = asim.read_logs(spark, "/logs/2026-11-21/", source="zeek")      # workers read the files themselves
    asim.events(rows).groupBy("DnsResponseCode").count().show()
    print(asim.counts(rows))                                             # read = written + ... + rejected

| concern | where |
|---|---|
| files that workers can open | `read_logs` to a DataFrame, `write_parquet` to Parquet files |
| a column of records, batch or Structured Streaming | `normalize` |
| rules over log files | `detect` |
| the rows of a result | `events`, `rejects`, `counts`, `report` |

The package must be installed on the workers too, with pyarrow.
"""

from ._commit import WriteReport, write_parquet
from ._detect import detect
from ._normalize import normalize
from ._read import read_logs
from ._rows import counts, events, rejects, report

__all__ = [
    "WriteReport",
    "counts",
    "detect",
    "events",
    "normalize",
    "read_logs",
    "rejects",
    "report",
    "write_parquet",
]
