"""What the three benchmarks share: where things are, running things, medians, and the result file."""
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

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
