"""Sources, schemas, decoders, and the test of tables."""

import json
import pathlib

import pytest
from conftest import ZEEK_HEADER, zeek_row

import asimkit
import asimkit.columns


def test_sources_are_those_of_the_registry(root):
    folders = {folder.name for folder in (root / "parsers").iterdir() if (folder / "Cargo.toml").is_file()}
    assert {source.id for source in asimkit.sources()} == folders
    zeek = next(source for source in asimkit.sources() if source.id == "zeek")
    assert zeek.vendor == "Corelight" and "DnsQuery" in zeek.fields and zeek.decoders


def test_schemas_are_the_generated_ones(root):
    for name in ("alert", "dns", "process"):
        described = json.loads((root / "schemas" / "generated" / f"{name}.arrow.json").read_text())
        assert [field.name for field in asimkit.schema(name)] == [field["name"] for field in described["fields"]]
    fields = {field.name: field for field in asimkit.schema("dns", "0.1.3")}
    assert fields["Domain"].alias_of == ("DnsQuery",) and fields["DnsNetworkDuration"].unit == "millisecond"
    assert len(fields) < len(asimkit.schema("dns"))
    with pytest.raises(ValueError, match="no schema `dnz`; there are alert, dns, process"):
        asimkit.schema("dnz")
    with pytest.raises(ValueError, match="no version `7`"):
        asimkit.schema("dns", "7")


def test_the_types_of_events_have_the_columns_of_the_schemas():
    types = {
        "alert": asimkit.columns.AlertEvent,
        "dns": asimkit.columns.DnsEvent,
        "process": asimkit.columns.ProcessEvent,
    }
    for name, event in types.items():
        listed = set(event.__annotations__) - {"DnsAnswers"}
        assert listed == {field.name for field in asimkit.schema(name)}


def test_decoders():
    assert asimkit.decode_response("zeek", "192.0.2.1\t1782.000000") == [
        {"part": "answer", "TTL": 1782.0, "Type": "A", "Response": "192.0.2.1"}
    ]
    flags = asimkit.decode_flags("zeek", "T F T T 0")
    assert flags == (False, True, False, True, True, False, False) and flags.AA is True
    with pytest.raises(asimkit.DecodeError, match="no decoders for `zeke`"):
        asimkit.decode_flags("zeke", "AA")
    with pytest.raises(asimkit.DecodeError):
        asimkit.decode_response("zeek", "{")


def test_a_table_is_tested_in_every_form(tmp_path):
    log = ZEEK_HEADER + b"".join(zeek_row(number) for number in range(20))
    events = asimkit.normalize(log, aliases=True)
    from_arrow = asimkit.validate(events)
    table = asimkit.normalize(log, aliases=True).read_all()
    assert asimkit.validate(table) == from_arrow
    dicts = list(asimkit.normalize(log, to="dicts", aliases=True))
    from_dicts = asimkit.validate(dicts)
    assert from_dicts.records == from_arrow.records == 20
    assert from_dicts.ok and from_arrow.ok, from_dicts.findings
    rows = [{**event, "EventStartTime": str(event["EventStartTime"])} for event in dicts]
    bad = asimkit.validate([{**rows[0], "EventResult": "Maybe"}])
    assert not bad.ok and any(finding.column == "EventResult" for finding in bad.findings)
    path = tmp_path / "events.csv"
    path.write_text("EventCount,DnsQuery\n1,www.example.com.\n")
    assert any(finding.rule == "final-dot" for finding in asimkit.validate(path).findings)
    assert asimkit.validate(path, published_rules=True).published_rules
    with pytest.raises(asimkit.ReadError, match="neither JSON nor CSV"):
        asimkit.validate(b"\x00\x01 what\n")


def test_the_package_is_typed():
    folder = pathlib.Path(asimkit.__file__).parent
    assert (folder / "py.typed").is_file() and (folder / "_native.pyi").is_file()
    from asimkit import _native

    stub = (folder / "_native.pyi").read_text()
    names = {name for name in dir(_native) if not name.startswith("_")}
    for name in names:
        assert f"def {name}(" in stub or f"class {name}:" in stub, name
    for kind in (_native.Batch, _native.Batches, _native.Dicts):
        for method in vars(kind):
            if not method.startswith("__") or method.startswith("__arrow"):
                assert f"def {method}(" in stub, (kind, method)
