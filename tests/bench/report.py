#!/usr/bin/env python3
"""A period's report: every figure as one process, each figure from within, and the annual document, against DuckDB and Polars.

    tests/bench/report.py DATA [PERIOD]     DATA is a filled data directory; PERIOD is a year (2024) or a month (2024-03)

The same SQL over the same files, and the same answers: a cell that differs fails it. Ratios are ours / theirs: 1.0 and less is the goal.

Meyar keeps the calls that it has put together beside the lake (DATA/kept) until their events change. "first" is with that folder emptied, as
DuckDB always works; "kept" is any later run, as people meet it.
"""
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from answers import differences
from common import BENCH, HERE, MEYAR, PYTHON, ROUNDS, keep, median, say, spread, watched
from plan import THREADS, asked, bear, plan

PERIOD = "2024"
# Of one process, after the first time.
AGAIN = 4
GOAL_RATIO = 1.0
GOAL_YEAR_S = 1.0
ONE_POOL = os.environ | {"POLARS_MAX_THREADS": str(THREADS)}


def whole(data: Path, period: str, planned: Path, polars: Path) -> dict:
    """Runs of each side as a process, in turn."""
    sides: dict = {"ours": [], "kept": [], "duckdb": [], "polars": []}
    for _ in range(ROUNDS):
        shutil.rmtree(data / "kept", ignore_errors=True)
        for side in ("ours", "kept"):
            sides[side].append(watched(MEYAR, "report", "figures", "--data", data, "--period", period, cores=THREADS))
        sides["duckdb"].append(watched(PYTHON, HERE / "duck.py", planned, cores=THREADS))
        sides["polars"].append(watched(PYTHON, HERE / "bear.py", polars, cores=THREADS, env=ONE_POOL))
    return sides


def inside(data: Path, period: str, planned: Path) -> dict:
    sides: dict = {"ours": [], "duckdb": []}
    for _ in range(ROUNDS):
        ours = watched(BENCH, "report", "--lake", data / "lake", "--period", period, "--threads", THREADS, "--rounds", AGAIN, cores=THREADS)
        theirs = json.loads(watched(PYTHON, HERE / "duck.py", planned, "--rounds", AGAIN, cores=THREADS).out)
        sides["ours"].append(json.loads(ours.out))
        sides["duckdb"].append(theirs | theirs["parts"][0])
    return sides


def document(data: Path, year: str, folder: Path) -> list:
    """The annual report as PDF; whether it was drawn is seen by its first bytes."""
    runs = []
    for _ in range(ROUNDS):
        file = folder / "annual.pdf"
        runs.append(watched(MEYAR, "report", "annual", "--data", data, "--year", year, "--format", "pdf", "--lang", "az", "--out", file, cores=THREADS))
        if not file.read_bytes().startswith(b"%PDF"):
            raise SystemExit("bench: the annual report is no PDF")
    return runs


def prepared(run: dict) -> dict:
    """Seconds of what figures read together. Where a side does not tell it, it is in the time of the first figure that reads it."""
    told = run.get("prepare_s", {})
    return told if isinstance(told, dict) else {"all": told}


def times(sides: dict, names: list) -> dict:
    """Each figure's best times: other programs take the machine now and then, and only ever add."""
    best = lambda runs, name, of: round(1000 * min(of(r["figures"][name]["seconds"]) for r in runs), 2)
    return {
        name: {side: {"first_ms": best(runs, name, lambda s: s[0]), "again_ms": best(runs, name, lambda s: min(s[1:]))} for side, runs in sides.items()}
        for name in names
    }


def compared(ours: dict, theirs: dict, rival: str) -> dict:
    found = {name: differences(ours[name], figure["rows"], rival) for name, figure in theirs.items()}
    return {name: told for name, told in found.items() if told}


def summed(runs: list) -> dict:
    seconds = [r.seconds for r in runs]
    return {"process_s": round(median(seconds), 3), "best_s": round(min(seconds), 3), "spread": spread(seconds), "cpu_s": round(median([r.cpu_s for r in runs]), 2), "peak_mib": round(max(r.peak_mib for r in runs))}


def goal(words: str, value: float, limit: float) -> dict:
    return {"goal": words, "value": value, "met": value <= limit}


def main() -> None:
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    data, period = Path(sys.argv[1]).resolve(), (sys.argv[2:] or [PERIOD])[0]
    made, adaptations, size = plan(data, [period])
    counted = asked(data, "SELECT (SELECT count(*) FROM call_events) AS events, (SELECT count(*) FROM appeals) AS appeals, (SELECT count(*) FROM survey_responses) AS surveys, (SELECT count(*) FROM evaluations) AS evaluations")[0]
    names = [figure["name"] for figure in made["parts"][0]["figures"]]
    say(f"report: {period}, {len(names)} figures, {counted['events']} call events, {size / 2**20:.1f} MiB of Parquet, {THREADS} threads each; {MEYAR}")
    with tempfile.TemporaryDirectory(prefix="meyar-bench-") as folder:
        planned, polars = Path(folder) / "plan.json", Path(folder) / "polars.json"
        planned.write_text(json.dumps(made))
        polars.write_text(json.dumps(bear(data, period)))
        processes = whole(data, period, planned, polars)
        annual = document(data, period, Path(folder)) if len(period) == 4 else []
        within = inside(data, period, planned)
    ours = json.loads(processes["ours"][0].out)
    duckdb = json.loads(processes["duckdb"][0].out)
    if (threads := duckdb["threads"]) != THREADS:
        raise SystemExit(f"bench: DuckDB took {threads} threads, not {THREADS}")
    bears = [json.loads(run.out) for run in processes["polars"]]
    different = compared(ours, duckdb["parts"][0]["figures"], "DuckDB") | compared(ours, {name: {"rows": rows} for name, rows in json.loads(processes["kept"][0].out).items()}, "kept") | {f"{name} (Polars)": told for name, told in compared(ours, bears[0]["figures"], "Polars").items()}
    # What is timed from within must be what was compared.
    different |= {f"{name} (from within)": told for name, told in compared(ours, within["ours"][0]["figures"], "from within").items()}
    cells = sum(len(row) for rows in ours.values() for row in rows)
    figures = times(within, names)

    side = {name: summed(runs) for name, runs in processes.items()}
    total = {
        name: {
            "open_s": round(min(r["open_s"] for r in runs), 3),
            "prepare_s": round(min(sum(prepared(r).values()) for r in runs), 3),
            "prepared": {k: round(min(prepared(r)[k] for r in runs), 3) for k in prepared(runs[0]) if prepared(runs[0])[k] >= 0.001},
            "first_ms": round(sum(f[name]["first_ms"] for f in figures.values()), 1),
            "again_ms": round(sum(f[name]["again_ms"] for f in figures.values()), 1),
        }
        for name, runs in within.items()
    }
    once = lambda t: t["open_s"] + t["prepare_s"] + t["first_ms"] / 1000
    ratios = {
        "process": round(side["ours"]["process_s"] / side["duckdb"]["process_s"], 3),
        "process_kept": round(side["kept"]["process_s"] / side["duckdb"]["process_s"], 3),
        "cpu": round(side["ours"]["cpu_s"] / side["duckdb"]["cpu_s"], 3),
        "inside_once": round(once(total["ours"]) / once(total["duckdb"]), 3),
        "inside_again": round(total["ours"]["again_ms"] / total["duckdb"]["again_ms"], 3),
    }
    # Polars says fewer figures: its own sum is held against ours and DuckDB's of the same figures, each with putting the calls together.
    spoken = list(bears[0]["figures"])
    polars_told = {
        "calls_s": round(min(b["calls_s"] for b in bears), 3),
        "figures_ms": round(sum(1000 * min(b["figures"][n]["seconds"] for b in bears) for n in spoken), 1),
        "ours_figures_ms": round(sum(figures[n]["ours"]["again_ms"] for n in spoken), 1),
        "duckdb_figures_ms": round(sum(figures[n]["duckdb"]["again_ms"] for n in spoken), 1),
        "figures": spoken,
    }
    goals = [goal("every figure as a process, first, ours / DuckDB", ratios["process"], GOAL_RATIO), goal("every figure as a process, calls kept, ours / DuckDB", ratios["process_kept"], GOAL_RATIO), goal("figures again from within, ours / DuckDB", ratios["inside_again"], GOAL_RATIO)]
    if len(period) == 4:
        goals.append(goal("the year's figures as a process, calls kept, s", side["kept"]["process_s"], GOAL_YEAR_S))

    say(f"  {'figure':<30} {'ours first':>10} {'again':>8}   {'DuckDB first':>12} {'again':>8}   ours / DuckDB")
    for name, f in sorted(figures.items(), key=lambda item: item[1]["duckdb"]["again_ms"] - item[1]["ours"]["again_ms"]):
        state = "DIFFERENT" if name in different else "equal"
        say(f"  {name:<30} {f['ours']['first_ms']:>10.1f} {f['ours']['again_ms']:>8.1f}   {f['duckdb']['first_ms']:>12.1f} {f['duckdb']['again_ms']:>8.1f}   {f['ours']['again_ms'] / max(f['duckdb']['again_ms'], 0.01):>6.2f}  {state}, {len(ours[name])} rows")
    for name, told in different.items():
        say(f"  {name}: {len(told)} cells differ")
        for line in told[:6]:
            say(f"      {line}")
    for name, t in total.items():
        say(f"  from within, {name}: open {t['open_s']:.2f} s, prepare {t['prepare_s']:.2f} s {t['prepared']}, figures first {t['first_ms']:.0f} ms, again {t['again_ms']:.0f} ms")
    for name, s in side.items():
        what = f"{len(spoken)} figures" if name == "polars" else f"{len(names)} figures"
        say(f"  whole process, {name}: {what} in {s['process_s']:.2f} s ({s['spread']}), CPU {s['cpu_s']:.2f} s, peak {s['peak_mib']} MiB")
    say(f"  Polars' {len(spoken)} figures: calls {polars_told['calls_s']:.2f} s, figures {polars_told['figures_ms']:.0f} ms; the same of ours {polars_told['ours_figures_ms']:.0f} ms, of DuckDB {polars_told['duckdb_figures_ms']:.0f} ms")
    if annual:
        side["annual_pdf"] = summed(annual)
        ratios["annual_to_figures"] = round(side["annual_pdf"]["process_s"] / side["kept"]["process_s"], 3)
        s = side["annual_pdf"]
        say(f"  annual report as PDF: {s['process_s']:.2f} s ({s['spread']}), CPU {s['cpu_s']:.2f} s, peak {s['peak_mib']} MiB; {ratios['annual_to_figures']:.2f} of all our figures alone, calls kept (no rival draws it)")
    say(f"  {cells} cells, {'all equal' if not different else 'DIFFERENT: ' + ', '.join(different)}; ratios {ratios}")
    for g in goals:
        say(f"  {'MET' if g['met'] else 'MISSED'}: {g['goal']}: {g['value']:.2f}")
    keep("report", {
        "program": str(MEYAR), "period": period, "rows": counted, "parquet_bytes": size, "threads": THREADS, "cells": cells,
        "processes": side, "inside": total, "polars": polars_told, "ratios": ratios, "goals": goals,
        "equal": not different, "differences": different, "adaptations": adaptations, "figures": figures,
    })
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
