"""The Arrow PyCapsule interface: other libraries take the events as they come."""

import duckdb
import polars
import pyarrow
import pytest
from conftest import ZEEK_HEADER, Broken, zeek_row

import asimkit

LOG = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(20_000))


def test_pyarrow_takes_the_stream():
    events = asimkit.normalize(LOG)
    reader = pyarrow.RecordBatchReader.from_stream(events)
    assert reader.schema == asimkit.normalize(b"", source="auto").schema
    assert [len(batch) for batch in reader] == [8192, 8192, 3616]
    assert events.report.counts.written == 20_000
    assert pyarrow.table(asimkit.normalize(LOG)) == asimkit.normalize(LOG).read_all()


def test_polars_and_duckdb_take_the_stream():
    assert polars.DataFrame(asimkit.normalize(LOG, dictionaries=False)).shape[0] == 20_000
    events = asimkit.normalize(LOG)
    found = duckdb.sql("SELECT DnsResponseCode, count(*) FROM events GROUP BY ALL ORDER BY ALL").fetchall()
    assert found == [(0, 17_142), (3, 2_858)]


def test_each_event_comes_once():
    events = asimkit.normalize(LOG)
    first = next(events)
    rest = pyarrow.table(events)
    assert len(first) + rest.num_rows == 20_000
    assert next(events, None) is None and pyarrow.table(events).num_rows == 0


def test_it_is_a_reader():
    events = asimkit.normalize(LOG)
    assert len(events.read_next_batch()) == 8192
    assert events.to_reader().read_all().num_rows == 20_000 - 8192
    with pytest.raises(StopIteration):
        events.read_next_batch()
    assert events.to_polars().shape[0] == 0


def test_memory_is_not_copied():
    """The values of an imported column are those that the native module made: the capsule's own buffers."""
    batch = asimkit.normalize(LOG)._native.next()
    one, other = pyarrow.record_batch(batch), pyarrow.record_batch(batch)
    for name in ("DnsQuery", "SrcPortNumber", "TimeGenerated"):
        addresses = [[buffer.address for buffer in made[name].buffers() if buffer] for made in (one, other)]
        assert addresses[0] == addresses[1], name


def test_a_batch_outlives_everything_else():
    batch = next(asimkit.normalize(LOG))
    column = batch["DnsQuery"]
    del batch
    assert column[8191].as_py() == "h8191.example.com"


def test_an_error_reaches_the_other_library_with_its_place():
    with pytest.raises(Exception, match="sensor-1: the input cannot be read: ConnectionError: the line is dead"):
        pyarrow.table(asimkit.normalize(Broken(LOG)))


def test_a_python_file_may_be_read_by_another_library():
    """The file needs the interpreter while the other library waits for the stream."""
    import io

    assert pyarrow.table(asimkit.normalize(io.BytesIO(LOG))).num_rows == 20_000
    assert polars.DataFrame(asimkit.normalize(io.BytesIO(LOG), dictionaries=False)).shape[0] == 20_000
