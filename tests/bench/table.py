#!/usr/bin/env python3
"""Begins bench.json with the machine's facts, and at the end prints its figures as a table (bench.md beside it)."""
import json
import os
import sys
from datetime import datetime, timezone

from common import RESULTS, keep, machine, say


# Agreed with the customer: landing through every check, against a loop that checks nothing.
FLOOR = 0.30


def broken(figures: dict) -> list:
    """What a run must not end well with."""
    told = []
    if (landed := figures.get("landing_kafka")) and landed["ratio"] < FLOOR:
        told.append(f"landing is {100 * landed['ratio']:.0f} % of the bare loop; the floor is {100 * FLOOR:.0f} %")
    if (report := figures.get("report")) and not report["equal"]:
        told.append(f"figures differ from DuckDB's: {', '.join(report['differences'])}")
    if (scale := figures.get("scale")) and not scale["equal"]:
        told.append("KPI by structure and month differs from DuckDB's")
    return told


def row(what: str, unit: str, ours, rival_name: str, rival, ratio: float, note: str) -> str:
    return f"| {what} | {ours} {unit} | {rival} {unit} ({rival_name}) | {100 * ratio:.0f} % | {note} |"


def lines(figures: dict) -> list:
    out = []
    for name, broker in (("landing_kafka", "Apache Kafka"), ("landing_embedded", "embedded broker")):
        if landed := figures.get(name):
            out.append(row(f"Landing, {broker}", "events/s", f"{landed['ours_events_per_s']:,}", "bare loop", f"{landed['rival_events_per_s']:,}", landed["ratio"], f"{landed['events']:,} call events; the bare loop neither validates, nor recognises repeats, nor commits positions"))
    for name, heard in figures.get("speech", {}).items():
        for side, rival in (("rival", "faster-whisper int8"), ("rival_batched", "the same, batched")):
            note = f"{heard['audio_s']:.0f} s of audio, one thread; WER {100 * heard['ours']['wer']:.1f} % against {100 * heard[side]['wer']:.1f} %"
            out.append(row(f"Speech, {name}", "s audio/CPU s", heard["ours"]["audio_s_per_cpu_s"], rival, heard[side]["audio_s_per_cpu_s"], heard[f"ratio_{side}"], note))
    return out


def against(what: str, unit: str, ours, rival_name: str, rival, ratio, goal: float | None, note: str) -> str:
    """A row of the reports: less is better."""
    state = "" if goal is None or ratio is None else f"≤ {goal:.1f}: {'met' if ratio <= goal else 'MISSED'}"
    return f"| {what} | {ours} {unit} | {rival} {unit} ({rival_name}) | {'–' if ratio is None else f'{ratio:.2f}'} | {state} | {note} |"


def reports(figures: dict) -> list:
    out = []
    if report := figures.get("report"):
        ours, duckdb, inside = report["processes"]["ours"], report["processes"]["duckdb"], report["inside"]
        equal = f"{report['cells']:,} cells, " + ("all equal" if report["equal"] else "DIFFERENT: " + ", ".join(report["differences"]))
        name = f"Figures of {report['period']}"
        out.append(against(f"{name}, whole process", "s", ours["process_s"], "DuckDB", duckdb["process_s"], report["ratios"]["process"], 1.0, f"{len(report['figures'])} figures, {report['rows']['events']:,} call events; {equal}"))
        out.append(against(f"{name}, CPU", "s", ours["cpu_s"], "DuckDB", duckdb["cpu_s"], report["ratios"]["cpu"], None, f"{report['threads']} threads"))
        out.append(against(f"{name}, peak memory", "MiB", ours["peak_mib"], "DuckDB", duckdb["peak_mib"], round(ours["peak_mib"] / duckdb["peak_mib"], 3), None, "the same processes"))
        for key, words in (("first_ms", "first time"), ("again_ms", "again")):
            ratio = report["ratios"]["inside_once" if key == "first_ms" else "inside_again"]
            note = "the ratio counts opening and putting the calls together too" if key == "first_ms" else "best of all runs"
            out.append(against(f"{name}, from within, {words}", "ms", inside["ours"][key], "DuckDB", inside["duckdb"][key], ratio, 1.0, note))
        bear, spoken = report["polars"], f"{len(report['polars']['figures'])} figures over calls that are put together"
        out.append(against(f"{name}, what Polars says", "ms", bear["ours_figures_ms"], "Polars", bear["figures_ms"], round(bear["ours_figures_ms"] / bear["figures_ms"], 3), None, f"{spoken}; Polars puts them together in {bear['calls_s']:.2f} s, with the columns of these figures alone"))
        if pdf := report["processes"].get("annual_pdf"):
            out.append(f"| Annual report as PDF | {pdf['process_s']} s | – | – | | {report['ratios']['annual_to_figures']:.2f} of the figures alone; peak {pdf['peak_mib']} MiB |")
    for lake in figures.get("scale", {}).get("lakes", []):
        ours, best = lake["ways"]["ours"], lake["ways"].get(lake["duckdb_best"] or "", {})
        way = {"duckdb_whole": "DuckDB", "duckdb_months": "DuckDB, month by month"}.get(lake["duckdb_best"], "DuckDB failed")
        note = f"{lake['events']:,} call events, {lake['bytes'] / 2**20:,.0f} MiB; {lake['s_per_million']['ours']:.2f} s a million calls; peak {ours['peak_mib']} MiB against {best.get('peak_mib', '–')} MiB" + ("" if lake["equal"] else "; DIFFERENT")
        out.append(against(f"KPI by structure and month, {lake['calls'] / 1e6:.1f} M calls", "s", ours["seconds"], way, best.get("seconds", "–"), lake["ratio"], 1.0, note))
    return out


def pages(figures: dict) -> list:
    """Pages under many people at once, against a file that the same server hands out."""
    if not (told := figures.get("pages")):
        return []
    out = ["", f"| Page, {told['people']} people at once | Without a pause, p50 / p95 | To the file | {told['reading_s']:.0f} s of reading between, p50 / p95 | To the file |", "| --- | --- | --- | --- | --- |"]
    for one in told["pages"]:
        busy, reading = one["busy"], one["reading"]
        failed = busy["failed"] + reading["failed"]
        name = one["page"] + (f" ({failed} FAILED)" if failed else "")
        out.append(f"| {name} | {busy['p50_ms']} / {busy['p95_ms']} ms | {busy['ratio_p50']} | {reading['p50_ms']} / {reading['p95_ms']} ms | {reading['ratio_p50']} |")
    return out


def missed(figures: dict) -> list:
    """Goals of the reports that were not reached; they are told, and do not fail the run."""
    return [f"{name}: {g['goal']}: {g['value']}" for name in ("report", "scale") for g in figures.get(name, {}).get("goals", []) if not g["met"]]


def main() -> None:
    if sys.argv[1:] == ["begin"]:
        keep("machine", machine() | {"begun": datetime.now(timezone.utc).isoformat(timespec="seconds")})
        return
    figures = json.loads((RESULTS / "bench.json").read_text())
    facts = figures["machine"]
    load = os.getloadavg()[0]
    text = [
        "| Benchmark | Meyar | Rival | Ours to theirs | Measured on |",
        "| --- | --- | --- | --- | --- |",
        *lines(figures),
        "",
        "| Report | Meyar | Rival | Ours / theirs | Goal | Measured on |",
        "| --- | --- | --- | --- | --- | --- |",
        *reports(figures),
        *pages(figures),
        "",
        *(f"Missed goal: {line}." for line in missed(figures)),
        "",
        f"{facts['cpu']}, {facts['cores']} cores, {facts['memory_gib']} GiB; medians, runs of both sides in turn. In the first table 100 % and more is at least as fast as the rival, in the second 1.00 and less.",
    ]
    (RESULTS / "bench.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))
    say(f"bench: load {facts['load_at_start']} before, {load:.2f} after; {RESULTS / 'bench.json'}")
    for problem in (problems := broken(figures)):
        say(f"bench: FAILED: {problem}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
