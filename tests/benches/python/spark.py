"""Zeek JSON to Parquet on Spark in one warm session: the workers' Rust beside the same mapping in Spark's own functions.

    spark.py LOG OUT [ROUNDS]

Each round runs both in turn, each into a new folder below OUT. Only the action is timed; the session, and a first round
over a small part of the log, are not. Prints the events of both, the seconds, and the processor seconds of the JVM and
of its Python workers.
"""

import os
import shutil
import sys
import time

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from asimkit import spark as asim

FIELDS = (
    "ts double, uid string, `id.orig_h` string, `id.orig_p` int, `id.resp_h` string, `id.resp_p` int, proto string,"
    " trans_id int, rtt double, query string, qclass int, qclass_name string, qtype int, qtype_name string, rcode int,"
    " rcode_name string, AA boolean, TC boolean, RD boolean, RA boolean, Z int, answers array<string>"
)


def native(spark, log, out):
    """The mapping in Spark's own functions: most of what asimkit fills, without its checks and its account."""
    z = spark.read.text(log).select(F.from_json("value", FIELDS).alias("z")).select("z.*")
    time_of = F.timestamp_micros(F.round(F.col("ts") * 1_000_000).cast("bigint"))
    duration = F.round(F.col("rtt") * 1000).cast("int")
    answered = F.col("rcode").isNotNull()
    name = F.regexp_replace("query", "[.]$", "")
    columns = {
        "TimeGenerated": time_of,
        "EventCount": F.lit(1),
        "EventStartTime": time_of,
        "EventEndTime": F.timestamp_micros(F.round((F.col("ts") + F.coalesce("rtt", F.lit(0))) * 1_000_000).cast("bigint")),
        "EventType": F.lit("Query"),
        "EventSubType": F.when(answered, "response").otherwise("request"),
        "EventResult": F.when(~answered, "NA").when(F.col("rcode") == 0, "Success").otherwise("Failure"),
        "EventResultDetails": F.coalesce("rcode_name", F.lit("NA")),
        "EventProduct": F.lit("Zeek"),
        "EventVendor": F.lit("Corelight"),
        "EventSchema": F.lit("Dns"),
        "EventSchemaVersion": F.lit("0.1.3"),
        "EventSeverity": F.when(F.col("rcode") > 0, "Low").otherwise("Informational"),
        "EventOriginalUid": F.col("uid"),
        "Dvc": F.lit("Zeek"),
        "SrcIpAddr": F.col("`id.orig_h`"),
        "SrcPortNumber": F.col("`id.orig_p`"),
        "DstIpAddr": F.col("`id.resp_h`"),
        "DstPortNumber": F.col("`id.resp_p`"),
        "DstHostname": F.col("`id.resp_h`"),
        "DnsQuery": name,
        "DnsQueryType": F.col("qtype"),
        "DnsQueryTypeName": F.when(F.col("qtype_name") == "*", "ANY").otherwise(F.col("qtype_name")),
        "DnsQueryClass": F.col("qclass"),
        "DnsQueryClassName": F.regexp_replace("qclass_name", "C_INTERNET", "IN"),
        "TransactionIdHex": F.lower(F.hex("trans_id")),
        "DnsResponseCode": F.col("rcode"),
        "DnsResponseName": F.array_join("answers", ","),
        "DnsFlagsAuthoritative": F.col("AA"),
        "DnsFlagsTruncated": F.col("TC"),
        "DnsFlagsRecursionDesired": F.col("RD"),
        "DnsFlagsRecursionAvailable": F.col("RA"),
        "DnsFlagsZ": F.col("Z") != 0,
        "NetworkProtocol": F.upper("proto"),
        "DnsNetworkDuration": duration,
        "DnsSessionId": F.col("uid"),
    }
    z.select(*[column.alias(name) for name, column in columns.items()]).write.option("compression", "zstd").parquet(out)


def workers(spark, log, out):
    """The workers' Rust, Parquet by the workers, committed by the driver."""
    asim.write_parquet(spark, log, out, source="zeek")


def processor_seconds(spark):
    """User and system time of the JVM, and of the Python workers with those that have ended."""
    jvm = seconds(spark.sparkContext._gateway.proc.pid)
    python = 0.0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as line:
                if b"pyspark.daemon" in line.read():
                    python += seconds(process)
        except OSError:
            continue
    return jvm, python


def seconds(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def main():
    log, out = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    small = f"{out}-small.json"
    with open(log, "rb") as whole, open(small, "wb") as part:
        part.writelines(whole.readlines(64 << 20))
    for number in range(rounds + 1):
        for name, run in (("native", native), ("workers", workers)):
            folder = f"{out}/{name}"
            shutil.rmtree(folder, ignore_errors=True)
            before, start = processor_seconds(spark), time.perf_counter()
            run(spark, small if number == 0 else log, folder)
            wall, after = time.perf_counter() - start, processor_seconds(spark)
            if number == 0:
                continue
            events = spark.read.parquet(folder).count()
            size = sum(entry.stat().st_size for entry in os.scandir(folder))
            jvm, python = (later - earlier for earlier, later in zip(before, after))
            print(f"{name:8} {events} events {wall:7.2f} s, JVM {jvm:7.2f} CPU s, Python {python:6.2f} CPU s, {size >> 20} MiB",
                  flush=True)
    codes = {
        name: sorted(tuple(row) for row in spark.read.parquet(f"{out}/{name}").groupBy("DnsResponseCode").count().collect()
                     if row[0] is not None)
        for name in ("native", "workers")
    }
    print("the same events by response code:", codes["native"] == codes["workers"])
    os.remove(small)
    spark.stop()


main()
