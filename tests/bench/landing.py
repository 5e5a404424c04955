#!/usr/bin/env python3
"""Landing: call events a second from a filled topic to committed Delta, against a bare consume loop with one Parquet file.

    tests/bench/landing.py kafka|embedded      kafka: the one that MEYAR_TEST_BROKERS names
"""
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from common import BENCH, EMBEDDED, MEYAR, ROUNDS, keep, median, run, say, spread, timed

EVENTS = int(os.environ.get("MEYAR_BENCH_EVENTS", "2000000"))
PREFIX = "bench."
LIMIT_S = 300
STAMP = re.compile(r"^(\S+Z)\s")


def added(log: Path, seen: dict) -> int:
    """Rows that the commits of a Delta log have added so far; `seen` remembers the commits that were read."""
    if log.is_dir():
        for entry in os.scandir(log):
            if entry.name.endswith(".json") and entry.name not in seen:
                rows = 0
                for line in Path(entry.path).read_text().splitlines():
                    add = json.loads(line).get("add")
                    rows += json.loads(add["stats"])["numRecords"] if add else 0
                seen[entry.name] = (rows, entry.stat().st_mtime)
    return sum(rows for rows, _ in seen.values())


def ours(brokers: str, events: int, folder: Path) -> dict:
    """`meyar run --stage lander` until the lake holds all events, then a clean stop."""
    log = folder / "lake/call_events/_delta_log"
    command = [MEYAR, "run", "--stage", "lander", "--data", folder, "--brokers", brokers, "--topic-prefix", PREFIX]
    environment = os.environ | {"RUST_LOG": "warn,meyar_stages=debug"}
    said = open(folder / "lander.log", "w")
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    process = subprocess.Popen([str(c) for c in command], stderr=said, stdout=subprocess.DEVNULL, env=environment)
    seen: dict = {}
    while (rows := added(log, seen)) < events:
        if process.poll() is not None or time.time() - begun > LIMIT_S:
            process.kill()
            raise SystemExit(f"bench: the lander stopped at {rows} of {events} rows; see {folder}/lander.log")
        time.sleep(0.02)
    done = max(at for _, at in seen.values())
    process.send_signal(signal.SIGTERM)
    if process.wait(60) != 0:
        raise SystemExit(f"bench: the lander did not stop well; see {folder}/lander.log")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if rows != events:
        raise SystemExit(f"bench: {rows} rows landed of {events} events")
    # Reading begins when the positions are given out; before that the process starts and joins its group.
    lines = (folder / "lander.log").read_text().splitlines()
    first = next(STAMP.match(line).group(1) for line in lines if "reading from" in line and "calls.events" in line)
    started = datetime.fromisoformat(first.replace("Z", "+00:00")).timestamp()
    files = list((folder / "lake/call_events").rglob("*.parquet"))
    return {
        "seconds": done - started,
        "start_s": started - begun,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "commits": sum(1 for rows, _ in seen.values() if rows),
        "bytes": sum(f.stat().st_size for f in files),
    }


def rival(brokers: str, events: int, folder: Path) -> dict:
    out, wall, cpu = timed(BENCH, "land", "--brokers", brokers, "--topic-prefix", PREFIX, "--out", folder / "rival.parquet")
    told = json.loads(out)
    if told["rows"] != events:
        raise SystemExit(f"bench: the rival read {told['rows']} of {events} events")
    return {"seconds": told["seconds"], "start_s": wall - told["seconds"], "cpu_s": cpu, "bytes": told["bytes"]}


def measure(brokers: str, name: str, wanted: int) -> None:
    filled = json.loads(run(BENCH, "fill", "--brokers", brokers, "--topic-prefix", PREFIX, "--events", wanted).stdout)
    events = filled["events"]
    say(f"landing: {events} events of {filled['value_bytes'] / events:.0f} bytes on {name}")
    sides: dict = {"ours": [], "rival": []}
    for number in range(ROUNDS):
        for side, measured in (("ours", ours), ("rival", rival)):
            with tempfile.TemporaryDirectory(prefix="meyar-bench-") as folder:
                sides[side].append(measured(brokers, events, Path(folder)))
            last = sides[side][-1]
            say(f"  {number + 1} {side:>5}: {events / last['seconds']:>8.0f} events/s, {last['seconds']:.2f} s + start {last['start_s']:.2f} s, CPU {last['cpu_s']:.2f} s")
    rates = {side: [events / r["seconds"] for r in runs] for side, runs in sides.items()}
    ours_rate, rival_rate = median(rates["ours"]), median(rates["rival"])
    keep(f"landing_{name}", {
        "events": events,
        "ours_events_per_s": round(ours_rate),
        "rival_events_per_s": round(rival_rate),
        "ratio": round(ours_rate / rival_rate, 3),
        "ours_spread": spread(rates["ours"]),
        "rival_spread": spread(rates["rival"]),
        "runs": sides,
    })


def embedded_broker(folder: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "broker.log", "w")
    process = subprocess.Popen([EMBEDDED, "--port", str(port), "--data", folder], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log)
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, f"127.0.0.1:{port}"
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise SystemExit(f"bench: the embedded broker did not start: {(folder / 'broker.log').read_text()[-500:]}")
            time.sleep(0.05)


def main() -> None:
    if sys.argv[1:] == ["kafka"]:
        measure(os.environ["MEYAR_TEST_BROKERS"], "kafka", EVENTS)
    elif sys.argv[1:] == ["embedded"]:
        with tempfile.TemporaryDirectory(prefix="meyar-bench-broker-") as folder:
            process, brokers = embedded_broker(Path(folder))
            try:
                # Filling it takes long: it acknowledges slowly.
                measure(brokers, "embedded", EVENTS // 40)
            finally:
                process.stdin.close()
                process.wait(10)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
