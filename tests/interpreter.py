#!/usr/bin/env python3
"""Makes the Python environment of a folder's requirements.txt in the cache, if it is not there yet, and prints its interpreter.

    tests/interpreter.py tests/wire
"""
import os
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(sys.argv[1]).resolve()
CACHE = Path(os.environ.get("MEYAR_CACHE") or Path.home() / ".cache/meyar")
PLACE = CACHE / f"{FOLDER.name}-venv"
PYTHON = PLACE / "bin/python"

wanted = (FOLDER / "requirements.txt").read_text()
mark = PLACE / "made-from"
if not mark.exists() or mark.read_text() != wanted:
    venv.create(PLACE, with_pip=True, clear=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    subprocess.run([*pip, "-r", FOLDER / "requirements.txt"], check=True)
    mark.write_text(wanted)
print(PYTHON)
