#!/usr/bin/python3
"""Prometheus' configuration, alerts and Grafana's boards hold together.

    tests/compose/monitoring.py

promtool (Debian's package prometheus) judges the configuration, runs the alerts' own tests, and reads every expression
of the boards; the names of the metrics that alerts and boards use are held against those that Meyar has. The boards' SQL,
and METRICS themselves, are held against the running program by tests/grafana.rs.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "dashboards" / "prometheus"
GRAFANA = ROOT / "dashboards" / "grafana"

# What the program exposes, with its labels. `le` is the histograms' own.
METRICS = {
    "meyar_events_total": {"stage", "topic", "outcome"},
    "meyar_lag": {"stage", "topic", "partition"},
    "meyar_dead_letters_total": {"topic", "error"},
    "meyar_stage_seconds": {"stage", "le"},
    "meyar_recorded_seconds_total": set(),
    "meyar_audio_seconds_total": set(),
    "meyar_commit_seconds": {"topic", "le"},
    "meyar_lake_rows_total": {"table"},
    "meyar_lake_repeats_total": {"table"},
    "meyar_lake_refused_total": {"table"},
    "meyar_lake_commits_total": {"table"},
    "meyar_lake_keys": {"table"},
    "meyar_law_broken": {"law"},
    "meyar_gap_rows": {"item"},
    "meyar_gap_overdue": {"item"},
    "meyar_gap_oldest_seconds": {"item"},
    "meyar_reconciled_timestamp_seconds": set(),
    "meyar_outbox_waiting": set(),
    "meyar_outbox_sent_total": set(),
    "meyar_outbox_refused_total": set(),
    "meyar_http_requests_total": {"method", "route", "status"},
    "meyar_http_request_duration_seconds": {"route", "le"},
}
# What prometheus.yml puts beside them.
TARGET = {"job", "service", "instance"}


def promtool(*args: str) -> str:
    """What promtool objects to; empty when it is content."""
    try:
        done = subprocess.run(["promtool", *args], capture_output=True, text=True, cwd=PROMETHEUS, timeout=60)
    except FileNotFoundError:
        return "promtool is missing; run .ci/setup test"
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()


def expressions(board: dict) -> list[str]:
    return [target["expr"] for panel in board["panels"] for target in panel.get("targets", []) if "expr" in target]


def concrete(expr: str) -> str:
    """Grafana's variables stand for something that Prometheus can read."""
    return expr.replace("$__rate_interval", "5m").replace("$stage", ".*")


def unknown(expr: str) -> list[str]:
    """Metrics and labels in an expression that Meyar does not have."""
    problems = []
    for name in set(re.findall(r"\bmeyar_[a-z_]+", expr)):
        if re.sub(r"_(bucket|sum|count)$", "", name) not in METRICS:
            problems.append(f"metric {name} does not exist")
    labels = set()
    for group in re.findall(r"\b(?:by|without)\s*\(([^)]*)\)", expr):
        labels |= {label.strip() for label in group.split(",") if label.strip()}
    for selector in re.findall(r"\bmeyar_[a-z_]+\{([^}]*)\}", expr):
        labels |= set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
    known = TARGET.union(*METRICS.values())
    return problems + [f"label {label} does not exist" for label in sorted(labels - known)]


def check_expressions() -> str:
    """Every expression of the board parses, as promtool sees it in a file of recording rules."""
    rules = []
    for path in sorted(GRAFANA.glob("boards/*.json")):
        for number, expr in enumerate(expressions(json.loads(path.read_text()))):
            rules.append({"record": f"board:{path.stem}:{number}", "expr": concrete(expr)})
    if not rules:
        return "no board has an expression"
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}, file)
        file.flush()
        return promtool("check", "rules", file.name)


def check_names() -> str:
    problems = []
    for rule in [r for g in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"] for r in g["rules"]]:
        problems += [f"alert {rule['alert']}: {p}" for p in unknown(rule["expr"])]
    for path in GRAFANA.glob("boards/*.json"):
        for expr in expressions(json.loads(path.read_text())):
            problems += [f"{path.name}: {p}" for p in unknown(concrete(expr))]
    return "\n".join(problems)


def check_alerts_tested() -> str:
    """An alert without a test that expects it to fire is not known to fire."""
    alerts = {r["alert"] for g in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"] for r in g["rules"]}
    tests = yaml.safe_load((PROMETHEUS / "alerts.test.yml").read_text())["tests"]
    fired = {c["alertname"] for t in tests for c in t.get("alert_rule_test", []) if c.get("exp_alerts")}
    return "".join(f"alert {name} is never seen firing\n" for name in sorted(alerts - fired))


def check_boards() -> str:
    problems = []
    sources = {s["uid"] for f in GRAFANA.glob("provisioning/datasources/*.yml") for s in yaml.safe_load(f.read_text())["datasources"]}
    seen = set()
    for path in sorted(GRAFANA.glob("boards/*.json")):
        board = json.loads(path.read_text())
        if board["uid"] in seen:
            problems.append(f"{path.name}: uid {board['uid']} is used twice")
        seen.add(board["uid"])
        ids = [panel["id"] for panel in board["panels"]]
        if len(ids) != len(set(ids)):
            problems.append(f"{path.name}: two panels share an id")
        cells = {}
        for panel in board["panels"]:
            title, at = panel["title"], panel["gridPos"]
            if panel["datasource"]["uid"] not in sources:
                problems.append(f"{path.name}: panel '{title}' asks a data source that is not provisioned")
            if " · " not in panel.get("description", ""):
                problems.append(f"{path.name}: panel '{title}' does not say in both languages what it shows")
            for x in range(at["x"], at["x"] + at["w"]):
                for y in range(at["y"], at["y"] + at["h"]):
                    if x >= 24 or cells.setdefault((x, y), title) != title:
                        problems.append(f"{path.name}: panel '{title}' lies outside or over another at column {x}, row {y}")
    return "\n".join(dict.fromkeys(problems))


def check_refusals() -> str:
    """The checks above can fail."""
    if not unknown("rate(meyar_event_total[5m])") or not unknown('meyar_lag{stge="lander"}') or not unknown("sum by (tpic) (meyar_lag)"):
        return "a misspelt metric or label was not refused"
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("groups: [{name: x, rules: [{record: a, expr: 'sum(rate(meyar_lag)'}]}]")
        file.flush()
        return "" if promtool("check", "rules", file.name) else "a broken expression was not refused"


CHECKS = {
    "Prometheus accepts its configuration and the alerts": lambda: promtool("check", "config", "prometheus.yml"),
    "the alerts pass their own tests": lambda: promtool("test", "rules", "alerts.test.yml"),
    "every alert is seen firing by a test": check_alerts_tested,
    "every expression of the board parses": check_expressions,
    "alerts and board use metrics and labels that exist": check_names,
    "panels stand side by side and ask a provisioned source": check_boards,
    "misspelt names and broken expressions are refused": check_refusals,
}


def main() -> int:
    failed = 0
    for name, check in CHECKS.items():
        problem = check()
        print(f"{'FAILED' if problem else 'ok':<7}{name}")
        if problem:
            failed += 1
            print("       " + problem.replace("\n", "\n       "))
    print(f"monitoring: {len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
