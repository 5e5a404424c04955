"""DuckDB's plan of a report: the views and figures of schemas/ in its dialect, over the files that the Delta logs name.

It is made outside the measured time. Ours opens the logs and plans its SQL within it.
"""
import calendar
import json
import re
import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from deltalake import DeltaTable

from common import MEYAR, ROOT, run

THREADS = 2
BAKU = timezone(timedelta(hours=4))
# Where DuckDB's SQL differs. Each is applied to views and figures; nothing else is changed.
DIALECT = [
    (r"\bfirst_value\((\w+|\w+\([^()]*\)) ORDER BY", r"first(\1 ORDER BY", "first_value is only a window function there; as an aggregate it is first"),
    (r"\bcolumn(\d+)\b", lambda m: f"col{int(m.group(1)) - 1}", "columns of VALUES are named col0, col1, … there, not column1, column2, …"),
    (r"\barrow_cast\(([\w.]+|\w+\([^()]*\)), 'Utf8'\)", r"\1", "it has one kind of text only"),
    (r"^both(?= AS \()|(?<=FROM )both\b", '"both"', "both is a reserved word there"),
]
# Settings that make its operators mean what they mean to us.
SETTINGS = [
    ("TimeZone = 'UTC'", "times are told in UTC"),
    ("integer_division = true", "of integers, / is the whole quotient"),
]
TYPES = {"string": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "timestamp": "TIMESTAMPTZ", "date": "DATE", "binary": "BLOB"}
# As in pipeline/lake/src/views.rs: made of reference data alone; worked out once a period.
SETTLED = ["days", "live_days"]
KEPT = ["calls", "lost_calls", "call_appeals", "sheets", "sheet_moves", "surveys"]


def adapt(sql: str, used: set) -> str:
    for pattern, replacement, why in DIALECT:
        changed = re.sub(pattern, replacement, sql, flags=re.M)
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


def asked(data: Path, sql: str) -> list:
    return json.loads(run(MEYAR, "sql", "--data", data, "--format", "json", sql).stdout)


def reference(data: Path) -> list:
    """The reference tables, as the lake has them."""
    kinds = {"Int64": "BIGINT", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "Date32": "DATE"}
    columns: dict = {}
    for row in asked(data, "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name LIKE 'ref\\_%' ORDER BY table_name, ordinal_position"):
        columns.setdefault(row["table_name"], {})[row["column_name"]] = kinds.get(row["data_type"], "VARCHAR")
    statements = []
    for name, types in columns.items():
        statements.append(f"CREATE TABLE {name} (" + ", ".join(f'"{c}" {t}' for c, t in types.items()) + ")")
        rows = ["(" + ", ".join(literal(row.get(c)) for c in types) + ")" for row in asked(data, f"SELECT * FROM {name}")]
        if rows:
            statements.append(f"INSERT INTO {name} VALUES " + ", ".join(rows))
    return statements


def files(data: Path, table: str) -> list:
    place = data / "lake" / table
    return DeltaTable(str(place)).file_uris() if (place / "_delta_log").is_dir() else []


def landed(data: Path) -> tuple:
    """A view of every table's rows, and the bytes of all files."""
    statements, size = [], 0
    for name, columns in tables().items():
        found = files(data, name)
        if not found:
            statements.append(f"CREATE TABLE {name}_all (" + ", ".join(f'"{c["name"]}" {duck_type(c)}' for c in columns) + ")")
            continue
        size += sum(Path(f).stat().st_size for f in found)
        known = {field.name for field in DeltaTable(str(data / "lake" / name)).schema().fields}
        missing = "".join(f', CAST(NULL AS {duck_type(c)}) AS "{c["name"]}"' for c in columns if c["name"] not in known)
        statements.append(f"CREATE VIEW {name}_all AS SELECT *{missing} FROM read_parquet({found!r}, hive_partitioning = true, hive_types = {{'month': VARCHAR}}, union_by_name = true)")
    return statements, size


def latest(table: str, condition: str) -> str:
    """As in pipeline/lake/src/views.rs."""
    return (
        f"SELECT * FROM {table}_all e WHERE NOT EXISTS (SELECT 1 FROM {table}_all r "
        f"WHERE r.revision > 0 AND r.revision > e.revision AND r.source = e.source AND r.event_id = e.event_id){condition}"
    )


def window(first: date, last: date, days: int) -> str:
    first, last = first - timedelta(days), last + timedelta(days)
    return f" AND e.month BETWEEN '{first:%Y-%m}' AND '{last:%Y-%m}' AND e.day BETWEEN DATE '{first}' AND DATE '{last}'"


def written(used: set) -> dict:
    """The views of schemas/views, each after those it needs."""
    return {path.stem.split("_", 1)[1]: adapt(path.read_text(), used) for path in sorted((ROOT / "schemas/views").glob("*.sql")) if "log.positions" not in path.read_text()}


def views(schema: str, condition: str, keeps: bool, used: set) -> list:
    """(name, SQL) of a schema's views: `period` has the calls of a window and what is kept of it, `whole` is the whole lake."""
    made = [(name, f"CREATE VIEW {schema}.{name} AS {latest(name, condition if name == 'call_events' else '')}") for name in tables()]
    for name, sql in written(used).items():
        if name not in SETTLED:
            kind = "TABLE" if keeps and name in KEPT else "VIEW"
            made.append((name, f"CREATE {kind} {schema}.{name} AS {sql}"))
    return made


class Figure:
    """A figure's file: its head and its SQL, with other figures' SQL where it names them."""

    # Those of the stream as it is now need the tables' logs.
    told = ((path.stem, path.read_text()) for path in sorted((ROOT / "schemas/figures").glob("*.sql")))
    texts = {name: text for name, text in told if "\n-- group: stream\n" not in text}

    def __init__(self, name: str):
        days = re.search(r"^-- window_days: (\d+)", self.texts[name], re.M)
        self.name, self.window_days = name, int(days.group(1)) if days else None
        self.sql = self.expanded(name)

    @classmethod
    def expanded(cls, name: str) -> str:
        return cls.over(name, lambda inner: f"(\n{cls.expanded(inner).rstrip()}\n)")

    @classmethod
    def over(cls, name: str, told) -> str:
        """The text with `told(figure)` in place of every other figure's name."""
        inner = lambda m: told(m.group(1)) if m.group(1) in cls.texts else m.group(0)
        return re.sub(r"(?<![0-9A-Za-z_])figure_(\w+)", inner, cls.texts[name])

    @classmethod
    def made_of(cls, name: str) -> list:
        """The figures that stand in it, each after those that it is made of itself."""
        found: list = []
        cls.over(name, lambda inner: found.append(inner) or "")
        return list(dict.fromkeys(deeper for inner in found for deeper in [*cls.made_of(inner), inner]))


def bounds(period: str) -> tuple:
    """First and last day of 2024 or 2024-03."""
    year, *month = (int(part) for part in period.split("-"))
    first, last = (month or [1])[0], (month or [12])[0]
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def part(period: str, figures: list, used: set) -> dict:
    """What a period's figures need first, and the figures."""
    first, last = bounds(period)
    instant = lambda day: f"TIMESTAMPTZ '{datetime(day.year, day.month, day.day, tzinfo=BAKU).astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}+00'"
    params = {"from": instant(first), "to": instant(last + timedelta(1)), "first": f"DATE '{first}'", "last": f"DATE '{last}'", "line": "CAST(NULL AS VARCHAR)"}
    days = max((f.window_days for f in figures if f.window_days is not None), default=0)
    filled = lambda sql: re.sub(r"\$(from|to|first|last|line)\b", lambda m: params[m.group(1)], adapt(sql, used))
    # As with us, a figure that others are made of is worked out once a period.
    within = [f.name for f in figures if f.window_days is not None]
    parts = list(dict.fromkeys(inner for name in within for inner in Figure.made_of(name)))
    over_parts = lambda name: Figure.over(name, lambda inner: f"part_{inner}")
    text = lambda f: f.sql if f.window_days is None else f"SELECT * FROM part_{f.name}" if f.name in parts else over_parts(f.name)
    return {
        "period": period,
        "prepare": views("period", window(first, last, days), True, used) + [(f"part_{name}", f"CREATE TABLE period.part_{name} AS {filled(over_parts(name))}") for name in parts],
        "figures": [{"name": f.name, "schema": "whole" if f.window_days is None else "period", "sql": filled(text(f))} for f in figures],
    }


def plan(data: Path, periods: list, names=None, settings=()) -> tuple:
    """The plan, the adaptations that were needed, and the bytes of the files; `periods` are worked out one after the other."""
    used = {why for _, why in SETTINGS}
    figures = [Figure(name) for name in names or Figure.texts]
    setup, size = landed(data)
    setup += reference(data)
    setup += [f"CREATE TABLE {name} AS {sql}" for name, sql in written(used).items() if name in SETTLED]
    setup += ["CREATE SCHEMA whole"] + [sql for _, sql in views("whole", "", False, used)]
    return {
        "settings": [f"threads = {THREADS}", *(setting for setting, _ in SETTINGS), *settings],
        "setup": setup,
        "parts": [part(period, figures, used) for period in periods],
    }, sorted(used), size


def bear(data: Path, period: str) -> dict:
    """What Polars is given: the call events' files, the bounds, and the reference rows that its figures read."""
    first, last = bounds(period)
    days = max(Figure(name).window_days or 0 for name in Figure.texts)
    opens, closes = first - timedelta(days), last + timedelta(days)
    epoch_us = lambda day: int(datetime(day.year, day.month, day.day, tzinfo=BAKU).timestamp() * 1_000_000)
    return {
        "files": files(data, "call_events"),
        "window_months": [f"{opens:%Y-%m}", f"{closes:%Y-%m}"],
        "window_days": [str(opens), str(closes)],
        "from_us": epoch_us(first),
        "to_us": epoch_us(last + timedelta(1)),
        "last": str(last),
        "days": asked(data, f"SELECT day, entered, accept_ms, lost_short_ms FROM days WHERE day BETWEEN DATE '{opens}' AND DATE '{closes}'"),
        "live_days": asked(data, f"SELECT day, line, opens_minute, closes_minute FROM live_days WHERE day BETWEEN DATE '{opens}' AND DATE '{closes}'"),
        "ref_lines": asked(data, "SELECT * FROM ref_lines"),
        "ref_targets": asked(data, "SELECT * FROM ref_targets"),
    }
