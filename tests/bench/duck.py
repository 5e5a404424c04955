"""The report's rival: DuckDB over the same Parquet files, with the same SQL.

As a program it is the whole process that `meyar report summary` is held against:

    duck.py plan.json [--rounds N]      prints {"open_s", "figures": {name: {"rows", "seconds"}}}

The plan (made by report.py, outside the measured time) tells the files of each table, the reference rows and the SQL.
"""
import json
import sys
import time

import duckdb


def connect(plan: dict) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET threads = {plan['threads']}; SET TimeZone = 'UTC'")
    for statement in plan["setup"]:
        connection.execute(statement)
    return connection


def main() -> None:
    plan = json.load(open(sys.argv[1]))
    rounds = int(sys.argv[3]) if sys.argv[2:3] == ["--rounds"] else 0
    begun = time.perf_counter()
    connection = connect(plan)
    open_s = time.perf_counter() - begun
    told = {}
    for figure in plan["figures"]:
        seconds, rows = [], []
        for _ in range(rounds + 1):
            begun = time.perf_counter()
            for statement in figure["views"]:
                connection.execute(statement)
            answer = connection.execute(figure["sql"])
            names = [column[0] for column in answer.description]
            rows = [dict(zip(names, row)) for row in answer.fetchall()]
            seconds.append(time.perf_counter() - begun)
        told[figure["name"]] = {"rows": rows, "seconds": seconds}
    print(json.dumps({"open_s": open_s, "figures": told}, default=str))


if __name__ == "__main__":
    main()
