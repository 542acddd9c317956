#!/bin/sh
# Normalizes the same Zeek log with asim and with yardsticks, in turn, and prints the CPU time of each whole process,
# asim's rate as a share of the yardstick's, and how much faster two jobs are than one, by the clock.
#
#   compare.sh ASIM LOG.tsv LOG.json [RUNS]
#
#   ASIM      the program, built with --release
#   FLOOR     (environment) a hand-written limit program: $FLOOR asim-tsv|asim-sonic FILE JOBS
#   PYTHON    (environment) a Python that has duckdb; python3 unless set
#   DUCK_JSON (environment) a script like duck_tsv.py that reads the JSON form
#   VRL       (environment) a program that runs a VRL mapping over the JSON form: $VRL FILE JOBS, such as a script
#
# Only the ratios mean anything on a machine that does other work as well.
set -eu
[ $# -ge 3 ] || { sed -n '2,13p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" - "$here" "$@" <<'PYTHON'
import os, resource, statistics, subprocess, sys, tempfile, time

here, asim, tsv, json = sys.argv[1:5]
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5
floor, duck_json, vrl = (os.environ.get(name) for name in ("FLOOR", "DUCK_JSON", "VRL"))


def times(command):
    """CPU time and wall time of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def ours(file, jobs):
    return [asim, "normalize", "--quiet", "--jobs", jobs, "--dvc", "zeek-sensor-1", file]


def compare(title, a, b):
    """Runs both in turn; the median wall times."""
    pairs = [(times(a), times(b)) for _ in range(runs)]
    (mine, my_wall), (other, other_wall) = (
        [statistics.median(measure) for measure in zip(*side)] for side in zip(*pairs)
    )
    shares = sorted(theirs[0] / own[0] for own, theirs in pairs)
    print(
        f"{title}: asim {mine:.2f} s, yardstick {other:.2f} s, asim's rate is {statistics.median(shares):.2f} of it"
        f" ({shares[0]:.2f} to {shares[-1]:.2f})",
        flush=True,
    )
    return my_wall, other_wall


with tempfile.TemporaryDirectory() as room:
    out = os.path.join(room, "out.ndjson")
    for form, file, mode, script in (
        ("TSV", tsv, "asim-tsv", os.path.join(here, "duck_tsv.py")),
        ("JSON", json, "asim-sonic", duck_json),
    ):
        if floor:
            one, two = (
                compare(f"{form}, {jobs} jobs, limit program", ours(file, jobs), [floor, mode, file, jobs])
                for jobs in ("1", "2")
            )
            gains = [alone / both for alone, both in zip(one, two)]
            print(f"{form}, wall time of one job over two: asim {gains[0]:.2f}, limit program {gains[1]:.2f}", flush=True)
        if script:
            compare(f"{form}, 1 job, DuckDB", ours(file, "1"), [sys.executable, script, file, out, "1"])
    if vrl:
        compare("JSON, 1 job, VRL", ours(json, "1"), [*vrl.split(), json, "1"])
PYTHON
