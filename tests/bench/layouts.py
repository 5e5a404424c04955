#!/usr/bin/env python3
"""How the files of the call events should be written: KPI by structure and month over the same rows, laid out in one way after the other.

    tests/bench/layouts.py DATA            a data directory that `meyar simulate year 2024 --straight` filled; it is only read

Every layout is today's (properties() in pipeline/lake/src/files.rs) with one change, in a copy of its own; the copies (some 17 times the lake)
stand side by side in the folder for temporary files and are measured in turns, with nothing kept. CPU seconds count. The year comes with
each call's events side by side; a centre's lines interleave them, and "sorted by event_time" is how such a lake lies.

  MEYAR_BENCH_PERIOD (2024) · MEYAR_BENCH_LAYOUT_ROUNDS (3) runs of each · MEYAR_BENCH_LAYOUTS  only these, with commas between, beside today's
"""
import json
import os
import shutil
import sys
import tempfile
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import polars
from arro3.core import Schema, Table
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake

from answers import differences
from common import HERE, MEYAR, PYTHON, keep, median, say, spread, watched
from plan import THREADS, files, plan
from scale import FIGURE, PERIOD, counted, read_through, rows

MONTH = f"{PERIOD[:4]}-03"
ROUNDS = int(os.environ.get("MEYAR_BENCH_LAYOUT_ROUNDS", "3"))
TABLE = "call_events"
WAYS = {"year": f"ours, {PERIOD}", "month": f"ours, {MONTH}", "duckdb": f"DuckDB, {PERIOD}"}
read = partial(polars.read_parquet, glob=False, hive_partitioning=False)


class Layout(NamedTuple):
    """Files as the lander writes them today, but for what is said otherwise."""
    sort: str = ""
    row_group: int = 1 << 20
    statistics: str = "CHUNK"
    no_dictionary: tuple = ("event_id", "call_id", "event_time", "kafka_offset", "content_hash")
    codec: dict = {"compression": "ZSTD", "compression_level": 1}
    pieces: int = 1
    by_month: bool = False

    def properties(self) -> WriterProperties:
        column = partial(ColumnProperties, statistics_enabled=self.statistics)
        plain = {name: column(dictionary_enabled=False) for name in self.no_dictionary}
        plain["kafka_offset"] = column(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
        return WriterProperties(**self.codec, max_row_group_size=self.row_group, default_column_properties=column(), column_properties=plain)


TODAY = "as today"
LAYOUTS = {
    TODAY: Layout(),
    "the lake itself": None,  # Whether rewriting alone changes anything.
    "sorted by call_id": Layout(sort="call_id"),
    "sorted by event_time": Layout(sort="event_time"),
    "row groups of 64 k": Layout(row_group=1 << 16),
    "row groups of 128 k": Layout(row_group=1 << 17),
    "row groups of 1 M": Layout(row_group=1 << 20),  # Today's, and no file is so long: what it differs by is chance.
    "page statistics": Layout(statistics="PAGE"),
    "no statistics": Layout(statistics="NONE"),
    "a call_id dictionary": Layout(no_dictionary=tuple(c for c in Layout().no_dictionary if c != "call_id")),
    "LZ4": Layout(codec={"compression": "LZ4_RAW"}),
    "not compressed": Layout(codec={"compression": "UNCOMPRESSED"}),
    "zstd 3": Layout(codec={"compression": "ZSTD", "compression_level": 3}),
    "16 files for one": Layout(pieces=16),
    "one file a month": Layout(by_month=True),
}


def write(part: polars.DataFrame, fields: list, layout: Layout, file: Path) -> None:
    """One Parquet file, by the same writer that the lander has: deltalake's is parquet-rs, and takes a folder rather than a name."""
    plain = Table.from_arrow(part)
    table = Table.from_arrays([plain.column(f.name).cast(f.type) for f in fields], schema=Schema(fields))
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        write_deltalake(folder, table, writer_properties=layout.properties(), target_file_size=1 << 40)
        [made] = Path(folder).glob("*.parquet")
        made.rename(file)
    # Order is what some of the layouts are about.
    if not read(file).equals(part):
        raise SystemExit(f"layouts: {file} has other rows, or another order, than were given")


def added(part: polars.DataFrame, file: Path, model: dict) -> dict:
    """How the log tells of a file: bounds as statistics() in files.rs has them, times to the millisecond, the greatest rounded up."""
    stamp = lambda time: time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    least = {"event_time": stamp(part["event_time"].min()), "day": str(part["day"].min()), "revision": part["revision"].min()}
    most = {"event_time": stamp(part["event_time"].max() + timedelta(microseconds=999)), "day": str(part["day"].max()), "revision": part["revision"].max()}
    stats = {"numRecords": part.height, "minValues": least, "maxValues": most, "nullCount": dict.fromkeys(least, 0)}
    place = {"path": f"{file.parent.name}/{file.name}", "partitionValues": dict([file.parent.name.split("=")]), "size": file.stat().st_size}
    return {"add": model | place | {"stats": json.dumps(stats, separators=(",", ":"))}}


def rewrite(data: Path, layout: Layout, place: Path) -> None:
    """The call events of a lake as a table of one version at `place`."""
    logs = sorted((data / "lake" / TABLE / "_delta_log").glob("*.json"))
    newest = {kind: action for file in logs for line in file.read_text().splitlines() for kind, action in json.loads(line).items()}
    schema, groups = DeltaTable(str(data / "lake" / TABLE)).schema().to_arrow(), {}
    actions = [{kind: newest[kind]} for kind in ("protocol", "metaData")]
    # A file's name begins with the time that it was written.
    for file in sorted(Path(name) for name in files(data, TABLE)):
        groups.setdefault(file.parent if layout.by_month else file, []).append(file)
    for group in groups.values():
        whole = polars.concat(read(file) for file in group)
        whole = whole.sort(layout.sort, maintain_order=True) if layout.sort else whole
        folder = place / group[0].parent.name
        folder.mkdir(parents=True, exist_ok=True)
        for part in whole.iter_slices(-(-whole.height // layout.pieces)):
            file = folder / f"part-{len(actions):05}.parquet"
            write(part.rechunk(), [schema.field(name) for name in part.columns], layout, file)
            actions.append(added(part, file, newest["add"]))
    (place / "_delta_log").mkdir()
    (place / "_delta_log" / f"{0:020}.json").write_text("\n".join(json.dumps(action, ensure_ascii=False) for action in actions) + "\n")


def lay(data: Path, layout: Layout | None, copy: Path) -> dict:
    """A copy whose call events are written as the layout says; tells how many files and bytes that makes."""
    shutil.copytree(data / "lake", copy / "lake", ignore=shutil.ignore_patterns(TABLE) if layout else None)
    if layout:
        rewrite(data, layout, copy / "lake" / TABLE)
    (copy / "duckdb.json").write_text(json.dumps(plan(copy, [PERIOD], [FIGURE], [f"temp_directory = '{copy / 'spill'}'"])[0]))
    return {"files": len(files(copy, TABLE))} | counted(copy)


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    data, only = Path(sys.argv[1]).resolve(), os.environ.get("MEYAR_BENCH_LAYOUTS", "")
    chosen = [name for name in LAYOUTS if name == TODAY or not only or name in only.split(",")]
    told, runs, problems = {}, {}, []
    with tempfile.TemporaryDirectory(prefix="meyar-bench-layouts-") as folder:
        copies = {name: Path(folder) / name.replace(" ", "-") for name in chosen}
        for name in chosen:
            told[name] = lay(data, LAYOUTS[name], copies[name])
            say(f"layouts: {name}: {told[name]['calls']} calls, {told[name]['files']} files, {told[name]['bytes'] / 2**20:.1f} MiB")
        # Turn by turn, so that what else the machine does falls on all of them alike.
        for turn, (name, copy), way in product(range(ROUNDS), copies.items(), WAYS):
            ours = [MEYAR, "report", "figures", "--data", copy, "--period", MONTH if way == "month" else PERIOD, FIGURE]
            read_through(copy)
            shutil.rmtree(copy / "kept", ignore_errors=True)
            run = watched(*([PYTHON, HERE / "duck.py", copy / "duckdb.json"] if way == "duckdb" else ours), cores=THREADS)
            runs.setdefault((name, way), []).append(run)
            say(f"  {turn + 1}/{ROUNDS} {name:<22} {way:<7} {run.seconds:>7.2f} s, CPU {run.cpu_s:>6.2f} s, peak {run.peak_mib:.0f} MiB")
            if way == "duckdb":
                problems += differences(rows("ours", runs[TODAY, "year"][0].out), rows(way, run.out), f"DuckDB, {name}")[:3]
            elif run.out != runs[TODAY, way][0].out:
                problems.append(f"{name}, {way}: another answer than {TODAY}")
    for (name, way), of in runs.items():
        cpu = [run.cpu_s for run in of]
        told[name][way] = {"seconds": round(median([run.seconds for run in of]), 3), "cpu_s": round(median(cpu), 3), "cpu_spread": spread(cpu)}
        told[name][way]["relative"] = round(median(cpu) / median([run.cpu_s for run in runs[TODAY, way]]), 3)
    say(f"  {'':<22} {'files':>6} {'MiB':>7} " + "".join(f"| {words:^35}" for words in WAYS.values()))
    say(f"  {'':<22} {'':>6} {'':>7} " + f"| {'s':>6} {'CPU s':>6} {'spread':>11} {'to first':>8} " * len(WAYS))
    for name, of in told.items():
        cells = (f"| {t['seconds']:>6.2f} {t['cpu_s']:>6.2f} {t['cpu_spread']:>11} {t['relative']:>8.3f} " for t in (of[way] for way in WAYS))
        say(f"  {name:<22} {of['files']:>6} {of['bytes'] / 2**20:>7.1f} " + "".join(cells))
    for problem in problems:
        say(f"  DIFFERENT: {problem}")
    keep("layouts", {"program": str(MEYAR), "figure": FIGURE, "period": PERIOD, "month": MONTH, "rounds": ROUNDS, "layouts": told, "equal": not problems})
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
