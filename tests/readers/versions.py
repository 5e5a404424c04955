#!/usr/bin/env python3
"""Reads the surveys of the lake in MEYAR_LAKE, whose older files lack the columns of newer contracts, as docs/lake.md tells to; prints what each reader
found of a column that came later, as JSON."""
import json
import os

import duckdb
import polars as pl
from deltalake import DeltaTable

PLACE = os.environ["MEYAR_LAKE"] + "/survey_responses"
files = DeltaTable(PLACE).file_uris()
by_name = duckdb.read_parquet(files, union_by_name=True)
told = "SELECT event_id, revision, respondent, scale_min FROM {} ORDER BY event_id, revision"
pandas = DeltaTable(PLACE).to_pandas(columns=["event_id", "revision", "respondent", "scale_min"]).sort_values(["event_id", "revision"])
polars = pl.scan_delta(PLACE).select("event_id", "revision", "respondent", "scale_min").sort("event_id", "revision").collect()
print(json.dumps({
    "files": len(files),
    "duckdb": duckdb.sql(told.format("by_name")).fetchall(),
    "pandas": [[i, r, w if isinstance(w, str) else None, None if s != s else int(s)] for i, r, w, s in pandas.itertuples(index=False)],
    "polars": polars.rows(),
}))
