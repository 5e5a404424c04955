"""What the benchmarks share: where things are, running things, medians, and the result file."""
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("MEYAR_CACHE", Path.home() / ".cache/meyar"))
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "target"))
RESULTS = Path(os.environ.get("MEYAR_RESULTS", CACHE / "results"))
MEYAR = Path(os.environ.get("MEYAR_BIN", TARGET / "debug/meyar"))
BENCH = MEYAR.parent / "meyar-bench-rival"
EMBEDDED = Path(os.environ.get("MEYAR_EMBEDDED_BROKER", TARGET / "embedded/debug/meyar-embedded-broker"))
PYTHON = CACHE / "bench-venv/bin/python"
ROUNDS = int(os.environ.get("MEYAR_BENCH_ROUNDS", "3"))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def median(numbers) -> float:
    return statistics.median(numbers)


def spread(numbers) -> str:
    """The lowest and the highest, so that a reader sees how steady the figure is."""
    return f"{min(numbers):.3g}–{max(numbers):.3g}"


def run(*command, **options) -> subprocess.CompletedProcess:
    """Runs to the end; a failure ends the benchmark with what the command said."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"bench: {Path(str(command[0])).name} failed: {done.stderr.strip()[-2000:]}")
    return done


def timed(*command, **options):
    """A process from start to end: its output, wall seconds and CPU seconds."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = run(*command, **options)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, wall, cpu


class Process(NamedTuple):
    out: str
    seconds: float
    cpu_s: float
    peak_mib: float


def watched(*command, cores: int, limit_s: float | None = None, env: dict | None = None) -> Process | str:
    """A process from start to end on so many cores: its output, wall and CPU seconds, and the most memory that it held.

    With a limit it may fail or be ended: then what it said.
    """
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        begun = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=said, env=env, preexec_fn=lambda: os.sched_setaffinity(0, chosen))
        clock = threading.Timer(limit_s or 0, child.kill)
        if limit_s:
            clock.start()
        _, status, used = os.wait4(child.pid, 0)
        clock.cancel()
        seconds, child.returncode = time.monotonic() - begun, os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        words = said.read().decode(errors="replace").strip()[-2000:]
        if child.returncode != 0 and limit_s:
            return f"did not end within {limit_s:.0f} s" if seconds >= limit_s else words or f"was ended by {child.returncode}"
        if child.returncode != 0:
            raise SystemExit(f"bench: {Path(str(command[0])).name} failed ({child.returncode}): {words}")
        return Process(out.read().decode(), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def machine() -> dict:
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def keep(name: str, figures: dict) -> None:
    """Writes one benchmark's figures into bench.json beside those that are there."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / "bench.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[name] = figures
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
