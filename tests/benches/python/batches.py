"""From bytes in Python to Arrow record batches: what stands beside `asim normalize --to arrow LOG`.

    batches.py LOG [JOBS]

Prints the events, and the seconds of the work alone, without the start of Python and the reading of the file.
"""

import sys
import time

import pyarrow  # noqa: F401  Its import is no part of the work.

import asimkit

with open(sys.argv[1], "rb") as log:
    data = log.read()
jobs = int(sys.argv[2]) if len(sys.argv) > 2 else None
start = time.perf_counter()
cpu = time.process_time()
events = asimkit.normalize(data, jobs=jobs)
count = sum(len(batch) for batch in events)
print(f"{count} events, {time.perf_counter() - start:.3f} s, {time.process_time() - cpu:.3f} CPU s")
