"""What faults share: moments, waits, the program with failpoints, another clock."""
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

PROGRAM = os.environ.get("MEYAR_CHAOS_BIN", "")
CLOCK = Path(__file__).with_name("clock.c")


class Missing(Exception):
    """A fault that cannot be had here."""


class Broken(Exception):
    """A fault met what may never be."""


def soon(dice, most_s: float = 0.5) -> None:
    """A moment that nothing is in step with."""
    time.sleep(dice.uniform(0, most_s))


def until(condition, within_s: float) -> bool:
    limit = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.03)
    return True


def program() -> str:
    if not Path(PROGRAM).is_file():
        raise Missing(f"there is no program with failpoints at {PROGRAM or 'MEYAR_CHAOS_BIN'}")
    return PROGRAM


def another_clock(world, hand: Path) -> dict[str, str]:
    """The environment of a process whose wall clock is ahead by the seconds that stand in a file; its monotonic clock goes on."""
    shim = world.folder / "clock.so"
    if not shim.exists():
        if not shutil.which("cc"):
            raise Missing("there is no C compiler to build clock.c with")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, CLOCK], check=True)
    set_clock(hand, 0)
    return {"LD_PRELOAD": str(shim), "CHAOS_CLOCK": str(hand)}


def set_clock(hand: Path, ahead_s: int) -> None:
    # In place: a process may have the file mapped.
    with open(hand, "r+b" if hand.exists() else "wb") as file:
        file.write(struct.pack("=q", ahead_s))


class Said:
    """What a process has written into its log since."""

    def __init__(self, log: Path):
        self.log, self.from_ = log, log.stat().st_size if log.exists() else 0

    def __contains__(self, words: str) -> bool:
        with open(self.log, "rb") as file:
            file.seek(self.from_)
            return words.encode() in file.read()
