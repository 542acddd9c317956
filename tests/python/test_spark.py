"""Logs on Spark: a column of records, files that workers read, and the account over the cluster."""

import gzip
import json

import pytest
from conftest import ZEEK_HEADER, zeek_json, zeek_row

import asimkit
from asimkit import spark as asim

ROWS = 3000


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The same events as NDJSON, under a header, and compressed; each with two rejected records."""
    folder = tmp_path_factory.mktemp("logs")
    bad = {ROWS // 3, 2 * ROWS // 3}
    lines = b"".join(b"{broken\n" if n in bad else zeek_json(n) for n in range(ROWS))
    (folder / "dns.json").write_bytes(lines)
    rows = b"".join(b"too few\n" if n in bad else zeek_row(n) for n in range(ROWS))
    (folder / "dns.log").write_bytes(ZEEK_HEADER + rows)
    (folder / "dns.log.gz").write_bytes(gzip.compress(ZEEK_HEADER + rows))
    return folder


def expected(path, **options):
    events = asimkit.normalize(path, dictionaries=False, **options)
    return events.read_all(), events


def sorted_rows(frame):
    return sorted(json.dumps(row.asDict(recursive=True), default=str, sort_keys=True) for row in frame.collect())


@pytest.mark.parametrize("name", ["dns.json", "dns.log", "dns.log.gz"])
def test_files_in_parts_are_the_same_as_whole(spark, logs, name):
    table, events = expected(logs / name, source="zeek")
    rows = asim.read_logs(spark, str(logs / name), source="zeek", split_bytes=40_000)
    parts = len(asim.report(rows).files)
    assert parts == 1 if name.endswith(".gz") else parts > 5
    assert asim.counts(rows) == events.report.counts
    assert events.report.counts == asimkit.Counts(read=ROWS, written=ROWS - 2, rejected=2)
    found = asim.events(rows)
    assert found.columns == table.column_names
    one = [row.asDict() for row in found.orderBy("TransactionIdHex").select("DnsQuery", "SrcPortNumber").collect()]
    other = table.sort_by("TransactionIdHex").select(["DnsQuery", "SrcPortNumber"]).to_pylist()
    assert one == other
    micros = found.selectExpr("unix_micros(TimeGenerated) AS t").orderBy("t").collect()
    assert [row["t"] for row in micros] == sorted(time.value for time in table["TimeGenerated"])
    rejected = {(row["byte"], bytes(row["raw"]), row["reason"]) for row in asim.rejects(rows).collect()}
    assert rejected == {(reject.byte, reject.raw, reject.reason) for reject in events.rejects}


def test_all_columns_and_values_are_the_same(spark, logs):
    options = {"source": "zeek", "answers": True, "aliases": True}
    table, _ = expected(logs / "dns.log", **options)
    rows = asim.read_logs(spark, str(logs / "dns.log"), split_bytes=50_000, **options)
    whole = spark.createDataFrame(table.to_pylist(), asim.events(rows).schema)
    assert sorted_rows(asim.events(rows)) == sorted_rows(whole)


def test_header_lines_in_the_middle_hold_for_what_follows(spark, tmp_path):
    other = ZEEK_HEADER.replace(b"id.orig_h\tid.orig_p\tid.resp_h", b"id.resp_h\tid.orig_p\tid.orig_h")
    log = b"".join(
        (ZEEK_HEADER if block % 2 else other) + b"".join(zeek_row(n) for n in range(block * 200, block * 200 + 200))
        for block in range(6)
    )
    path = tmp_path / "dns.log"
    path.write_bytes(log)
    table, _ = expected(path)
    rows = asim.read_logs(spark, str(path), split_bytes=5000)
    names = ["DnsQuery", "SrcIpAddr", "DstIpAddr"]
    found = sorted(tuple(row) for row in asim.events(rows).select(names).collect())
    assert found == sorted(zip(*(table[name].to_pylist() for name in names)))
    assert {row[1] for row in found} > {"192.0.2.53", "192.0.2.1"}


def test_a_folder_with_files_of_several_sources(spark, root):
    folder = root / "parsers"
    paths = [str(folder / name / "samples" / sample) for name, sample in (
        ("zeek", "basic.log"), ("sysmon", "basic.evtx"), ("bind", "queries.iso8601-utc.log"))]
    alone = sum((asimkit.normalize(path, to="dicts", year=2026) and _counts(path) for path in paths), asimkit.Counts())
    rows = asim.read_logs(spark, paths, year=2026)
    assert asim.counts(rows) == alone and alone.written > 0
    total = asim.report(rows)
    assert set(total.sources) == {"bind", "sysmon", "zeek"} and len(total.files) == 3
    with pytest.warns(UserWarning, match="no source recognizes are left out"):
        asim.read_logs(spark, str(folder / "zeek" / "samples"), year=2026)


def _counts(path):
    events = asimkit.normalize(path, year=2026)
    events.read_all()
    return events.report.counts


def test_a_column_of_records(spark, logs):
    table, events = expected(logs / "dns.json")
    lines = spark.read.text(str(logs / "dns.json")).repartition(4)
    rows = asim.normalize(lines, source="zeek")
    assert asim.counts(rows) == events.report.counts
    found = sorted(row[0] for row in asim.events(rows).select("DnsQuery").collect())
    assert found == sorted(table["DnsQuery"].to_pylist())
    assert [bytes(row["raw"]).strip() for row in asim.rejects(rows).collect()] == [b"{broken"] * 2
    assert asim.report(rows).rejected == events.report.rejected
    binary = lines.selectExpr("cast(value AS binary) AS body", "1 AS other")
    assert asim.counts(asim.normalize(binary, column="body")) == events.report.counts


def test_null_and_empty_values_are_no_records(spark):
    line = zeek_json(1).decode()
    values = spark.createDataFrame([(line,), (None,), ("",), (line.strip(),), (line + line,)], "value string").coalesce(1)
    counts = asim.counts(asim.normalize(values, source="zeek"))
    assert counts == asimkit.Counts(read=4, written=4)


def test_a_stream(spark, tmp_path):
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    (inbox / "1.txt").write_bytes(b"".join(zeek_json(n) for n in range(100)) + b"{broken\n")
    lines = spark.readStream.text(str(inbox))
    rows = asim.normalize(lines, source="zeek")
    query = (
        rows.writeStream.format("parquet")
        .option("path", str(out))
        .option("checkpointLocation", str(tmp_path / "checkpoint"))
        .trigger(availableNow=True)
    )
    query.start().awaitTermination()
    (inbox / "2.txt").write_bytes(b"".join(zeek_json(n) for n in range(100, 150)))
    query.start().awaitTermination()
    written = spark.read.parquet(str(out))
    assert asim.counts(written) == asimkit.Counts(read=151, written=150, rejected=1)
    assert asim.events(written).select("DnsQuery").distinct().count() == 150


def test_files_that_only_spark_can_open(spark, root, logs, monkeypatch):
    """Their bytes come by binaryFile; here of a local path, because no other file system is at hand."""
    from asimkit.spark import _read

    monkeypatch.setattr(_read._splits, "is_remote", lambda path: True)
    _, events = expected(logs / "dns.log.gz")
    rows = asim.read_logs(spark, str(logs / "dns.log.gz"))
    assert asim.counts(rows) == events.report.counts
    assert asim.events(rows).count() == ROWS - 2
    evtx = root / "parsers" / "sysmon" / "samples" / "basic.evtx"
    rows = asim.read_logs(spark, str(evtx))
    assert asim.counts(rows) == _counts(evtx)


def test_what_cannot_be_is_told_before_anything_runs(spark, logs, tmp_path):
    lines = spark.createDataFrame([("x",)], "value string")
    with pytest.raises(asimkit.OptionError, match="^filter: "):
        asim.normalize(lines, filter={"srcipaddr": "10.0"})
    with pytest.raises(asimkit.OptionError, match="no meaning on Spark"):
        asim.normalize(lines, rejects="rejects.ndjson")
    with pytest.raises(asimkit.OptionError, match="assume_time"):
        asim.normalize(lines, assume_time="mtime")
    with pytest.raises(asimkit.ReadError, match="No such file"):
        asim.read_logs(spark, str(tmp_path / "none.log"))
    with pytest.raises(asimkit.ReadError, match="no such file"):
        asim.read_logs(spark, str(tmp_path / "*.log"))
    (tmp_path / "notes.txt").write_text("nothing that a source knows\n")
    with pytest.raises(asimkit.SourceError, match="no source recognizes it"):
        asim.read_logs(spark, str(tmp_path / "notes.txt"))


def test_damaged_input_is_a_rejected_record(spark, logs, tmp_path):
    path = tmp_path / "dns.log.gz"
    path.write_bytes((logs / "dns.log.gz").read_bytes()[:-2000])
    counts = asim.counts(asim.read_logs(spark, str(path)))
    assert counts == _counts(path) and counts.add_up() and counts.rejected > 0


def test_a_file_that_goes_away_fails_the_query(spark, tmp_path):
    path = tmp_path / "dns.json"
    path.write_bytes(zeek_json(1))
    rows = asim.read_logs(spark, str(path))
    path.unlink()
    with pytest.raises(Exception, match="No such file"):
        asim.counts(rows)
