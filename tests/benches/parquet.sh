#!/bin/sh
# Writes the same Zeek log as Parquet (zstd) with asim and with DuckDB, in turn, and prints the CPU time of each whole
# process, asim's events per CPU-second as a multiple of DuckDB's, the size of the file as a share of asim's NDJSON, and
# whether DuckDB counts the response codes in the file as asim's own NDJSON has them.
#
#   parquet.sh ASIM LOG.json DUCK.py [RUNS]
#
#   ASIM      the program, built with --release
#   DUCK.py   a script that maps the log to the same columns: DUCK.py IN OUT.parquet THREADS
#   PYTHON    (environment) a Python that has duckdb; python3 unless set
#   THREADS   (environment) of DuckDB; 1 unless set. With more it takes more of the processors' time.
#
# Only the ratios mean anything on a machine that does other work as well.
set -eu
[ $# -ge 3 ] || { sed -n '2,13p' "$0" >&2; exit 2; }
exec "${PYTHON:-python3}" - "$@" <<'PYTHON'
import os, resource, statistics, subprocess, sys, tempfile

asim, log, duck = sys.argv[1:4]
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
threads = os.environ.get("THREADS", "1")

import duckdb


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


with tempfile.TemporaryDirectory() as room:
    mine, theirs, lines = (os.path.join(room, name) for name in ("asim.parquet", "duck.parquet", "asim.ndjson"))
    ours = [asim, "normalize", "--quiet", "--source", "zeek", "--dvc", "zeek-sensor-1", "--jobs", "1"]
    pairs = [
        (cpu([*ours, "--to", "parquet", "-o", mine, log]), cpu([sys.executable, duck, log, theirs, threads]))
        for _ in range(runs)
    ]
    subprocess.run([*ours, "-o", lines, log], check=True)
    shares = sorted(other / own for own, other in pairs)
    own, other = (statistics.median(side) for side in zip(*pairs))
    events = duckdb.read_parquet(mine).count("*").fetchall()[0][0]
    print(f"asim {own:.2f} s ({events / own:,.0f} events a CPU-second), DuckDB {other:.2f} s")
    print(f"asim's rate is {statistics.median(shares):.2f} of it ({shares[0]:.2f} to {shares[-1]:.2f})")
    sizes = [os.path.getsize(path) for path in (mine, theirs, lines)]
    print(f"Parquet {sizes[0]:,} bytes (DuckDB {sizes[1]:,}), NDJSON {sizes[2]:,}: {sizes[0] / sizes[2]:.3f} of it")
    counts = "DnsResponseCode, count(*)"
    of_file = sorted(duckdb.read_parquet(mine).aggregate(counts, "DnsResponseCode").fetchall(), key=str)
    of_lines = duckdb.sql(
        f"SELECT {counts} FROM read_json('{lines}', columns = {{DnsResponseCode: 'INTEGER'}}) GROUP BY ALL"
    ).fetchall()
    print("response codes", of_file, "agree" if of_file == sorted(of_lines, key=str) else f"DIFFER from {of_lines}")
PYTHON
