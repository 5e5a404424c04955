"""The lake as others see it: deltalake and DuckDB read it, nothing of Meyar."""
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
from deltalake import DeltaTable

TABLES = {
    "calls.events": "call_events", "calls.audio": "audio_chunks", "surveys.responses": "survey_responses", "appeals.events": "appeals",
    "appeals.sheets": "application_sheets",
}


def rows(lake: Path, table: str) -> list[dict]:
    """All rows of a table, as its newest version has them."""
    if not (lake / table / "_delta_log").is_dir():
        return []
    files = [uri.removeprefix("file://") for uri in DeltaTable(str(lake / table)).file_uris()]
    if not files:
        return []
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        found = engine.sql("SELECT * FROM read_parquet(?, union_by_name = true, hive_partitioning = false)", params=[files])
        return found.to_arrow_table().to_pylist()


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
                    self.found.update(parquet.read_table(self.folder / add["path"], columns=[self.column])[self.column].to_pylist())
            self.next += 1
        return value in self.found
