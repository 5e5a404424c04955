#!/usr/bin/env python3
"""Files below a folder in which some words stand, as JSON: `holding.py FOLDER WORDS`. Parquet is read by DuckDB, all else as it lies there."""
import json
import sys
from pathlib import Path

import duckdb

folder, words = Path(sys.argv[1]), sys.argv[2]


def holds(path: Path) -> bool:
    if words.encode() in path.read_bytes():
        return True
    if path.suffix != ".parquet":
        return False
    # A value of bytes is told as text only where it is text.
    table = duckdb.read_parquet(str(path), hive_partitioning=False)
    # Times are no words.
    named = [f'"{name}"' for name, kind in zip(table.columns, table.types) if "TIME ZONE" not in str(kind)]
    rows = table.project(", ".join(named)).fetchall()
    return any(words in text(value) for row in rows for value in row)


def text(value) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict):
        return " ".join(text(member) for member in value.values())
    if isinstance(value, list):
        return " ".join(map(text, value))
    return str(value)


print(json.dumps(sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and holds(path)), ensure_ascii=False))
