#!/usr/bin/env python3
"""Speaks the scripted calls of calls/*.toml into stereo µ-law telephone recordings.

    python3 voices.py --out DIR [--calls DIR] [CALL_ID ...]

Writes DIR/<call_id>.wav (channel 0 the representative, channel 1 the caller) and DIR/<call_id>.reference.json (what was
said when, the holds, what is expected of the evaluation). A call whose script, voice and program are unchanged is kept.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
INSIDE = "MEYAR_VOICES_INSIDE"


def main():
    options = _options()
    scripts = _scripts(options.calls, options.call_id)
    made_from = {script["call_id"]: _fingerprint(script) for script in scripts}
    stale = [script for script in scripts if not _fresh(options.out, script["call_id"], made_from[script["call_id"]])]
    if not stale:
        _tell(f"{len(scripts)} calls are up to date in {options.out}")
        return
    if INSIDE not in os.environ:
        # numpy and the voice live in an environment of their own; the rest of this program needs nothing.
        python = _environment(options.cache)
        os.execve(python, [str(python), __file__, *sys.argv[1:]], {**os.environ, INSIDE: "1"})

    import conversation  # needs numpy

    options.out.mkdir(parents=True, exist_ok=True)
    total_ms, started = 0, time.monotonic()
    for number, script in enumerate(stale, 1):
        sound, reference = conversation.speak(script)
        reference["made_from"] = made_from[script["call_id"]]
        reference["sha256"] = hashlib.sha256(sound).hexdigest()
        _write(options.out / f"{script['call_id']}.wav", sound)
        _write(options.out / f"{script['call_id']}.reference.json", _json(reference))
        total_ms += reference["audio_ms"]
        _tell(f"{number}/{len(stale)} {script['call_id']} {reference['audio_ms'] / 1000:.1f} s")
    _tell(f"{total_ms / 1000:.0f} s of audio spoken in {time.monotonic() - started:.0f} s")


def _options():
    parser = argparse.ArgumentParser(description="Speaks the scripted demo calls into telephone recordings.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .wav and .reference.json files")
    parser.add_argument("--calls", type=Path, default=HERE / "calls", help="folder of the scripts (default: %(default)s)")
    parser.add_argument("call_id", nargs="*", help="only these calls (default: all)")
    options = parser.parse_args()
    cache = os.environ.get("MEYAR_CACHE") or Path.home() / ".cache" / "meyar"
    options.cache = Path(cache) / "voices-venv"
    return options


def _scripts(folder, wanted):
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        _fail(f"{folder} has no *.toml scripts; give their folder with --calls")
    scripts = []
    for path in paths:
        try:
            script = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            _fail(f"{path}: {error}")
        if script.get("call_id") != path.stem:
            _fail(f"{path}: call_id `{script.get('call_id')}` must be the file's name, `{path.stem}`")
        if not wanted or path.stem in wanted:
            scripts.append(script)
    unknown = set(wanted) - {script["call_id"] for script in scripts}
    if unknown:
        _fail(f"no script for {', '.join(sorted(unknown))} in {folder}")
    return scripts


def _fingerprint(script):
    digest = hashlib.sha256(json.dumps(script, sort_keys=True, default=str).encode())
    for name in ("voices.py", "conversation.py", "speaker.py", "telephone.py", "requirements.txt"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def _fresh(out, call_id, made_from):
    try:
        reference = json.loads((out / f"{call_id}.reference.json").read_text(encoding="utf-8"))
        sound = (out / f"{call_id}.wav").read_bytes()
    except (OSError, ValueError):
        return False
    return reference.get("made_from") == made_from and reference.get("sha256") == hashlib.sha256(sound).hexdigest()


def _environment(folder):
    """A virtual environment that holds exactly the pinned requirements; made anew when they change."""
    python = folder / "bin" / "python3"
    # In the stamp: an environment whose Python is gone or was upgraded is made anew too.
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "made-from"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    _tell(f"installing the voice into {folder} (once, about 200 MB)")
    _run("python3 cannot make a virtual environment; apt-get install -y python3-venv",
         sys.executable, "-m", "venv", "--clear", str(folder))
    _run("the voice cannot be installed; check that PyPI is reached (pip config, proxy) and run again",
         str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
         "--require-hashes", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS))
    _write(stamp, wanted.encode())
    return python


def _run(remedy, *command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        _fail(f"{remedy} ({error})")
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        _fail(f"{remedy} ({lines[-1] if lines else f'exit {done.returncode}'})")


def _write(path, content):
    """Whole or not at all: an interrupted run leaves no half file."""
    half = path.with_name(path.name + ".half")
    half.write_bytes(content)
    half.replace(path)


def _json(value):
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _tell(text):
    print(f"voices: {text}", file=sys.stderr, flush=True)


def _fail(text):
    _tell(f"error: {text}")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        _fail("interrupted; run again to go on")
    except Exception as error:
        if type(error).__name__ in ("CannotSpeak", "BadScript") or isinstance(error, OSError):
            _fail(str(error))
        raise
