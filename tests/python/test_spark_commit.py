"""Parquet that workers write and the driver commits: nothing is lost, nothing doubled, whatever is killed."""

import contextlib
import os
import pathlib
import signal
import threading
import time

import pyarrow.parquet
import pytest
from conftest import ZEEK_HEADER, zeek_json, zeek_row

import asimkit
from asimkit import spark as asim


def hidden(folder):
    return [name for name in os.listdir(folder) if name.startswith(".") and "asimkit" in name]


def test_files_appear_whole_and_in_order(spark, tmp_path):
    log = tmp_path / "dns.log"
    rows = [zeek_row(n) for n in range(2000)]
    rows[700] = b"too few\n"
    log.write_bytes(ZEEK_HEADER + b"".join(rows))
    out, rejects = tmp_path / "events", tmp_path / "rejects"
    written = asim.write_parquet(spark, str(log), str(out), rejects=str(rejects), split_bytes=20_000)
    assert written.counts == asimkit.Counts(read=2000, written=1999, rejected=1)
    assert sorted(os.listdir(out)) == [pathlib.Path(file).name for file in written.files] and len(written.files) > 5
    names = [name for file in written.files for name in pyarrow.parquet.read_table(file)["DnsQuery"].to_pylist()]
    assert names == [f"h{n}.example.com" for n in range(2000) if n != 700]
    assert spark.read.parquet(str(out)).count() == 1999
    (reject,) = spark.read.json(str(rejects)).collect()
    assert reject["byte"] == len(ZEEK_HEADER + b"".join(rows[:700])) and reject["file"] == str(log)
    assert not hidden(tmp_path)
    assert spark.read.parquet(str(out)).schema["EventResult"].dataType.simpleString() == "string"


def test_a_folder_that_is_there_is_not_touched(spark, tmp_path):
    log = tmp_path / "dns.json"
    log.write_bytes(zeek_json(1))
    out = tmp_path / "events"
    out.mkdir()
    assert asim.write_parquet(spark, str(log), str(out)).counts.written == 1
    before = os.listdir(out)
    with pytest.raises(asimkit.WriteError, match="is there already"):
        asim.write_parquet(spark, str(log), str(out))
    assert os.listdir(out) == before and not hidden(tmp_path)
    with pytest.raises(asimkit.OptionError, match="mount it"):
        asim.write_parquet(spark, str(log), "abfss://container@account/events")


def test_a_job_that_fails_leaves_nothing(spark, tmp_path, monkeypatch):
    from asimkit.spark import _splits

    plan = _splits.plan

    def plan_and_lose_a_file(*arguments):
        planned = plan(*arguments)
        (tmp_path / "2.json").unlink()
        return planned

    monkeypatch.setattr(_splits, "plan", plan_and_lose_a_file)
    for name in ("1.json", "2.json"):
        (tmp_path / name).write_bytes(b"".join(map(zeek_json, range(100))))
    out = tmp_path / "events"
    with pytest.raises(Exception, match="No such file"):
        asim.write_parquet(spark, str(tmp_path / "*.json"), str(out), split_bytes=1000)
    assert not out.exists() and not hidden(tmp_path)


def test_attempts_that_still_run_do_not_keep_a_folder(tmp_path):
    """Spark says that a job has failed before its other tasks have ended: they go on making files meanwhile."""
    from asimkit.spark import _commit

    for turn in range(30):
        folder = _commit._Folder(str(tmp_path / f"events-{turn}"))

        def make_files(number, attempts=folder.attempts):
            made = 0
            with contextlib.suppress(FileNotFoundError):
                while made < 100_000:
                    pathlib.Path(attempts, f"{number}-{made}").touch()
                    made += 1

        tasks = [threading.Thread(target=make_files, args=(number,)) for number in range(2)]
        for task in tasks:
            task.start()
        while len(os.listdir(folder.attempts)) < 20:
            time.sleep(0.001)
        folder.clear()
        for task in tasks:
            task.join()
        assert not os.listdir(tmp_path)


def test_a_folder_that_cannot_be_made_leaves_nothing(spark, tmp_path):
    log = tmp_path / "dns.json"
    log.write_bytes(zeek_json(1))
    with pytest.raises(asimkit.WriteError, match="is there already"):
        asim.write_parquet(spark, str(log), str(tmp_path / "events"), rejects=str(log))
    assert os.listdir(tmp_path) == ["dns.json"]


def open_attempts(folder):
    """The processes that have a file of an attempt open, with its path."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            for handle in os.listdir(f"/proc/{process}/fd"):
                path = os.readlink(f"/proc/{process}/fd/{handle}")
                if path.startswith(str(folder)) and "-attempt-" in path:
                    yield int(process), path
        except OSError:
            continue


class Killer(threading.Thread):
    """Kills workers while they write: as many as it is told, each time one that has written something."""

    def __init__(self, folder, kills):
        super().__init__(daemon=True)
        self.folder, self.kills = folder, kills
        self.killed = []
        self.stop = threading.Event()

    def run(self):
        while not self.stop.is_set() and len(self.killed) < self.kills:
            for process, path in open_attempts(self.folder):
                if process != os.getpid() and path not in self.killed and os.path.exists(path):
                    os.kill(process, signal.SIGKILL)
                    self.killed.append(path)
                    break
            time.sleep(0.002)


def test_killed_workers_lose_and_double_nothing(spark, tmp_path):
    log = tmp_path / "dns.json"
    lines = b"".join(b"{broken\n" if n % 1000 == 500 else zeek_json(n) for n in range(60_000))
    log.write_bytes(lines)
    alone = asimkit.normalize(log)
    table = alone.read_all()
    out, rejects = tmp_path / "events", tmp_path / "rejects"
    killer = Killer(tmp_path, kills=3)
    killer.start()
    written = asim.write_parquet(
        spark, str(log), str(out), rejects=str(rejects), source="zeek", split_bytes=len(lines) // 6
    )
    killer.stop.set()
    killer.join()
    assert len(killer.killed) == 3, "no worker was killed in the middle"
    assert written.counts == alone.report.counts
    files = pyarrow.concat_tables(pyarrow.parquet.read_table(file) for file in written.files)
    assert files["DnsQuery"].to_pylist() == table["DnsQuery"].to_pylist()
    assert spark.read.json(str(rejects)).count() == 60
    assert not hidden(tmp_path) and len(os.listdir(out)) == len(written.files)


def test_killed_workers_of_a_dataframe_lose_and_double_nothing(spark, tmp_path):
    """The same through Spark's own writing, which commits what it has got from the tasks that have succeeded."""
    log = tmp_path / "dns.json"
    log.write_bytes(b"".join(zeek_json(n) for n in range(40_000)))
    rows = asim.read_logs(spark, str(log), source="zeek", split_bytes=log.stat().st_size // 4)
    killed = []
    stop = threading.Event()

    def kill():
        while not stop.is_set() and len(killed) < 2:
            for process in filter(str.isdigit, os.listdir("/proc")):
                try:
                    files = [os.readlink(f"/proc/{process}/fd/{n}") for n in os.listdir(f"/proc/{process}/fd")]
                except OSError:
                    continue
                if str(log) in files and int(process) != os.getpid():
                    os.kill(int(process), signal.SIGKILL)
                    killed.append(process)
                    break
            time.sleep(0.002)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    out = tmp_path / "rows"
    rows.write.parquet(str(out))
    stop.set()
    thread.join()
    assert len(killed) == 2, "no worker was killed in the middle"
    found = spark.read.parquet(str(out))
    assert asim.counts(found) == asimkit.Counts(read=40_000, written=40_000)
    assert asim.events(found).select("DnsQuery").distinct().count() == asim.events(found).count() == 40_000
