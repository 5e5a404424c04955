"""The lake as others see it: deltalake and DuckDB read it, nothing of Meyar."""
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
from deltalake import DeltaTable

TABLES = {
    "calls.events": "call_events", "calls.audio": "audio_chunks", "surveys.responses": "survey_responses", "appeals.events": "appeals",
    "appeals.sheets": "application_sheets", "systems.incidents": "incidents", "staff.sessions": "staff_sessions",
}


def files(lake: Path, table: str) -> list[str]:
    """The files of a table's newest version."""
    if not (lake / table / "_delta_log").is_dir():
        return []
    return [uri.removeprefix("file://") for uri in DeltaTable(str(lake / table)).file_uris()]


def rows(lake: Path, table: str) -> list[dict]:
    """All rows of a table, as its newest version has them."""
    return read(files(lake, table), "*").to_pylist()


def identities(some: list[str]) -> list[tuple]:
    return [tuple(row.values()) for row in read(some, "source, event_id, revision").to_pylist()]


def read(some: list[str], what: str):
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        if not some:
            return engine.sql("SELECT 1 WHERE false").to_arrow_table()
        return engine.sql(f"SELECT {what} FROM read_parquet(?, union_by_name = true, hive_partitioning = false)", params=[some]).to_arrow_table()


class Watch:
    """Whether a value has come into a column, looking only at what was committed since the last look."""

    def __init__(self, lake: Path, table: str, column: str):
        self.folder, self.column = lake / table, column
        self.next, self.found = 0, set()

    def has(self, value: str) -> bool:
        log = self.folder / "_delta_log"
        while (entry := log / f"{self.next:020}.json").is_file():
            for line in entry.read_text().splitlines():
                add = json.loads(line).get("add")
                # Files that upkeep joined bring nothing new.
                if add and add.get("dataChange", True):
                    self.found.update(self._values(add["path"]))
            self.next += 1
        return value in self.found

    def _values(self, path: str) -> list:
        try:
            return parquet.read_table(self.folder / path, columns=[self.column])[self.column].to_pylist()
        except FileNotFoundError:
            # It was joined with others, and swept: its rows are where the table now is.
            whole = read(files(self.folder.parent, self.folder.name), self.column)
            return whole[self.column].to_pylist()
