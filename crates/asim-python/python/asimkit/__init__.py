"""DNS security logs to typed events of Microsoft's ASIM.

    import asimkit

    events = asimkit.normalize("dns.log")          # Arrow record batches, while the log is read
    table = events.read_all()                      # a pyarrow.Table
    print(events.report.counts)                    # read = written + filtered + declined + rejected

    for event in asimkit.normalize("dns.log", to="dicts"):
        print(event["SrcIpAddr"], event.get("DnsQuery"))

| concern | where |
|---|---|
| logs to events | `normalize`, `read_dns`, `write_parquet` |
| what became of all records | `Report`, `Counts`, `Reject` |
| what the events show | `detect`, `rules` |
| whether a table keeps to the schema | `validate` |
| the decoders of ASIM's auxiliary functions | `decode_response`, `decode_flags` |
| what can be read, and what comes out | `sources`, `schema` |
| what can go wrong | `asimkit.errors` |
| the same on a cluster | `asimkit.spark` |
"""

from ._detect import Alerts, Rule, detect, rules
from ._facts import DnsFlags, Field, Source, decode_flags, decode_response, schema, sources
from ._normalize import EventDicts, Events, normalize, read_dns, write_parquet
from ._report import Counts, FileReport, Reject, Report
from ._validate import Finding, ValidationReport, validate
from .errors import (
    AsimError,
    DecodeError,
    FilterError,
    OptionError,
    ReadError,
    RecordError,
    RejectedWarning,
    SourceError,
    UndecidedError,
    WriteError,
)

__all__ = [
    "Alerts",
    "AsimError",
    "Counts",
    "DecodeError",
    "DnsFlags",
    "EventDicts",
    "Events",
    "Field",
    "FileReport",
    "FilterError",
    "Finding",
    "OptionError",
    "ReadError",
    "RecordError",
    "Reject",
    "RejectedWarning",
    "Report",
    "Rule",
    "Source",
    "SourceError",
    "UndecidedError",
    "ValidationReport",
    "WriteError",
    "decode_flags",
    "decode_response",
    "detect",
    "normalize",
    "read_dns",
    "rules",
    "schema",
    "sources",
    "validate",
    "write_parquet",
]
