#!/usr/bin/env python3
"""Makes the clients' Python environment in the cache, if it is not there yet, and prints its interpreter."""
import os
import subprocess
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("MEYAR_CACHE") or Path.home() / ".cache/meyar")
PLACE = CACHE / "wire-venv"
PYTHON = PLACE / "bin/python"

wanted = (HERE / "requirements.txt").read_text()
mark = PLACE / "made-from"
if not mark.exists() or mark.read_text() != wanted:
    venv.create(PLACE, with_pip=True, clear=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
    mark.write_text(wanted)
print(PYTHON)
