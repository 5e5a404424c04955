#!/usr/bin/env python3
"""KPI by structure and month over lakes of growing size, against DuckDB: time, memory, and how both grow.

    tests/bench/scale.py DATA [DATA]…     filled data directories, the smallest first (1, 10, 100 million calls)

DuckDB has no limit of memory but its own (most of the machine's) and may spill to disk. It does the year whole, and again month by month; the
quicker way counts. Ours is told twice: with nothing kept (DATA/kept emptied), as DuckDB works, and with the calls kept. Polars says only the KPIs that need nothing but calls, so it is told beside them and is in no ratio.

  MEYAR_BENCH_PERIOD (2024) · MEYAR_BENCH_SCALE_ROUNDS (1) runs of each · MEYAR_BENCH_LIMIT_S (3600) after which one is ended
"""
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from answers import differences
from common import HERE, MEYAR, PYTHON, Process, keep, median, say, watched
from plan import THREADS, bear, files, plan

PERIOD = os.environ.get("MEYAR_BENCH_PERIOD", "2024")
ROUNDS = int(os.environ.get("MEYAR_BENCH_SCALE_ROUNDS", "1"))
LIMIT_S = float(os.environ.get("MEYAR_BENCH_LIMIT_S", "3600"))
FIGURE = "kpi_by_month"
OF_CALLS = ["kpi_accept_30s", "kpi_accept_total", "kpi_lost_gt10"]
GOAL_RATIO = 1.0
# A million calls of the largest lake may take this much more than one of the smallest.
LINEAR = 1.25
VERDICTS = {True: "MET", False: "MISSED", None: "NOT COMPARED"}


def months(period: str) -> list:
    return [f"{period}-{month:02}" for month in range(1, 13)] if len(period) == 4 else [period]


def counted(data: Path) -> dict:
    found = files(data, "call_events")
    events, calls = duckdb.sql(f"SELECT count(*), count(*) FILTER (WHERE kind = 'offered') FROM read_parquet({found!r})").fetchall()[0]
    return {"calls": calls, "events": events, "bytes": sum(Path(f).stat().st_size for f in found)}


def read_through(data: Path) -> None:
    """Whoever comes first would otherwise read the disk for the others."""
    for name in files(data, "call_events"):
        with open(name, "rb", buffering=0) as file:
            while file.read(1 << 24):
                pass


def ways(data: Path, folder: Path) -> dict:
    """Each way to the answer: its command and environment."""
    spill = folder / "spill"
    settings = [f"temp_directory = '{spill}'"]
    ours = ([MEYAR, "report", "figures", "--data", data, "--period", PERIOD, FIGURE], None)
    commands = {"ours": ours, "ours_kept": ours}
    for way, periods in (("duckdb_whole", [PERIOD]), ("duckdb_months", months(PERIOD))):
        file = folder / f"{way}.json"
        file.write_text(json.dumps(plan(data, periods, [FIGURE], settings)[0]))
        commands[way] = ([PYTHON, HERE / "duck.py", file], None)
    file = folder / "polars.json"
    file.write_text(json.dumps(bear(data, PERIOD)))
    commands["polars"] = ([PYTHON, HERE / "bear.py", file, *OF_CALLS], os.environ | {"POLARS_MAX_THREADS": str(THREADS)})
    return commands


def rows(way: str, out: str) -> list:
    told = json.loads(out)
    return told[FIGURE] if way.startswith("ours") else [row for part in told["parts"] for row in part["figures"][FIGURE]["rows"]]


def polars_rows(ours: list, out: str) -> list:
    """What Polars says otherwise of the KPIs that it knows."""
    theirs = {(name, row["month"], row["line"]): row for name, figure in json.loads(out)["figures"].items() for row in figure["rows"]}
    wanted = [row for row in ours if f"kpi_{row['kpi']}" in OF_CALLS and row.get("line")]
    match = [theirs.pop((f"kpi_{row['kpi']}", row["month"], row["line"]), {}) for row in wanted]
    pick = lambda row: {k: row.get(k) for k in ("line", "month", "numerator", "denominator")}
    return differences([pick(r) for r in wanted], [pick(r) for r in match], "Polars") + [f"only Polars has {key}" for key in theirs]


def measure(data: Path) -> dict:
    size = counted(data)
    say(f"scale: {data}: {size['calls']} calls, {size['events']} events, {size['bytes'] / 2**20:.0f} MiB of call events; {FIGURE} of {PERIOD}; {MEYAR}")
    runs: dict = {}
    with tempfile.TemporaryDirectory(prefix="meyar-bench-") as folder:
        commands = ways(data, Path(folder))
        for _ in range(ROUNDS):
            for way, (command, env) in commands.items():
                read_through(data)
                if way == "ours":
                    shutil.rmtree(data / "kept", ignore_errors=True)
                run = watched(*command, cores=THREADS, env=env, limit_s=LIMIT_S)
                runs.setdefault(way, []).append(run)
                if isinstance(run, str):
                    say(f"  {way:<14} FAILED: {run.splitlines()[-1]}")
                else:
                    say(f"  {way:<14} {run.seconds:>8.2f} s, CPU {run.cpu_s:.2f} s, peak {run.peak_mib:.0f} MiB")
    done = {way: [r for r in of_way if isinstance(r, Process)] for way, of_way in runs.items()}
    if not done["ours"]:
        raise SystemExit(f"bench: meyar failed over {data}: {runs['ours'][-1]}")
    ours = rows("ours", done["ours"][0].out)
    different = [line for way in ("ours_kept", "duckdb_whole", "duckdb_months") if done[way] for line in differences(ours, rows(way, done[way][0].out), way)]
    if done["polars"]:
        different += polars_rows(ours, done["polars"][0].out)
    for line in different[:6]:
        say(f"      {line}")
    told = {
        way: {"seconds": round(median([r.seconds for r in ended]), 3), "cpu_s": round(median([r.cpu_s for r in ended]), 2), "peak_mib": round(max(r.peak_mib for r in ended))}
        if ended else {"failed": runs[way][-1].splitlines()[-1]}
        for way, ended in done.items()
    }
    rivals = [way for way in ("duckdb_whole", "duckdb_months") if done[way]]
    best = min(rivals, key=lambda way: told[way]["seconds"], default=None)
    return size | {
        "data": str(data), "rows": len(ours), "ways": told, "duckdb_best": best,
        "ratio": round(told["ours"]["seconds"] / told[best]["seconds"], 3) if best else None,
        "ratio_kept": round(told["ours_kept"]["seconds"] / told[best]["seconds"], 3) if best and done["ours_kept"] else None,
        "ratio_cpu": round(told["ours"]["cpu_s"] / told[best]["cpu_s"], 3) if best else None,
        "s_per_million": {way: round(1e6 * t["seconds"] / size["calls"], 3) for way, t in told.items() if "seconds" in t},
        "equal": not different, "differences": different[:20],
    }


def goals(lakes: list) -> list:
    found = [{"goal": f"{lake['calls'] / 1e6:.1f} M calls, ours / DuckDB", "value": lake["ratio"], "met": None if lake["ratio"] is None else lake["ratio"] <= GOAL_RATIO} for lake in lakes]
    found += [{"goal": f"{lake['calls'] / 1e6:.1f} M calls, calls kept, ours / DuckDB", "value": lake["ratio_kept"], "met": None if lake["ratio_kept"] is None else lake["ratio_kept"] <= GOAL_RATIO} for lake in lakes]
    if len(lakes) > 1:
        first, last = (lake["s_per_million"]["ours"] for lake in (lakes[0], lakes[-1]))
        found.append({"goal": f"linear: a million calls of the largest lake takes at most {LINEAR} of one of the smallest", "value": round(last / first, 3), "met": last <= LINEAR * first})
    return found


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    lakes = [measure(Path(data).resolve()) for data in sys.argv[1:]]
    say(f"  {'calls':>12} {'events':>12} {'MiB':>8}  {'way':<14} {'seconds':>9} {'s/M calls':>9} {'CPU s':>9} {'peak MiB':>9}  ours / it")
    for lake in lakes:
        for way, t in lake["ways"].items():
            start = f"  {lake['calls']:>12} {lake['events']:>12} {lake['bytes'] / 2**20:>8.0f}  {way:<14}"
            if "failed" in t:
                say(f"{start} failed: {t['failed']}")
                continue
            ratio = f"{lake['ways']['ours']['seconds'] / t['seconds']:.2f}" if way.startswith("duckdb") else "(its part)" if way == "polars" else ""
            say(f"{start} {t['seconds']:>9.2f} {lake['s_per_million'][way]:>9.2f} {t['cpu_s']:>9.2f} {t['peak_mib']:>9}  {ratio}")
    if len(lakes) > 1:
        grew = [lakes[-1]["calls"] / lakes[0]["calls"], lakes[-1]["ways"]["ours"]["peak_mib"] / lakes[0]["ways"]["ours"]["peak_mib"]]
        say(f"  calls grew {grew[0]:.1f} times, our peak memory {grew[1]:.1f} times")
    told = goals(lakes)
    for g in told:
        value = "DuckDB or we failed" if g["value"] is None else f"{g['value']:.2f}"
        say(f"  {VERDICTS[g['met']]}: {g['goal']}: {value}")
    different = [lake["data"] for lake in lakes if not lake["equal"]]
    say(f"  figures {'DIFFERENT over ' + ', '.join(different) if different else 'equal'}")
    keep("scale", {"program": str(MEYAR), "figure": FIGURE, "period": PERIOD, "threads": THREADS, "lakes": lakes, "goals": told, "equal": not different})
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
