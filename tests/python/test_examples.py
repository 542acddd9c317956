"""The examples of the documents run as they are."""

import json
import os
import subprocess
import sys

from conftest import ZEEK_HEADER, zeek_json, zeek_row


def run(script, *arguments):
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_first_look(root):
    """The README's second command."""
    script = root / "crates" / "asim-python" / "examples" / "first_look.py"
    for arguments in ([], [root / "parsers" / "zeek" / "samples" / "basic.log"]):
        told = run(script, *arguments)
        assert "15 records = 15 written + 0 filtered + 0 declined + 0 rejected" in told
        assert "nosuch.example.com" in told


def test_the_spark_notebook(root, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "dns.log").write_bytes(ZEEK_HEADER + b"".join(zeek_row(n) for n in range(100)) + b"too few\n")
    (logs / "dns.json").write_bytes(b"".join(zeek_json(n) for n in range(100, 150)))
    told = run(root / "crates" / "asim-python" / "examples" / "spark_notebook.py", logs, tmp_path / "events")
    assert "Counts(read=151, written=150, filtered=0, declined=0, rejected=1)" in told
    assert told.strip().endswith("150") and "wrong number of columns" in told


def test_the_program_and_the_package_agree(root, tmp_path):
    """The program's summary of the same samples, where the program was built."""
    import asimkit

    samples = root / "parsers" / "zeek" / "samples"
    events = asimkit.normalize(samples, to="dicts", source="zeek")
    written = sum(1 for _ in events)
    program = root / "target" / "debug" / "asim"
    assert program.is_file(), "cargo build --bin asim"
    summary = tmp_path / "summary.json"
    command = [program, "normalize", "--source", "zeek", "--max-rejects", "100%", "--quiet", "-o", tmp_path / "events"]
    subprocess.run([*command, "--summary", summary, samples], check=True)
    told = json.loads(summary.read_text())
    names = ("read", "written", "filtered", "declined", "rejected")
    assert {name: told[name] for name in names} == events.report.to_dict()["counts"]
    assert told["written"] == written and told["rejected_reasons"] == events.report.rejected
