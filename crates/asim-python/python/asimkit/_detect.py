"""Reconnaissance, tunnels and command and control in logs."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import _inputs, _native, _options
from ._inputs import Input
from ._options import Options
from ._report import Reject, Report

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Alerts(list[dict[str, Any]]):
    """Alerts, each a dict with the columns of the published query for T1596.001 and ours, in the order in which their
    windows closed."""

    #: What became of the records of all inputs.
    report: Report
    #: The rejected records, the first `keep_rejects` of them.
    rejects: list[Reject]
    #: What became of the events: observed, late, and for each rule the groups that were kept or given up.
    statistics: dict[str, Any]


class Rule(NamedTuple):
    """A built-in rule."""

    id: str
    title: str
    description: str
    #: The MITRE ATT&CK techniques, such as `T1596.001`.
    techniques: tuple[str, ...]
    #: What it can be tuned by, with the defaults.
    parameters: dict[str, int]


def rules() -> list[Rule]:
    """The built-in rules, sorted by id."""
    found = []
    for rule in json.loads(_native.rules()):
        parameters = {parameter["name"]: parameter["default"] for parameter in rule["parameters"]}
        techniques = tuple(technique["id"] for technique in rule["techniques"])
        found.append(Rule(rule["id"], rule["title"], rule["description"], techniques, parameters))
    return found


def detect(
    given: Input,
    *,
    tuning: str | os.PathLike[str] | None = None,
    rules: Sequence[str] | None = None,
    lateness: int | None = None,
    order: Literal["time", "input"] | None = None,
    suppressed: bool = False,
    **options: Unpack[Options],
) -> Alerts:
    """Runs the built-in rules over logs.

        for alert in asimkit.detect("logs/"):
            print(alert["Severity"], alert["RuleId"], alert["ClientIP"], alert["Name"])

    `given` and the options are those of `normalize`; events of all schemas are looked at. Rules look at events in
    windows of the events' own time. `tuning` is what is known of the site, a path or the TOML text itself: thresholds,
    roles, exemptions, harmless lists. `rules` names the ones to run; without it all do. Events may come `lateness`
    seconds late (600 unless told otherwise); later ones are counted and left out. `order="time"` sorts the events of all
    inputs first, in bounded memory with temporary files, and is the default where there is more than one input.
    `suppressed=True` gives out alerts too that an exemption, a cool-down or a trial keeps back.
    """
    chosen = _options.native({"schema": "all", **options})
    inputs = _inputs.native(given, chosen)
    by_time = order == "time" or (order is None and len(inputs) > 1)
    found, statistics, rejects, report = _native.detect(
        inputs, chosen, native(tuning, rules, lateness), tempfile.gettempdir() if by_time else None
    )
    alerts = Alerts(alert for alert in map(json.loads, found) if suppressed or is_open(alert))
    alerts.report = Report.from_json(report)
    alerts.rejects = [Reject(*reject) for reject in rejects]
    alerts.statistics = json.loads(statistics)
    return alerts


def is_open(alert: dict[str, Any]) -> bool:
    """Whether somebody should look at it."""
    return "SuppressedBy" not in alert and "Shadow" not in alert


def native(
    tuning: str | os.PathLike[str] | None, rules: Sequence[str] | None, lateness: int | None
) -> dict[str, Any]:
    """The choices of rules as the native module takes them."""
    if tuning is not None and (not isinstance(tuning, str) or ("\n" not in tuning and os.path.exists(tuning))):
        with open(tuning, encoding="utf-8") as file:
            tuning = file.read()
    return {"tuning": tuning, "rules": None if rules is None else list(rules), "lateness": lateness}
