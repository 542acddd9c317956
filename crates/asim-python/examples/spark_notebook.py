"""Logs on Spark, as one would write it in a notebook: each `# %%` begins a cell.

    python spark_notebook.py LOGS OUT

LOGS is a folder of logs that all workers can open, OUT a folder for what is written, which must be new.
"""

# %% A session. In Databricks, Fabric and Synapse there is one already: `spark`.
import os
import sys

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from asimkit import spark as asim

logs, out = sys.argv[1:3]
spark = SparkSession.builder.appName("asimkit").getOrCreate()

# %% Workers read the files themselves; the driver hands them names and byte ranges.
rows = asim.read_logs(spark, logs, source="auto").cache()
events = asim.events(rows)
events.groupBy("EventProduct", "DnsQueryTypeName").count().orderBy(F.desc("count")).show(10)

# %% The account over the cluster, and what was rejected.
print(asim.counts(rows))
asim.rejects(rows).select("file", "byte", "reason", F.decode("raw", "utf-8").alias("raw")).show(5, truncate=60)

# %% Names that many clients ask for and that do not exist.
(
    events.where("EventResultDetails = 'NXDOMAIN'")
    .groupBy("DnsQuery")
    .agg(F.countDistinct("SrcIpAddr").alias("clients"))
    .orderBy(F.desc("clients"))
    .show(10, truncate=False)
)

# %% To Parquet in one go: workers write, the driver commits. The folder appears whole or not at all.
written = asim.write_parquet(spark, logs, out, source="auto")
print(written.counts, len(written.files), "files")
print(spark.read.parquet(out).count())
spark.stop()
