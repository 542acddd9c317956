"""Opens a Parquet file, an Arrow stream and a folder of partitions with what their users have.

    open_tables.py FILE.parquet STREAM.arrows FOLDER

Prints one JSON object a line: the reader, the number of rows, and how many rows each response code has. Exit status 3:
a library that must be there is not.
"""

import json
import sys
from collections import Counter

try:
    import duckdb
    import pyarrow.dataset
    import pyarrow.ipc
    import pyarrow.parquet
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)


def tell(reader, codes):
    counts = Counter("none" if code is None else str(int(code)) for code in codes)
    print(json.dumps({"reader": reader, "rows": sum(counts.values()), "codes": dict(sorted(counts.items()))}))


def duck(relation):
    counts = relation.aggregate("DnsResponseCode, count(*)", "DnsResponseCode").fetchall()
    return [code for code, count in counts for _ in range(count)]


def pyarrow_types(schema):
    for name, expected in {
        "TimeGenerated": "timestamp[us, tz=UTC]",
        "DnsResponseCode": "int32",
        "DnsFlagsRecursionDesired": "bool",
        "DnsQuery": "string",
        "AdditionalFields": "string",
        "EventResult": "dictionary<values=string, indices=int32, ordered=0>",
    }.items():
        actual = str(schema.field(name).type)
        assert actual == expected, f"{name}: {actual}"
    assert schema.metadata[b"asim.schema"] == b"Dns", schema.metadata


parquet, stream, folder = sys.argv[1:]

tell("duckdb", duck(duckdb.read_parquet(parquet)))
parted = duckdb.read_parquet(f"{folder}/*/*/*.parquet", hive_partitioning=True)
tell("duckdb, folder", duck(parted))
partitions = parted.aggregate("date::VARCHAR, source", "date, source").fetchall()
assert partitions and all(source == "zeek" for _, source in partitions), partitions
answers = duckdb.sql(
    f"SELECT answer.Response FROM (SELECT unnest(DnsAnswers) AS answer FROM '{parquet}') WHERE answer.Type = 'A'"
).fetchall()
assert all(len(address) == 1 for address in answers) and answers, answers
kept = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{parquet}')").fetchall())
assert kept["asim.schema"] == "Dns" and kept["asim.schema_version"] and kept["asim.writer"], kept.keys()

table = pyarrow.parquet.read_table(parquet)
table.validate(full=True)
pyarrow_types(table.schema)
tell("pyarrow", table["DnsResponseCode"].to_pylist())
assert pyarrow.parquet.ParquetFile(parquet).metadata.row_group(0).column(0).statistics.has_min_max

with pyarrow.ipc.open_stream(stream) as reader:
    table = reader.read_all()
table.validate(full=True)
pyarrow_types(table.schema)
tell("pyarrow, stream", table["DnsResponseCode"].to_pylist())
tell("duckdb, stream", duck(duckdb.from_arrow(table)))

dataset = pyarrow.dataset.dataset(folder, partitioning="hive")
tell("pyarrow, folder", dataset.to_table()["DnsResponseCode"].to_pylist())

try:
    import pandas
except ImportError:
    print("SKIPPED: pandas is not installed", file=sys.stderr)
else:
    tell("pandas", [None if pandas.isna(code) else code for code in pandas.read_parquet(parquet)["DnsResponseCode"]])

try:
    import polars
except ImportError:
    print("SKIPPED: Polars is not installed", file=sys.stderr)
else:
    tell("polars", polars.read_parquet(parquet)["DnsResponseCode"].to_list())
    tell("polars, folder", polars.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)["DnsResponseCode"].to_list())
    tell("polars, stream", polars.read_ipc_stream(stream)["DnsResponseCode"].to_list())
