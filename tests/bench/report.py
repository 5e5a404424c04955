#!/usr/bin/env python3
"""The month's report against DuckDB: the same SQL over the same files, and the same answers.

    tests/bench/report.py DATA [PERIOD]     DATA is a data directory that was filled by `meyar demo` or `meyar import`
"""
import calendar
import json
import math
import re
import sys
import tempfile
import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from deltalake import DeltaTable

from common import BENCH, MEYAR, PYTHON, HERE, ROOT, ROUNDS, keep, median, run, say, spread, timed

THREADS = 2
PERIOD = "2026-01"
# What `meyar report summary` prints, in its order.
SUMMARY = re.findall(r'^    "(\w+)",$', (ROOT / "jobs/src/report.rs").read_text(), re.M)
# Where DuckDB's SQL differs. Each is applied to views and figures; nothing else is changed.
DIALECT = [
    (r"\bfirst_value\((\w+) ORDER BY", r"first(\1 ORDER BY", "first_value is only a window function there; as an aggregate it is first"),
]
TYPES = {"string": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "timestamp": "TIMESTAMPTZ", "date": "DATE", "binary": "BLOB"}


def adapt(sql: str, used: set) -> str:
    for pattern, replacement, why in DIALECT:
        changed = re.sub(pattern, replacement, sql)
        if changed != sql:
            used.add(why)
        sql = changed
    return sql


def tables() -> dict:
    """Each table's columns from the dictionary."""
    folder = ROOT / "schemas/tables"
    common = tomllib.loads((folder / "_common.toml").read_text())["column"]
    found = {}
    for path in sorted(folder.glob("[!_]*.toml")):
        table = tomllib.loads(path.read_text())
        found[table["table"]] = common + table["column"]
    return found


def duck_type(column: dict) -> str:
    if column["type"] == "list":
        return duck_type(column["item"]) + "[]"
    if column["type"] == "struct":
        return "STRUCT(" + ", ".join(f'"{f["name"]}" {duck_type(f)}' for f in column["field"]) + ")"
    return TYPES[column["type"]]


def literal(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def reference(data: Path) -> list:
    """The reference tables, as the lake has them."""
    statements = []
    names = json.loads(run(MEYAR, "sql", "--data", data, "--format", "json", "SELECT DISTINCT table_name FROM information_schema.tables WHERE table_name LIKE 'ref_%'").stdout)
    for name in sorted(row["table_name"] for row in names):
        columns = json.loads(run(MEYAR, "sql", "--data", data, "--format", "json", f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{name}'").stdout)
        kinds = {"Int64": "BIGINT", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "Date32": "DATE"}
        types = {c["column_name"]: kinds.get(c["data_type"], "VARCHAR") for c in columns}
        rows = json.loads(run(MEYAR, "sql", "--data", data, "--format", "json", f"SELECT * FROM {name}").stdout)
        statements.append(f"CREATE TABLE {name} (" + ", ".join(f'"{c}" {t}' for c, t in types.items()) + ")")
        for row in rows:
            statements.append(f"INSERT INTO {name} VALUES (" + ", ".join(literal(row.get(c)) for c in types) + ")")
    return statements


def latest(table: str, condition: str) -> str:
    """As in pipeline/lake/src/views.rs."""
    return (
        f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM {table}_all e WHERE NOT EXISTS (SELECT 1 FROM {table}_all r "
        f"WHERE r.revision > 0 AND r.revision > e.revision AND r.source = e.source AND r.event_id = e.event_id){condition}"
    )


def window(first: date, last: date, days: int) -> str:
    first, last = first - timedelta(days), last + timedelta(days)
    return f" AND e.month BETWEEN '{first:%Y-%m}' AND '{last:%Y-%m}' AND e.day BETWEEN DATE '{first}' AND DATE '{last}'"


def plan(data: Path, period: str) -> tuple:
    year, month = (int(part) for part in period.split("-"))
    first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    midnight = lambda day: datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=4))).astimezone(timezone.utc)
    instant = lambda day: f"TIMESTAMPTZ '{midnight(day):%Y-%m-%d %H:%M:%S}+00'"
    used: set = set()
    setup, rows, size = [], 0, 0
    for name, columns in tables().items():
        place = data / "lake" / name
        files = DeltaTable(str(place)).file_uris() if (place / "_delta_log").is_dir() else []
        if files:
            size += sum(Path(f).stat().st_size for f in files)
            setup.append(
                f"CREATE VIEW {name}_all AS SELECT * FROM read_parquet({files!r}, hive_partitioning = true, hive_types = {{'month': VARCHAR}}, union_by_name = true)"
            )
        else:
            setup.append(f"CREATE TABLE {name}_all (" + ", ".join(f'"{c["name"]}" {duck_type(c)}' for c in columns) + ")")
    setup += reference(data)
    setup += [latest(name, "") for name in tables() if name != "call_events"]
    setup.append(latest("call_events", ""))
    for path in sorted((ROOT / "schemas/views").glob("*.sql")):
        setup.append(f"CREATE VIEW {path.stem.split('_', 1)[1]} AS {adapt(path.read_text(), used)}")
    figures = []
    for path in sorted((ROOT / "schemas/figures").glob("*.sql")):
        text = path.read_text()
        days = re.search(r"^-- window_days: (\d+)", text, re.M)
        sql = adapt(text, used).replace("$from", instant(first)).replace("$to", instant(last + timedelta(1))).replace("$line", "CAST(NULL AS VARCHAR)")
        views = [latest("call_events", window(first, last, int(days.group(1))) if days else "")]
        figures.append({"name": path.stem, "views": views, "sql": sql})
    return {"threads": THREADS, "setup": setup, "figures": figures}, used, size


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours == theirs
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    except (TypeError, ValueError):
        return str(ours) == str(theirs)


def differences(ours: list, theirs: list) -> list:
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows, DuckDB has {len(theirs)}"]
    found = []
    for number, (a, b) in enumerate(zip(ours, theirs)):
        for column in a.keys() | b.keys():
            if not same(a.get(column), b.get(column)):
                found.append(f"row {number}, {column}: {a.get(column)!r}, DuckDB {b.get(column)!r}")
    return found


def main() -> None:
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    data, period = Path(sys.argv[1]).resolve(), (sys.argv[2:] or [PERIOD])[0]
    made, used, size = plan(data, period)
    counted = json.loads(run(MEYAR, "sql", "--data", data, "--format", "json", "SELECT (SELECT count(*) FROM call_events) AS events, (SELECT count(*) FROM evaluations) AS evaluations, (SELECT count(*) FROM survey_responses) AS surveys").stdout)[0]
    say(f"report: {period}, {counted['events']} call events, {counted['evaluations']} evaluations, {counted['surveys']} survey events, {size / 2**20:.1f} MiB of Parquet")
    with tempfile.TemporaryDirectory(prefix="meyar-bench-") as folder:
        everything, summary = Path(folder) / "all.json", Path(folder) / "summary.json"
        everything.write_text(json.dumps(made))
        by_name = {f["name"]: f for f in made["figures"]}
        summary.write_text(json.dumps(made | {"figures": [by_name[name] for name in SUMMARY]}))
        whole: dict = {"ours": [], "rival": []}
        inside: dict = {"ours": [], "rival": []}
        for _ in range(max(ROUNDS, 5)):
            whole["ours"].append(timed(MEYAR, "report", "summary", "--data", data, "--period", period)[1])
            whole["rival"].append(timed(PYTHON, HERE / "duck.py", summary)[1])
        for _ in range(ROUNDS):
            inside["ours"].append(json.loads(run(BENCH, "report", "--lake", data / "lake", "--period", period, "--threads", THREADS).stdout))
            inside["rival"].append(json.loads(run(PYTHON, HERE / "duck.py", everything, "--rounds", 5).stdout))
    figures, different = {}, {}
    for name in sorted(by_name):
        times = {}
        for side in ("ours", "rival"):
            cold = median([r["figures"][name]["seconds"][0] for r in inside[side]])
            warm = median([s for r in inside[side] for s in r["figures"][name]["seconds"][1:]])
            times[side] = {"first_ms": round(1000 * cold, 1), "again_ms": round(1000 * warm, 1)}
        figures[name] = times
        found = differences(*(inside[side][0]["figures"][name]["rows"] for side in ("ours", "rival")))
        if found:
            different[name] = found
        say(f"  {name:<30} ours {times['ours']['first_ms']:>7.1f} / {times['ours']['again_ms']:>7.1f} ms   DuckDB {times['rival']['first_ms']:>7.1f} / {times['rival']['again_ms']:>7.1f} ms   {'DIFFERENT' if found else 'equal'}, {len(inside['ours'][0]['figures'][name]['rows'])} rows")
        for line in found[:6]:
            say(f"      {line}")
    total = {side: {k: round(sum(figures[n][side][k] for n in SUMMARY), 1) for k in ("first_ms", "again_ms")} for side in ("ours", "rival")}
    seconds = {side: median(times) for side, times in whole.items()}
    say(f"  whole process: ours {seconds['ours']:.2f} s ({spread(whole['ours'])}), DuckDB {seconds['rival']:.2f} s ({spread(whole['rival'])})")
    say(f"  the summary's queries inside: ours {total['ours']}, DuckDB {total['rival']}")
    keep("report", {
        "period": period,
        "rows": counted,
        "parquet_bytes": size,
        "threads": THREADS,
        "ours_process_s": round(seconds["ours"], 3),
        "rival_process_s": round(seconds["rival"], 3),
        "ratio_process": round(seconds["rival"] / seconds["ours"], 3),
        "ours_queries_ms": total["ours"],
        "rival_queries_ms": total["rival"],
        "ratio_queries_first": round(total["rival"]["first_ms"] / total["ours"]["first_ms"], 3),
        "ratio_queries_again": round(total["rival"]["again_ms"] / total["ours"]["again_ms"], 3),
        "ours_spread": spread(whole["ours"]),
        "rival_spread": spread(whole["rival"]),
        "equal": not different,
        "differences": different,
        "adaptations": sorted(used),
        "figures": figures,
    })


if __name__ == "__main__":
    main()
