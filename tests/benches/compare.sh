#!/bin/sh
# Normalizes the same Zeek log with asim and with yardsticks, in turn, and prints the CPU time of each whole process and
# asim's rate as a share of the yardstick's.
#
#   compare.sh ASIM LOG.tsv LOG.json [RUNS]
#
#   ASIM      the program, built with --release
#   FLOOR     (environment) a hand-written limit program: $FLOOR asim-tsv|asim-sonic FILE JOBS
#   PYTHON    (environment) a Python that has duckdb; python3 unless set
#   DUCK_JSON (environment) a script like duck_tsv.py that reads the JSON form
#
# Only the ratios mean anything on a machine that does other work as well.
set -eu
[ $# -ge 3 ] || { sed -n '2,12p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" - "$here" "$@" <<'PYTHON'
import os, resource, statistics, subprocess, sys, tempfile

here, asim, tsv, json = sys.argv[1:5]
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5
floor, duck_json = os.environ.get("FLOOR"), os.environ.get("DUCK_JSON")


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(file, jobs):
    return [asim, "normalize", "--quiet", "--jobs", jobs, "--dvc", "zeek-sensor-1", file]


def compare(title, a, b):
    pairs = [(cpu(a), cpu(b)) for _ in range(runs)]
    mine, other = (statistics.median(side) for side in zip(*pairs))
    share = statistics.median(theirs / own for own, theirs in pairs)
    print(f"{title}: asim {mine:.2f} s, yardstick {other:.2f} s, asim's rate is {share:.2f} of it", flush=True)


with tempfile.TemporaryDirectory() as room:
    out = os.path.join(room, "out.ndjson")
    for form, file, mode, script in (
        ("TSV", tsv, "asim-tsv", os.path.join(here, "duck_tsv.py")),
        ("JSON", json, "asim-sonic", duck_json),
    ):
        for jobs in ("1", "2"):
            if floor:
                compare(f"{form}, {jobs} jobs, limit program", ours(file, jobs), [floor, mode, file, jobs])
        if script:
            compare(f"{form}, 1 job, DuckDB", ours(file, "1"), [sys.executable, script, file, out, "1"])
PYTHON
