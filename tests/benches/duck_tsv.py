"""duck_tsv.py IN OUT.ndjson [THREADS]: Zeek's TSV to ASIM Dns columns with DuckDB, as a yardstick.

It writes the 39 columns that the yardsticks for JSON write; it checks no value and undoes no escape.
"""

import sys

import duckdb

COLUMNS = {
    "ts": "DOUBLE", "uid": "VARCHAR", "id.orig_h": "VARCHAR", "id.orig_p": "INTEGER", "id.resp_h": "VARCHAR",
    "id.resp_p": "INTEGER", "proto": "VARCHAR", "trans_id": "INTEGER", "rtt": "DOUBLE", "query": "VARCHAR",
    "qclass": "INTEGER", "qclass_name": "VARCHAR", "qtype": "INTEGER", "qtype_name": "VARCHAR", "rcode": "INTEGER",
    "rcode_name": "VARCHAR", "AA": "VARCHAR", "TC": "VARCHAR", "RD": "VARCHAR", "RA": "VARCHAR", "Z": "INTEGER",
    "answers": "VARCHAR", "TTLs": "VARCHAR", "rejected": "VARCHAR",
}

SELECT = """
SELECT 1 AS EventCount, t AS EventStartTime, t AS EventEndTime, 'Query' AS EventType,
  if(rcode_name IS NULL, 'request', 'response') AS EventSubType,
  CASE WHEN rcode_name IS NULL THEN 'NA' WHEN rcode_name = 'NOERROR' THEN 'Success' ELSE 'Failure' END AS EventResult,
  coalesce(rcode_name, 'NA') AS EventResultDetails, 'Zeek' AS EventProduct, 'Corelight' AS EventVendor,
  'Dns' AS EventSchema, '0.1.3' AS EventSchemaVersion, uid AS EventOriginalUid, 'zeek-sensor-1' AS Dvc,
  "id.orig_h" AS SrcIpAddr, "id.orig_p" AS SrcPortNumber, "id.resp_h" AS DstIpAddr, "id.resp_p" AS DstPortNumber,
  "id.orig_h" AS IpAddr, "id.orig_h" AS Src, "id.resp_h" AS Dst, upper(proto) AS NetworkProtocol,
  printf('%x', trans_id) AS TransactionIdHex, uid AS DnsSessionId, q AS DnsQuery, q AS Domain, qtype AS DnsQueryType,
  CASE WHEN qtype_name = '*' THEN 'ANY' WHEN starts_with(qtype_name, 'query-') THEN 'TYPE' || qtype_name[7:]
    ELSE qtype_name END AS DnsQueryTypeName,
  qclass AS DnsQueryClass, qclass_name AS DnsQueryClassName, rcode AS DnsResponseCode,
  rcode_name AS DnsResponseCodeName, nullif(answers, '(empty)') AS DnsResponseName, "AA" = 'T' AS DnsFlagsAuthoritative,
  "TC" = 'T' AS DnsFlagsTruncated, "RD" = 'T' AS DnsFlagsRecursionDesired, "RA" = 'T' AS DnsFlagsRecursionAvailable,
  "Z" <> 0 AS DnsFlagsZ, ms AS DnsNetworkDuration, ms AS Duration
FROM (
  SELECT *, rtrim(query, '.') AS q, CAST(round(rtt * 1000) AS INTEGER) AS ms,
    strftime(make_timestamp(CAST(round(ts * 1e6) AS BIGINT)), '%Y-%m-%dT%H:%M:%S.%fZ') AS t
  FROM read_csv({source}, delim = '\t', quote = '', escape = '', comment = '#', header = false, nullstr = '-',
    auto_detect = false, columns = {columns})
)
"""


def main() -> None:
    source, target = sys.argv[1:3]
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    quoted = lambda text: "'" + text.replace("'", "''") + "'"
    columns = "{" + ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in COLUMNS.items()) + "}"
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = true")
    select = SELECT.replace("{source}", quoted(source)).replace("{columns}", columns)
    connection.execute(f"COPY ({select}) TO {quoted(target)} (FORMAT json)")


main()
