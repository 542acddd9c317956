"""Rules over logs: the same alerts from Python, on Spark, and from the program."""

import json
import subprocess

import pytest
from conftest import ZEEK_HEADER

import asimkit
from asimkit import spark as asim


def row(second, client, name, qtype, rcode):
    time = 1795251600 + second
    answer = "198.51.100.7" if rcode == 0 else "-"
    return (
        f"{time}.000000\tC{second}\t{client}\t{1024 + second % 60000}\t192.0.2.53\t53\tudp\t{second % 65536}\t{name}\t"
        f"{qtype}\t{rcode}\t{answer}\n"
    ).encode()


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Two sensors at the same time: one sees zone transfers, both see a part of a sweep of one client."""
    folder = tmp_path_factory.mktemp("sensors")
    first = [row(n, "203.0.113.9", "example.com", 252, 5) for n in range(0, 100, 10)]
    first += [row(n, "203.0.113.77", f"host{n}.example.net", 1, 3) for n in range(100, 1500, 2)]
    second = [row(n, "203.0.113.77", f"host{n}.example.net", 1, 3) for n in range(101, 1500, 2)]
    second += [row(1500 + n, "192.0.2.8", "www.example.org", 1, 0) for n in range(500)]
    (folder / "a.log").write_bytes(ZEEK_HEADER + b"".join(first))
    (folder / "b.log").write_bytes(ZEEK_HEADER + b"".join(second))
    return folder


def plain(alerts):
    """Alerts by their ids, without where their samples stand."""
    return {
        alert["AlertId"]: {name: value for name, value in alert.items() if name != "Evidence"} for alert in alerts
    }


def test_alerts_are_those_of_the_program(root, logs, tmp_path):
    program = root / "target" / "debug" / "asim"
    assert program.is_file(), "cargo build --bin asim"
    out = tmp_path / "alerts.ndjson"
    subprocess.run([program, "detect", "--quiet", "--to", "ndjson", "-o", out, logs], check=True)
    told = {alert["AlertId"]: alert for alert in map(json.loads, out.read_text().splitlines())}
    alerts = asimkit.detect(logs)
    assert {alert["AlertId"]: alert for alert in alerts} == told
    assert {alert["RuleId"] for alert in alerts} >= {"zone-transfer", "subdomain-sweep"}
    assert alerts.report.counts.add_up() and alerts.report.counts.written == alerts.statistics["observed"]
    assert not alerts.rejects


def test_the_order_of_the_inputs_changes_nothing_when_they_are_sorted(logs):
    forwards = asimkit.detect([logs / "a.log", logs / "b.log"])
    backwards = asimkit.detect([logs / "b.log", logs / "a.log"], jobs=3, block_size=2000)
    assert plain(forwards) == plain(backwards) and forwards
    unsorted = asimkit.detect([logs / "b.log", logs / "a.log"], order="input", lateness=0)
    assert unsorted.statistics != forwards.statistics


def test_rules_are_chosen_and_tuned(logs, tmp_path):
    assert {"subdomain-sweep", "zone-transfer"} <= {rule.id for rule in asimkit.rules()}
    only = asimkit.detect(logs, rules=["zone-transfer"])
    assert only and {alert["RuleId"] for alert in only} == {"zone-transfer"}
    tuning = '[rule.zone-transfer]\nshadow = true\n\n[rule.subdomain-sweep]\nnames = 1000000\n'
    path = tmp_path / "site.toml"
    path.write_text(tuning)
    for given in (tuning, path, str(path)):
        assert not {alert["RuleId"] for alert in asimkit.detect(logs, tuning=given)} & {"zone-transfer", "subdomain-sweep"}
    shadows = asimkit.detect(logs, tuning=tuning, suppressed=True)
    assert any(alert.get("Shadow") for alert in shadows)
    with pytest.raises(asimkit.OptionError, match="^rules: no rule `zone`; there are "):
        asimkit.detect(logs, rules=["zone"])
    with pytest.raises(asimkit.OptionError, match="^tuning: "):
        asimkit.detect(logs, tuning="[rule.none]\nshadow = true\n")


def test_alerts_on_spark_are_the_same(spark, logs):
    rows = asim.detect(spark, str(logs), split_bytes=20_000).cache()
    found = [json.loads(row["Alert"]) for row in rows.where("Alert IS NOT NULL").collect()]
    alone = asimkit.detect(logs)
    assert plain(found) == plain(alone) and found
    assert asim.counts(rows) == alone.report.counts
    severities = {row["AlertId"]: (row["Severity"], row["RiskScore"]) for row in rows.where("Alert IS NOT NULL").collect()}
    assert severities == {alert["AlertId"]: (alert["Severity"], alert["RiskScore"]) for alert in alone}
