"""The busiest hour of a centre's year, as `meyar simulate` tells it: the hour of the year in which most calls are offered.

Kept in the cache under the hash of what it is made of; MEYAR_CHAOS_YEAR names another year (2024).
"""
import collections
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
YEAR = os.environ.get("MEYAR_CHAOS_YEAR", "2024")
HOUR_S = 3_600


class Told(NamedTuple):
    after_s: float
    subject: str
    event: dict  # structured: id, source, type, time, dataschema, revision, data


def hour() -> list[Told]:
    """All events of the calls that were offered in it, and what else was told in it; by the seconds since it began."""
    cache = Path(os.environ["MEYAR_CACHE"]) / f"peak-{YEAR}-{made_of()}.jsonl"
    if not cache.exists():
        with tempfile.TemporaryDirectory(dir=os.environ["MEYAR_RESULTS"]) as folder:
            subprocess.run([os.environ["MEYAR_BIN"], "simulate", "year", YEAR, "--out", f"{folder}/year", "--data", f"{folder}/data"], check=True, stdout=subprocess.DEVNULL)
            part = Path(folder) / "part"
            with open(part, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(told, ensure_ascii=False) + "\n" for told in busiest(Path(folder) / "year"))
            shutil.move(part, cache)
    with open(cache, encoding="utf-8") as file:
        return [Told(*json.loads(line)) for line in file]


def made_of() -> str:
    sources = [*(ROOT / "schemas/marginals").glob("*.json"), *(ROOT / "schemas/reference").glob("*.toml"), *(ROOT / "pipeline/intake/src").rglob("*.rs")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted([*sources, Path(__file__)]))).hexdigest()[:12]


def busiest(year: Path) -> list[Told]:
    offered = collections.Counter()
    with open(year / "calls.events.jsonl", encoding="utf-8") as file:
        for line in file:
            if '"kind":"offered"' in line:
                offered[time_of(line)[:13]] += 1
    begin, _ = max(offered.items(), key=lambda found: (found[1], found[0]))
    first, found, calls = datetime.fromisoformat(begin + ":00:00+00:00"), [], set()
    for path in sorted(year.glob("*.jsonl"), key=lambda path: path.name != "calls.events.jsonl"):
        with open(path, encoding="utf-8") as file:
            for line in file:
                # A call is told to its end, and by all that was told of it within some hours.
                if not begin[:10] == (time := time_of(line))[:10] or time < begin:
                    continue
                event = json.loads(line)
                call = event["data"].get("call_id")
                if event["data"].get("kind") == "offered" and time.startswith(begin):
                    calls.add(call)
                if call in calls or (call is None and time.startswith(begin)):
                    found.append(Told((datetime.fromisoformat(event["time"]) - first).total_seconds(), path.name.removesuffix(".jsonl"), event))
    return sorted(found, key=lambda told: told.after_s)


def time_of(line: str) -> str:
    """RFC 3339 in UTC, cut out: a year is millions of lines."""
    at = line.index('"time":"') + 8
    return line[at:line.index('"', at)]


def main() -> int:
    told = hour()
    calls = sum(t.event["data"].get("kind") == "offered" for t in told)
    print(f"{told[0].event['time'][:13]} UTC: {calls} calls offered, {dict(collections.Counter(t.subject for t in told))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
