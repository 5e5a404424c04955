"""The reports' rival: DuckDB over the same Parquet files, with the same SQL.

As a program it is the whole process that `meyar report figures` is held against:

    duck.py plan.json [--rounds N]

It prints {"open_s", "parts": [{"period", "prepare_s": {name: seconds}, "figures": {name: {"rows", "seconds"}}}]}.
The plan (plan.py) tells the files of each table, the reference rows and the SQL.
"""
import json
import sys
import time

import duckdb


def connect(plan: dict) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for setting in plan["settings"]:
        connection.execute(f"SET {setting}")
    for statement in plan["setup"]:
        connection.execute(statement)
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, part: dict) -> dict:
    """A period's views, and the tables of it that every figure reads: seconds of each."""
    connection.execute("DROP SCHEMA IF EXISTS period CASCADE")
    connection.execute("CREATE SCHEMA period")
    connection.execute("SET search_path = 'period,main'")
    seconds = {}
    for name, statement in part["prepare"]:
        begun = time.perf_counter()
        connection.execute(statement)
        seconds[name] = time.perf_counter() - begun
    return seconds


def answer(connection: duckdb.DuckDBPyConnection, figure: dict, rounds: int) -> dict:
    connection.execute(f"SET search_path = '{figure['schema']},main'")
    seconds, rows = [], []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        answered = connection.execute(figure["sql"])
        names = [column[0] for column in answered.description]
        rows = [dict(zip(names, row)) for row in answered.fetchall()]
        seconds.append(time.perf_counter() - begun)
    return {"rows": rows, "seconds": seconds}


def main() -> None:
    plan = json.load(open(sys.argv[1]))
    rounds = int(sys.argv[3]) if sys.argv[2:3] == ["--rounds"] else 0
    begun = time.perf_counter()
    connection = connect(plan)
    told = {"open_s": time.perf_counter() - begun, "threads": connection.execute("SELECT current_setting('threads')").fetchone()[0], "parts": []}
    for part in plan["parts"]:
        prepared = prepare(connection, part)
        figures = {figure["name"]: answer(connection, figure, rounds) for figure in part["figures"]}
        told["parts"].append({"period": part["period"], "prepare_s": prepared, "figures": figures})
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
