"""`meyar maintain` beside all that runs: cut at any point of it, and while DuckDB reads the lake again and again.

It keeps what it replaced for days; its clock is told ahead, so that the days are seconds here.
"""
import collections
import signal
import subprocess
import threading
import time

import lake
from moments import Broken, another_clock, program, set_clock
from world import ENVIRONMENT, MEYAR, dies_with_us

POINTS = ["upkeep.join.before", "upkeep.join.after", "upkeep.sweep.after", "upkeep.checkpoint.after"]
# Longer than a read of the lake takes here, and than a file of the lander waits for its commit.
KEEP_S, READ_S = 6, 14
TABLES = [*lake.TABLES.values(), "recordings", "transcripts", "evaluations", "dead_letters"]


def maintain(world, *args: str, which: str = MEYAR, **environment: str) -> subprocess.Popen:
    command = [which, "maintain", "--data", str(world.store), *args]
    log = open(world.folder / "maintain.log", "a+")
    log.write(f"── {' '.join(command)} {environment}\n")
    log.flush()
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=ENVIRONMENT | environment, cwd="/tmp", preexec_fn=dies_with_us)


def sweeping(world) -> dict[str, str]:
    hand = world.folder / "upkeep-clock"
    environment = another_clock(world, hand)
    set_clock(hand, 86_400 - KEEP_S)
    return environment


def joined_by(process: subprocess.Popen, what: str) -> int:
    """Files that it joined."""
    out, _ = process.communicate(timeout=60)
    if process.returncode:
        raise Broken(f"{what} ended with {process.returncode}, told in maintain.log")
    return sum(int(line.split()[1]) for line in out.splitlines())


def stored(world) -> set:
    return {path for path in (world.store / "lake").rglob("*.parquet") if "_delta_log" not in path.parts}


class Reader:
    """Every read must have each row once, and whatever an earlier read had."""

    def __init__(self, world):
        self.lake, self.before = world.store / "lake", collections.defaultdict(set)

    def read(self, pause_s: float = 0) -> None:
        for table in TABLES:
            files, begun = lake.files(self.lake, table), time.monotonic()
            time.sleep(pause_s)
            try:
                rows = lake.identities(files)
            except Exception as error:
                # Whoever reads for longer than is kept was told so; the machine may have stood still.
                if time.monotonic() - begun < KEEP_S:
                    raise Broken(f"{table} could not be read {time.monotonic() - begun:.1f} s after its files were told: {error}") from error
                continue
            found = set(rows)
            if len(found) != len(rows):
                raise Broken(f"{table} has rows twice: {[row for row, n in collections.Counter(rows).items() if n > 1][:3]}")
            if gone := self.before[table] - found:
                raise Broken(f"{table} has lost {len(gone)} rows that were read before: {sorted(gone)[:3]}")
            self.before[table] = found


def end_the_hour(world) -> None:
    """The mark of a joiner that died is void when its hour ends. Others would wait for that, and the store's clock cannot be told ahead."""
    for mark in (world.store / "lake").glob("*/_joining/slot-*"):
        mark.unlink()


def cut(world, dice) -> str:
    """It ends like a power cut at a point of its own or at a moment that nothing is in step with; the next one finds a whole lake."""
    reader, point, good = Reader(world), dice.choice([*POINTS, None, None]), dice.randrange(6)
    reader.read()
    environment = sweeping(world)
    if point:
        armed = f"{point}={good}*off->1*return(kill)" if good else f"{point}=1*return(kill)"
        process = maintain(world, "--keep-days", "1", which=program(), FAILPOINTS=armed, **environment)
        process.communicate(timeout=60)
    else:
        process = maintain(world, "--keep-days", "1", **environment)
        time.sleep(dice.uniform(0.1, 2))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    hit = process.returncode == (-signal.SIGABRT if point else -signal.SIGKILL)
    end_the_hour(world)
    reader.read()
    joined = joined_by(maintain(world, "--join-only"), "upkeep after one that was cut")
    reader.read()
    told = f"upkeep cut at {point or 'any moment'}" + (f" of table {good + 1}" if point else "") + f"; the next joined {joined} files"
    return told if hit else f"NOT HIT: {told}"


def beside_readers(world, dice) -> str:
    """Files are joined and swept in a loop, the landers land, and every read of the lake succeeds and holds all that the last one held."""
    environment, reader, ended, broken = sweeping(world), Reader(world), threading.Event(), []
    joined = swept = reads = 0

    def read() -> None:
        nonlocal reads
        try:
            while not ended.is_set():
                # A third of what is kept, so that files are replaced between their telling and their reading.
                reader.read(dice.uniform(0, KEEP_S / 3 / len(TABLES)))
                reads += 1
        except Broken as why:
            broken.append(why)

    thread = threading.Thread(target=read, name="reader", daemon=True)
    thread.start()
    limit = time.monotonic() + READ_S
    try:
        # What a clock ahead has joined would be swept a day from now, so another one joins.
        while not broken and time.monotonic() < limit and not (swept and reads > 3 and time.monotonic() > limit - READ_S / 3):
            joined += joined_by(maintain(world, "--join-only"), "upkeep")
            before = stored(world)
            joined_by(maintain(world, "--keep-days", "1", **environment), "upkeep with a sweep")
            swept += len(before - stored(world))
    finally:
        ended.set()
        thread.join(30)
    if broken:
        raise broken[0]
    told = f"{reads} reads while {joined} files were joined and {swept} swept"
    return told if swept and joined and reads else f"NOT HIT: {told}"
