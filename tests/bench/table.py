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
    if report := figures.get("report"):
        note = f"{report['rows']['events']:,} call events; " + ("every figure equal" if report["equal"] else "DIFFERENT: " + ", ".join(report["differences"]))
        out.append(row("Month report, whole process", "s", report["ours_process_s"], "DuckDB", report["rival_process_s"], report["ratio_process"], note))
        for which, text in (("first", "first time"), ("again", "again")):
            key = f"{which}_ms"
            out.append(row(f"Month report, queries, {text}", "ms", report["ours_queries_ms"][key], "DuckDB", report["rival_queries_ms"][key], report[f"ratio_queries_{which}"], f"{report['threads']} threads"))
    return out


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
        f"{facts['cpu']}, {facts['cores']} cores, {facts['memory_gib']} GiB; medians, runs of both sides in turn. 100 % and more: at least as fast as the rival.",
    ]
    (RESULTS / "bench.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))
    say(f"bench: load {facts['load_at_start']} before, {load:.2f} after; {RESULTS / 'bench.json'}")
    for problem in (problems := broken(figures)):
        say(f"bench: FAILED: {problem}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
