#!/usr/bin/env python3
"""An hour at twice the busiest hour of the year, nothing failing: memory stays flat, nobody falls behind, and all that was told is in the lake.

    tests/chaos/soak.py [MINUTES] [TIMES]      60 and 2 by default; MEYAR_CHAOS_BROKER (kafka)

The curve goes to $MEYAR_RESULTS/soak.svg, the samples to soak.json. Exit 1 when a bound below is broken or the lake is not what was told.
"""
import json
import math
import os
import shutil
import signal
import statistics
import sys
import threading
import time
from pathlib import Path

import curve
from load import Load
from verify import Check
from world import PLAIN, STAGES, World

RESULTS = Path(os.environ["MEYAR_RESULTS"])
SAMPLE_S, MARKER_PATIENCE_S = 5, 120
# Over the last two thirds a stage may grow by so much, and by the key that the lander keeps of each message (docs/delivery.md); what the recorder
# holds is the sound of the calls that are open.
MOST_GROWTH_MIB, KEY_BYTES = 32, 40
# A stage may have to read what was told in the last so many seconds; the evaluator waits for a call's facts, up to 25 s.
BEHIND_S = {"recorder": 20, "transcriber": 60, "evaluator": 90, "lander": 20}
# So long until a fresh call is in the lake.
MOST_AGE_S, USUAL_AGE_S = 20, 4
# And until what was heard of one is evaluated: half of them have no telephony, which is waited for, for 20 s.
MOST_HEARD_S, USUAL_HEARD_S = 90, 30
DRAIN_S = 300
# Production's own settings; one thread for speech leaves the others a core.
TUNING, ENVIRONMENT = ["--speech-threads", "1"], PLAIN | {name: value for name, value in os.environ.items() if name.startswith("MEYAR_KAFKA_")}


class Fresh(threading.Thread):
    """One fresh call after another, and how long each took until it was in a table."""

    def __init__(self, world: World, table: str, tell, every_s: float):
        super().__init__(name=f"fresh-{table}", daemon=True)
        self.world, self.table, self.tell, self.every_s = world, table, tell, every_s
        self.ages, self.waiting_since, self.ended = [], None, threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            self.waiting_since, marker = time.monotonic(), self.tell()
            while not self.world.landed(self.table, marker) and self.age() < MARKER_PATIENCE_S:
                time.sleep(0.05)
            self.ages.append(self.age())
            self.ended.wait(max(0.0, self.every_s - self.age()))

    def age(self) -> float:
        return time.monotonic() - (self.waiting_since or time.monotonic())

    def last(self) -> float:
        return self.ages[-1] if self.ages else 0.0


def sample(world: World, load: Load, fresh: Fresh, heard: Fresh) -> dict:
    load.note()
    open_s = load.open_s()
    behind = {stage: within + (open_s if stage == "recorder" else 0) for stage, within in BEHIND_S.items()}
    # Every recording is a transcript and an evaluation later, and all three land.
    told = {"recorder": "chunks", "transcriber": "recorded", "evaluator": "recorded", "lander": "messages"}
    bound = {stage: load.since(within, told[stage]) + (3 * load.since(within, "recorded") if stage == "lander" else 0) + 20 for stage, within in behind.items()}
    return {
        "rss_mib": {stage: round(world.keepers[stage].memory_mib(), 1) for stage in STAGES},
        "lag": {stage: world.lag(stage, topics) for stage, topics in STAGES.items()}, "bound": bound,
        "age_s": round(fresh.last(), 2), "heard_s": round(heard.last(), 2), "open_calls": len(load.open), "open_mib": round(load.open_mib(), 1), **load.told,
    }


def slope(times_s: list[float], values: list[float]) -> float:
    """Least squares, a second."""
    if len(times_s) < 2:
        return 0.0
    return statistics.linear_regression(times_s, values).slope


def judged(samples: list[dict], ages: list[float], heard: list[float], ends: int) -> list[str]:
    wrong = [f"a stage ended, {ends} times"] if ends else []
    late = samples[len(samples) // 3:]
    times = [s["t"] for s in late]
    told = late[-1]["messages"] - late[0]["messages"]
    for stage in STAGES:
        held = [s["open_mib"] for s in late] if stage == "recorder" else [0.0]
        most = MOST_GROWTH_MIB + (KEY_BYTES * told / 2**20 if stage == "lander" else 0) + max(held) - min(held)
        grown = slope(times, [s["rss_mib"][stage] for s in late]) * (times[-1] - times[0])
        print(f"soak: {stage:12} {late[-1]['rss_mib'][stage]:6.0f} MiB, {grown:+6.1f} over the last {(times[-1] - times[0]) / 60:.1f} min (at most {most:.0f}), behind by {max(s['lag'][stage] for s in samples)} at most")
        if grown > most:
            wrong.append(f"{stage} grew by {grown:.0f} MiB, at most {most:.0f} were due")
        # One sample may fall into a rebalance or a commit; two in a row do not.
        over = [a["lag"][stage] > a["bound"][stage] and b["lag"][stage] > b["bound"][stage] for a, b in zip(samples, samples[1:])]
        if any(over):
            at = samples[over.index(True)]
            wrong.append(f"{stage} was behind by {at['lag'][stage]} at {at['t']:.0f} s, {at['bound'][stage]} were due")
    for what, found, usual, most in (("calls landed", ages, USUAL_AGE_S, MOST_AGE_S), ("sound was evaluated", heard, USUAL_HEARD_S, MOST_HEARD_S)):
        middle, worst = statistics.median(found or [math.inf]), max(found, default=math.inf)
        print(f"soak: fresh {what} after {middle:.1f} s in the middle, {worst:.1f} s at most")
        if middle > usual or worst > most:
            wrong.append(f"fresh {what} after {middle:.1f} s in the middle and {worst:.1f} s at most; {usual} and {most} are due")
    return wrong


def shown(samples: list[dict], title: str) -> None:
    panels = [
        curve.Panel("Resident memory", "MiB", {stage: [s["rss_mib"][stage] for s in samples] for stage in STAGES}),
        curve.Panel("Still to be read", "messages", {stage: [s["lag"][stage] for s in samples] for stage in STAGES if stage != "recorder"}),
        curve.Panel("The recorder, which commits past a call at its end", "chunks", {what: [s[what]["recorder"] for s in samples] for what in ("lag", "bound")}),
        curve.Panel("A fresh call until it is in the lake", "s", {"events": [s["age_s"] for s in samples]}),
        curve.Panel("Its sound until it is evaluated in the lake", "s", {"evaluation": [s["heard_s"] for s in samples]}),
        curve.Panel("Load", "calls, MiB", {"talking": [s["open_calls"] for s in samples], "open sound": [s["open_mib"] for s in samples]}),
    ]
    (RESULTS / "soak.svg").write_text(curve.svg(title, [s["t"] for s in samples], panels))
    (RESULTS / "soak.json").write_text(json.dumps({"title": title, "samples": samples}) + "\n")
    print(curve.text(panels) + f"\nsoak: the curve is {RESULTS / 'soak.svg'}", flush=True)


def main() -> int:
    minutes, times = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0, int(sys.argv[2]) if len(sys.argv) > 2 else 2
    kind = os.environ.get("MEYAR_CHAOS_BROKER", "kafka")
    folder = RESULTS / "chaos" / f"soak-{kind}"
    shutil.rmtree(folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("soak: ended by SIGTERM"))
    world, samples, wrong = World(kind, folder, "soak", "k", tuning=TUNING, environment=ENVIRONMENT, own_disk=False), [], ["it did not come to its end"]
    try:
        load, oracle = Load(world.oracle, minutes * 60, times), world.oracle
        fresh, heard = Fresh(world, "call_events", oracle.marker, SAMPLE_S), Fresh(world, "evaluations", load.sound_marker, 2 * SAMPLE_S)
        title = f"{minutes:g} min at {times} × the busiest hour of the year ({load.peak}): {load.rates['calls']} calls and {load.rates['events']} events an hour, on {kind}"
        print(f"soak: {title}", flush=True)
        # A speech model is loaded before the clock starts.
        first = world.oracle.sound_marker()
        while not world.landed("evaluations", first):
            time.sleep(0.2)
        begun = time.monotonic()
        for thread in (load, fresh, heard):
            thread.start()
        while not load.last_told.wait(SAMPLE_S):
            samples.append({"t": round(time.monotonic() - begun, 1)} | sample(world, load, fresh, heard))
            if len(samples) % 12 == 0:
                now = samples[-1]
                print(f"soak: {now['t'] / 60:5.1f} min  {now['open_calls']} talk, {now['messages']} told, MiB {now['rss_mib']}, lag {now['lag']}, a fresh call {now['age_s']} s", flush=True)
        for thread in (fresh, heard):
            thread.ended.set()
            thread.join(MARKER_PATIENCE_S)
        if load.failed:
            raise load.failed
        # While people hang up all at once nothing is judged; then all must be read.
        samples = [s for s in samples if s["t"] < minutes * 60]
        shown(samples, title)
        wrong = judged(samples, fresh.ages, heard.ages, sum(len(keeper.ends) for keeper in world.keepers.values()))
        if not world.oracle.pause():
            wrong.append(f"{len(world.oracle.open)} messages are not acknowledged")
        drained = time.monotonic()
        if late := world.wait_until_done(DRAIN_S):
            wrong.append(late)
        check = Check(folder)
        found = check.run()
        print(f"soak: all read after {time.monotonic() - drained:.0f} s; held against the journal: {dict(check.counts)}, " + ", ".join(f"{word} {sum(w.what == word for w in found)}" for word in ("lost", "twice", "altered")))
        wrong += [f"{w.what}: {w.where} {w.ident}: {w.why}" for w in found[:20]]
    finally:
        for what in wrong:
            print(f"  WRONG {what}", flush=True)
        world.close(keep=bool(wrong or os.environ.get("MEYAR_CHAOS_KEEP")))
    print(f"soak: {'FAILED' if wrong else 'passed'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
