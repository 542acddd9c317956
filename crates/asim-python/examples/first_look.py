"""A first look at a DNS log, as one would take it in a notebook: each `# %%` begins a cell.

    python first_look.py [LOG]
"""

# %% Read a log. The source, the compression and the layout are found from its first bytes.
import sys
from collections import Counter
from pathlib import Path

import asimkit

sample = Path(__file__).parents[3] / "parsers" / "zeek" / "samples" / "basic.log"
log = sys.argv[1] if len(sys.argv) > 1 else sample

# %% Events as dicts, one after the other, whatever the size of the log.
events = asimkit.normalize(log, to="dicts", answers=True)
clients = Counter()
failures = Counter()
for event in events:
    clients[event.get("SrcIpAddr")] += 1
    if event["EventResult"] == "Failure":
        failures[event["EventResultDetails"]] += 1

# %% Every record is accounted for.
counts = events.report.counts
print(f"{counts.read} records = {counts.written} written + {counts.filtered} filtered"
      f" + {counts.declined} declined + {counts.rejected} rejected")
for reject in events.rejects:
    print(f"  line {reject.line}: {reject.reason}")
print("clients:", dict(clients.most_common(3)))
print("failures:", dict(failures))

# %% The same as a table; pyarrow is the only library that is needed for it.
try:
    table = asimkit.read_dns(log, to="pyarrow", filter={"responsecodename": "NXDOMAIN"})
    print(table.select(["TimeGenerated", "SrcIpAddr", "DnsQuery", "DnsQueryTypeName"]).to_pylist())
except ImportError:
    print("with pyarrow there would be a table here")
