#!/usr/bin/env python3
"""Asks what Grafana would ask; `tests/grafana.rs` runs it against a running Meyar.

boards.py certificate FOLDER            makes the SQL port's certificate there, by docker-compose.yml's own line
boards.py panels ADDRESS FOLDER         every query of every board and variable, with that certificate; the password is in PGPASSWORD
boards.py metrics RUN SERVE             every metric and label that a board or an alert names is told at these two addresses

It prints what is wrong, one paragraph each, and ends with 1 if anything is.
"""
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import yaml

ROOT = Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "dashboards" / "grafana"
sys.path.insert(0, str(ROOT / "tests" / "compose"))
import monitoring  # noqa: E402

# The simulated year that the test lands.
FIRST, LAST = "2024-01-01", "2024-12-31"
# A year of which the lake knows nothing: a board must stay empty then, not break.
EMPTY = ("2030-01-01", "2030-01-31")

TEXT = {"text", "varchar"}
NUMBER = {"int2", "int4", "int8", "float4", "float8", "numeric"}
MOMENT = {"timestamptz"}
# Whatever counts, divides or looks past the figures would be a second definition of one.
OWN_SUMS = re.compile(r"\b(count|sum|avg|min|max|round)\s*\(|[-+*/%]|\b(GROUP BY|OVER|UNION)\b", re.I)


def boards() -> list[tuple[str, dict]]:
    return [(path.name, json.loads(path.read_text())) for path in sorted(GRAFANA.glob("boards/*.json"))]


def source() -> dict:
    return yaml.safe_load((GRAFANA / "provisioning/datasources/lake.yml").read_text())["datasources"][0]


def expanded(sql: str, first: str, last: str, line: str) -> str:
    """As Grafana's page does before it sends a query. The boards use these three and no other:
    the range's ends as days, and the value chosen for `line`, in which it doubles the quotes of SQL texts."""
    sql = sql.replace("${__from:date:YYYY-MM-DD}", first).replace("${__to:date:YYYY-MM-DD}", last)
    sql = sql.replace("${line}", line.replace("'", "''"))
    if left := re.search(r"\$\w+|\$\{[^}]*\}|\[\[", sql):
        raise ValueError(f"the test does not know how Grafana expands {left[0]}")
    return sql


class Answer:
    def __init__(self, cursor: psycopg.Cursor) -> None:
        types = cursor.connection.adapters.types
        known = {column.name: types.get(column.type_code) for column in cursor.description}
        self.columns = {name: found.name if found else "unknown" for name, found in known.items()}
        self.rows = [dict(zip(self.columns, row)) for row in cursor.fetchall()]

    def of(self, kinds: set[str]) -> list[str]:
        return [name for name, kind in self.columns.items() if kind in kinds]


def unfit(panel: dict, target: dict, answer: Answer) -> list[str]:
    """What the panel could not draw."""
    problems, kind, numbers = [], panel["type"], answer.of(NUMBER)
    if (kind == "timeseries") != (target["format"] == "time_series"):
        problems.append(f"format {target['format']} does not suit a {kind}")
    if kind == "timeseries":
        if answer.columns.get("time") not in MOMENT:
            return [*problems, f"no column `time` with a time zone: {answer.columns}"]
        moments = [row["time"] for row in answer.rows]
        if moments != sorted(moments) or len(set(moments)) < len(moments):
            problems.append("`time` does not rise from row to row")
    if kind == "barchart" and answer.columns.get(panel["options"]["xField"]) not in TEXT:
        problems.append(f"xField {panel['options']['xField']} is no text: {answer.columns}")
    if kind == "piechart" and not (answer.of(TEXT) and numbers):
        problems.append(f"a pie needs names and numbers: {answer.columns}")
    if kind == "stat" and len(answer.rows) != 1:
        problems.append(f"one row is shown, {len(answer.rows)} came")
    if not numbers:
        problems.append(f"no number among {answer.columns}")
    elif not any(row[name] is not None for row in answer.rows for name in numbers):
        problems.append("every number is empty")
    for name in [o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"] if o["matcher"]["id"] == "byName"]:
        if name not in answer.columns:
            problems.append(f"an override names {name}, which is no column: {answer.columns}")
    return problems


def check_panels(address: str, folder: str) -> list[str]:
    told, place = source(), urlsplit(address)
    settings = told["jsonData"]
    # The name that the data source calls the port by, at the address where the test has it.
    try:
        port = psycopg.connect(
            host=told["url"].split(":")[0], hostaddr=place.hostname, port=place.port, user=told["user"],
            dbname=settings["database"], sslmode=settings["sslmode"], sslrootcert=f"{folder}/cert.pem", autocommit=True,
        )
    except psycopg.OperationalError as error:
        return [f"lake.yml: the port does not let its data source in: {error}"]
    problems, asked = [], 0

    def ask(where: str, sql: str) -> Answer | None:
        nonlocal asked
        asked += 1
        try:
            return Answer(port.execute(sql))
        except psycopg.Error as error:
            problems.append(f"{where}: {error}\n{sql}")
            return None

    for name, board in boards():
        lines = ["all"]
        for variable in board["templating"]["list"]:
            if variable["datasource"]["uid"] != told["uid"]:
                continue
            where = f"{name}: variable {variable['name']}"
            choices = ask(where, variable["query"])
            if choices and not {"__text", "__value"} <= set(choices.columns):
                problems.append(f"{where}: __text and __value are missing\n{variable['query']}")
            elif choices:
                lines = [row["__value"] for row in choices.rows]
                if variable["current"]["value"] != lines[0] or len(lines) < 2:
                    problems.append(f"{where}: {variable['current']} is not the first of {lines}")
        for panel in board["panels"]:
            for target in panel["targets"]:
                if target["datasource"]["uid"] != told["uid"]:
                    continue
                where, raw = f"{name}: panel '{panel['title']}'", target["rawSql"]
                bare = re.sub(r"'[^']*'", "''", raw)
                tables = re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", bare)
                if OWN_SUMS.search(bare) or not tables or not all(table.startswith("figure_") for table in tables):
                    problems.append(f"{where}: it must read figures as they are, and count nothing itself\n{raw}")
                try:
                    ask(f"{where}, a period without data", expanded(raw, *EMPTY, "all"))
                    for line in lines:
                        sql = expanded(raw, FIRST, LAST, line)
                        answer = ask(f"{where}, line {line}", sql)
                        # A small line of a small year may have nothing of a kind; all lines together have it.
                        if answer and answer.rows:
                            problems += [f"{where}, line {line}: {problem}\n{sql}" for problem in unfit(panel, target, answer)]
                        elif answer and line == lines[0]:
                            problems.append(f"{where}, line {line}: no row\n{sql}")
                except ValueError as error:
                    problems.append(f"{where}: {error}\n{raw}")
    print(f"{asked} queries asked")
    return problems if asked > 100 else [*problems, f"only {asked} queries were asked"]


def told_by(address: str) -> tuple[dict[str, set[str]], set[tuple[str, str, str]]]:
    """Each metric with its labels, and (metric, label, value) of every sample."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    labels: dict[str, set[str]] = {name: set() for name in re.findall(r"^# TYPE (\w+) ", text, re.M)}
    values = set()
    for name, pairs in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
        metric = name if name in labels else re.sub(r"_(bucket|sum|count)$", "", name)
        for label, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', pairs):
            labels.setdefault(metric, set()).add(label)
            values.add((metric, label, value))
    return labels, values


def check_metrics(run: str, serve: str) -> list[str]:
    # The first request is told when it has been answered.
    for page in (f"{serve}/", f"{run}/healthz"):
        urllib.request.urlopen(page, timeout=30).close()
    (labels, values), (served, _) = told_by(run), told_by(serve)
    problems = []
    for metric, known in monitoring.METRICS.items():
        for where, found in [("meyar run", labels)] + [("meyar serve", served)] * metric.startswith("meyar_http_"):
            if metric not in found:
                problems.append(f"{where} does not tell {metric}, which tests/compose/monitoring.py has")
            elif found[metric] != known:
                problems.append(f"{where}: {metric} has the labels {sorted(found[metric])}, not {sorted(known)}")
    asked = [(f"{name}: panel '{panel['title']}'", target["expr"]) for name, board in boards() for panel in board["panels"]
             for target in panel["targets"] if "expr" in target]
    rules = yaml.safe_load((monitoring.PROMETHEUS / "alerts.yml").read_text())["groups"]
    asked += [(f"alert {rule['alert']}", rule["expr"]) for group in rules for rule in group["rules"]]
    for where, expr in asked:
        problems += [f"{where}: {problem}\n{expr}" for problem in monitoring.unknown(monitoring.concrete(expr))]
        for name, selector in re.findall(r"\b(meyar_\w+)(?:\{([^}]*)\})?", expr):
            metric = name if name in labels else re.sub(r"_(bucket|sum|count)$", "", name)
            if metric not in labels:
                problems.append(f"{where}: nothing tells {name}\n{expr}")
            for label, value in re.findall(r'(\w+)="([^"$]+)"', selector or ""):
                if (metric, label, value) not in values:
                    problems.append(f"{where}: {name} never has {label}=\"{value}\"\n{expr}")
    print(f"{len(asked)} expressions held against {len(labels)} metrics")
    return problems if len(asked) > 15 else [*problems, f"only {len(asked)} expressions were found"]


def certificate(folder: str) -> list[str]:
    job = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["certificate"]
    script = [part.replace("/data/", f"{folder}/") for part in job["entrypoint"] + job["command"]]
    done = subprocess.run(script, capture_output=True, text=True)
    mode = (Path(folder) / "key.pem").stat().st_mode & 0o777 if done.returncode == 0 else 0o600
    return ([] if done.returncode == 0 else [done.stderr]) + ([] if mode == 0o600 else [f"the key can be read by others: {mode:o}"])


CHECKS = {"certificate": certificate, "panels": check_panels, "metrics": check_metrics}

if __name__ == "__main__":
    found = CHECKS[sys.argv[1]](*sys.argv[2:])
    print("\n\n".join(found), file=sys.stderr)
    sys.exit(1 if found else 0)
