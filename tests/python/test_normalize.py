"""Logs to events: every form of input and output, and the account of all records."""

import datetime
import gzip
import io
import json
import pathlib
import threading
import time

import pyarrow
import pytest
from conftest import ZEEK_HEADER, zeek_json, zeek_row

import asimkit

LOG = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(100))


def samples(root):
    for folder in sorted((root / "parsers").iterdir()):
        for sample in sorted((folder / "samples").glob("*")):
            golden = folder / "goldens" / f"{sample.name.split('.')[0]}.ndjson"
            if sample.suffix != ".md" and golden.is_file():
                yield folder.name, sample, golden


def plain(event):
    """An event as JSON has it, without parts of a microsecond."""
    return json.loads(
        json.dumps(event, default=lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z", sort_keys=True)
    )


def test_dicts_are_the_goldens_of_all_sources(root):
    seen = set()
    for source, sample, golden in samples(root):
        expected = [json.loads(line) for line in golden.read_text().splitlines()]
        for event in expected:
            for name, value in event.items():
                # A seventh digit is below what a datetime holds.
                if isinstance(value, str) and value.endswith("Z") and len(value) == 28 and value[19] == ".":
                    event[name] = value[:26] + "Z"
        found = asimkit.normalize(sample.read_bytes(), to="dicts", source=source, schema="all", year=2026, aliases=True)
        events = [plain(event) for event in found]
        for one, other in zip(events, expected):
            assert one == other, sample
        assert len(events) == len(expected), sample
        assert found.report.counts.add_up() and found.report.counts.written == len(expected)
        seen.add(source)
    assert {"bind", "microsoft-dns", "sysmon", "zeek"} <= seen


def test_batches_and_dicts_are_the_same_events(root):
    sample = root / "parsers" / "zeek" / "samples" / "basic.log"
    rows = asimkit.normalize(sample).read_all().to_pylist()
    dicts = list(asimkit.normalize(sample, to="dicts"))
    assert len(rows) == len(dicts) > 0
    for row, event in zip(rows, dicts):
        shown = {name: value for name, value in row.items() if value is not None}
        shown["AdditionalFields"] = json.loads(shown.get("AdditionalFields", "null"))
        expected = {"AdditionalFields": None, **event}
        assert shown == expected


def forms(tmp_path):
    path = tmp_path / "dns.log"
    path.write_bytes(LOG)
    packed = tmp_path / "packed"
    packed.mkdir()
    (packed / "dns.log.gz").write_bytes(gzip.compress(LOG))
    (packed / "notes.txt").write_text("nothing that a source knows\n")
    return {
        "path as text": str(path),
        "path": path,
        "list of paths": [path],
        "directory": packed,
        "bytes": LOG,
        "bytearray": bytearray(LOG),
        "memoryview": memoryview(LOG),
        "file": io.BytesIO(LOG),
        "list of files": [io.BytesIO(LOG)],
        "pieces": LOG.splitlines(),
        "UTF-16": LOG.decode().encode("utf-16"),
    }


def test_every_form_of_input_gives_the_same_events(tmp_path):
    expected = asimkit.normalize(LOG).read_all()
    assert expected.num_rows == 100
    for name, given in forms(tmp_path).items():
        events = asimkit.normalize(given)
        assert events.read_all() == expected, name
        assert events.report.complete
        assert events.report.counts == asimkit.Counts(read=100, written=100), name


def test_several_inputs_come_in_their_order(tmp_path):
    (tmp_path / "b.log").write_bytes(ZEEK_HEADER + zeek_row(2))
    (tmp_path / "a.log").write_bytes(ZEEK_HEADER + zeek_row(1))
    names = [event["DnsQuery"] for event in asimkit.normalize(tmp_path, to="dicts")]
    assert names == ["h1.example.com", "h2.example.com"]
    events = asimkit.normalize([tmp_path / "b.log", tmp_path / "a.log"])
    assert events.read_all()["DnsQuery"].to_pylist() == ["h2.example.com", "h1.example.com"]
    assert [pathlib.Path(file.file).name for file in events.report.files] == ["b.log", "a.log"]
    assert events.report.files[0].source == "zeek" and events.report.files[0].compression is None


def test_a_file_in_a_directory_that_is_of_no_source_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing that a source knows\n")
    events = asimkit.normalize(tmp_path)
    assert events.read_all().num_rows == 0
    assert events.report.unrecognized == (str(tmp_path / "notes.txt"),)


def test_the_schema_is_there_before_the_first_event_and_without_any():
    events = asimkit.normalize(b"", source="zeek")
    schema = events.schema
    assert schema.metadata[b"asim.schema"] == b"Dns" and schema.metadata[b"asim.schema_version"] == b"0.1.3"
    assert schema.field("TimeGenerated").type == pyarrow.timestamp("us", "UTC")
    assert pyarrow.types.is_dictionary(schema.field("EventResult").type)
    assert "Domain" not in schema.names
    table = events.read_all()
    assert table.schema == schema and table.num_rows == 0
    plain_text = asimkit.normalize(b"", source="zeek", dictionaries=False, answers=True, aliases=True).schema
    assert plain_text.field("EventResult").type == pyarrow.string()
    assert pyarrow.types.is_list(plain_text.field("DnsAnswers").type) and "Domain" in plain_text.names


def test_process_events_have_tables_too(root):
    sample = root / "parsers" / "sysmon" / "samples" / "basic.evtx"
    both = list(asimkit.normalize(sample, to="dicts", schema="all"))
    alone = asimkit.normalize(sample, schema="process")
    table = alone.read_all()
    assert table.schema.metadata[b"asim.schema"] == b"ProcessEvent"
    assert table.num_rows == sum(event["EventSchema"] == "ProcessEvent" for event in both)
    assert alone.report.counts.add_up()
    columns = ["TargetProcessName", "ActorUsername"]
    assert asimkit.normalize(sample, schema="process", columns=columns).read_all().column_names == columns


def test_columns_are_exactly_those_that_are_named():
    columns = ["DnsQuery", "TimeGenerated", "Domain"]
    assert asimkit.normalize(LOG, columns=columns).read_all().column_names == columns
    first = next(asimkit.normalize(LOG, to="dicts", columns=columns))
    assert set(first) == set(columns)


def test_batches_come_while_the_input_is_read():
    """The input is endless: whoever waited for its end would wait for ever."""

    class Endless(io.RawIOBase):
        def __init__(self):
            self.rows = 0

        def read(self, size=-1):
            rows = b"".join(zeek_json(number) for number in range(self.rows, self.rows + 1000))
            self.rows += 1000
            return rows

    log = Endless()
    with asimkit.normalize(log, source="zeek", batch_rows=1000, jobs=2) as events:
        batches = [next(events) for _ in range(5)]
    assert [len(batch) for batch in batches] == [1000] * 5
    assert batches[4]["DnsQuery"][999].as_py() == "h4999.example.com"
    # Memory is bounded: the reading waits for those who take the batches.
    assert log.rows < 100_000
    assert not events.report.complete


def test_threads_and_blocks_change_nothing():
    log = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(20_000))
    first = list(asimkit.normalize(log, jobs=1))
    assert [len(batch) for batch in first] == [8192, 8192, 3616]
    second = list(asimkit.normalize(log, jobs=3, block_size=5000))
    assert first == second


def test_the_filter_is_that_of_asim():
    events = asimkit.normalize(LOG, filter={"responsecodename": "nxdomain", "domain_has_any": ("h7", "h8", "h14")})
    assert events.read_all()["DnsQuery"].to_pylist() == ["h7.example.com", "h14.example.com"]
    counts = events.report.counts
    assert (counts.written, counts.filtered) == (2, 98) and counts.add_up()
    start = datetime.datetime(2026, 11, 21, 9, 1, 30, tzinfo=datetime.timezone.utc)
    for starttime in (start, start.replace(tzinfo=None), "2026-11-21T09:01:30Z"):
        assert asimkit.normalize(LOG, filter={"starttime": starttime}).read_all().num_rows == 10


def test_rejected_records_are_reachable(tmp_path):
    log = ZEEK_HEADER + zeek_row(1) + b"1795251600.5\ttoo few\n" + zeek_row(2)
    path = tmp_path / "dns.log"
    path.write_bytes(log)
    for to in ("arrow", "dicts"):
        events = asimkit.normalize(path, to=to)
        assert sum(1 for _ in events) > 0
        (reject,) = events.rejects
        assert (reject.file, reject.record, reject.line) == (str(path), 2, 5)
        assert reject.byte == len(ZEEK_HEADER + zeek_row(1))
        assert reject.raw.rstrip(b"\n") == b"1795251600.5\ttoo few" and "wrong number of columns" in reject.reason
        assert (reject.source, reject.stage) == ("zeek", "decode")
        assert events.report.counts == asimkit.Counts(read=3, written=2, rejected=1)
        assert sum(events.report.rejected.values()) == 1

    lines = tmp_path / "rejects.ndjson"
    events = asimkit.normalize(path, rejects=lines)
    events.read_all()
    (line,) = map(json.loads, lines.read_text().splitlines())
    assert (line["file"], line["line"], line["raw"].rstrip("\n")) == (str(path), 5, "1795251600.5\ttoo few")
    assert events.rejects == []

    many = asimkit.normalize(ZEEK_HEADER + b"x\n" * 50, keep_rejects=10)
    many.read_all()
    assert len(many.rejects) == 10 and many.report.counts.rejected == 50


def test_times_without_a_year_take_that_of_the_file(tmp_path):
    path = tmp_path / "syslog"
    path.write_bytes(b"Nov 21 20:48:12 sensor zeek: " + b'{"id.orig_h":"192.0.2.6","query":"a.example","qtype":28}\n')
    when = datetime.datetime(2025, 11, 22, tzinfo=datetime.timezone.utc).timestamp()
    import os

    os.utime(path, (when, when))
    (event,) = asimkit.normalize(path, to="dicts", source="zeek")
    assert event["EventStartTime"].year == 2025
    (event,) = asimkit.normalize(path, to="dicts", source="zeek", year=2024, timezone="Europe/Berlin")
    assert event["EventStartTime"] == datetime.datetime(2024, 11, 21, 19, 48, 12, tzinfo=datetime.timezone.utc)
    untimed = b'{"id.orig_h":"192.0.2.6","query":"a.example","qtype":28}\n'
    path.write_bytes(untimed)
    os.utime(path, (when, when))
    (event,) = asimkit.normalize(path, to="dicts", source="zeek", assume_time="mtime")
    assert event["EventStartTime"].timestamp() == when
    assert next(asimkit.normalize(untimed, to="dicts", source="zeek", assume_time="2026-01-02T03:04:05Z"))[
        "EventStartTime"
    ] == datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def test_the_interpreter_is_free_while_the_work_is_done():
    """Another thread counts while one call to the native module lasts; with the lock held it could not."""
    log = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(200_000))
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.05)
    start = time.monotonic()
    # One batch of everything: the call returns when the whole log is read.
    events = asimkit.normalize(log, batch_rows=1_000_000, jobs=1)
    assert len(next(events)) == 200_000
    end = time.monotonic()
    done.set()
    thread.join()
    during = [moment for moment in ticks if start < moment < end]
    gaps = [later - earlier for earlier, later in zip(during, during[1:])]
    assert len(during) > 5 and max(gaps) < (end - start) / 2


def test_frames(tmp_path):
    path = tmp_path / "dns.log"
    path.write_bytes(LOG)
    import pandas
    import polars

    assert isinstance(asimkit.read_dns(path), polars.DataFrame)
    frame = asimkit.read_dns(path, to="polars")
    assert frame.shape[0] == 100 and frame["TimeGenerated"].dtype == polars.Datetime("us", "UTC")
    table = asimkit.read_dns(path, to="pandas")
    assert isinstance(table, pandas.DataFrame) and len(table) == 100
    assert asimkit.read_dns(path, to="pyarrow").num_rows == 100
    with pytest.warns(asimkit.RejectedWarning, match="1 of 2 records were rejected"):
        assert len(asimkit.read_dns(ZEEK_HEADER + zeek_row(1) + b"x\n", to="pandas")) == 1


def test_write_parquet(tmp_path):
    import pyarrow.parquet

    path = tmp_path / "events.parquet"
    report = asimkit.write_parquet(LOG, path)
    assert report.complete and report.counts.written == 100
    assert pyarrow.parquet.read_table(path)["DnsQuery"].to_pylist() == [f"h{n}.example.com" for n in range(100)]
    with pytest.raises(asimkit.WriteError, match="exists"):
        asimkit.write_parquet(LOG, path)
