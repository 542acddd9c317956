"""What goes wrong is a Python exception that says where."""

import gzip
import io

import pytest
from conftest import ZEEK_HEADER, Broken, zeek_row

import asimkit

LOG = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(20_000))


def test_all_errors_have_one_base():
    for error in (
        asimkit.DecodeError,
        asimkit.OptionError,
        asimkit.ReadError,
        asimkit.RecordError,
        asimkit.SourceError,
        asimkit.UndecidedError,
        asimkit.WriteError,
    ):
        assert issubclass(error, asimkit.AsimError)
    assert issubclass(asimkit.ReadError, OSError) and issubclass(asimkit.OptionError, ValueError)


def test_an_input_that_is_not_there(tmp_path):
    path = tmp_path / "none.log"
    events = asimkit.normalize(path)
    with pytest.raises(asimkit.ReadError, match="No such file") as raised:
        next(events)
    assert raised.value.file == str(path) and str(path) in str(raised.value)
    assert not events.report.complete


def test_an_input_that_no_source_recognizes_or_several_do():
    with pytest.raises(asimkit.SourceError, match="no source recognizes it; name one with source="):
        asimkit.normalize(b"what is this\n").read_all()
    with pytest.raises(asimkit.SourceError, match="no source `zeke`; there are auto, auto-record, "):
        asimkit.normalize(LOG, source="zeke")


def test_an_input_that_leaves_something_open():
    log = b"11/12/2026 10:09:07 AM 0C10 PACKET  000000DE UDP Rcv 192.0.2.1 00ab   Q [0001   D   NOERROR] A      (1)a(0)\n"
    with pytest.raises(asimkit.UndecidedError, match="whether day or month comes first; give date_order=$"):
        asimkit.normalize(log, source="microsoft-dns").read_all()
    assert asimkit.normalize(log, source="microsoft-dns", date_order="dmy").read_all().num_rows == 1


def test_the_events_before_a_broken_end_are_handed_on():
    events = asimkit.normalize(Broken(LOG))
    rows = 0
    with pytest.raises(asimkit.ReadError, match="the line is dead") as raised:
        for batch in events:
            rows += len(batch)
    assert raised.value.file == "sensor-1" and isinstance(raised.value.__cause__, ConnectionError)
    assert 10_000 < rows <= 20_000
    assert events.report.counts.written == rows and not events.report.complete


def test_damaged_input_is_a_rejected_record():
    events = asimkit.normalize(gzip.compress(LOG)[:-2000])
    rows = events.read_all().num_rows
    assert events.report.counts == asimkit.Counts(read=rows + 1, written=rows, rejected=1)
    assert events.report.rejected == {"damaged input": 1} and 10_000 < rows < 20_000


def test_the_first_rejected_record_as_an_error():
    events = asimkit.normalize(ZEEK_HEADER + zeek_row(1) + b"too few\n", on_reject="raise")
    with pytest.raises(asimkit.RecordError, match="record 2, line 5, byte ") as raised:
        events.read_all()
    assert raised.value.reject.raw.startswith(b"too few") and raised.value.reject.source == "zeek"


def test_a_file_that_is_open_as_text():
    with pytest.raises(asimkit.ReadError, match="binary mode"):
        asimkit.normalize(io.StringIO("text")).read_all()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"schema": "file"}, "schema"),
        ({"schema": "all"}, "schema"),
        ({"schema_version": "9.9"}, "schema_version"),
        ({"columns": ["DnsQury"]}, "columns"),
        ({"columns": "DnsQuery"}, "columns"),
        ({"columns": ["DnsQuery", "DnsQuery"]}, "columns"),
        ({"timezone": "Europe/Berln"}, "timezone"),
        ({"date_order": "ymd"}, "date_order"),
        ({"assume_time": "yesterday"}, "assume_time"),
        ({"additional": "some"}, "additional"),
        ({"jobs": 0}, "jobs"),
        ({"on_reject": "ignore"}, "on_reject"),
        ({"filter": {"srcip": "10.0."}}, "filter"),
        ({"filter": {"disabled": ["nothing"]}}, "filter"),
    ],
)
def test_a_choice_that_cannot_be_used_is_named(options, named):
    with pytest.raises(asimkit.OptionError, match=f"^{named}: ") as raised:
        asimkit.normalize(LOG, **options)
    assert raised.value.option == named


def test_what_is_no_input_or_no_option():
    with pytest.raises(TypeError, match="cannot read int"):
        asimkit.normalize(7)
    with pytest.raises(TypeError, match="no option `sauce`"):
        asimkit.normalize(LOG, sauce="zeek")
    with pytest.raises(asimkit.FilterError) as raised:
        asimkit.normalize(LOG, filter={"srcipaddr": "10.0"})
    assert raised.value.parameter == "srcipaddr"


def test_an_output_that_cannot_be_written(tmp_path):
    with pytest.raises(asimkit.WriteError, match="cannot be written"):
        asimkit.normalize(LOG, rejects=tmp_path / "none" / "rejects.ndjson").read_all()
