"""`meyar retain` under load: cut at any point of it, gone on with, and what it deleted told again."""
import signal
import subprocess
import time
from pathlib import Path

import journal
import lake
import rules
from moments import Broken, program, until
from world import ENVIRONMENT, MEYAR, PREFIX, dies_with_us

POINTS = [
    "retention.begin.before", "retention.begin.after", "retention.told.after", "retention.sound.after", "retention.keys.after", "lake.put.before", "lake.put.after",
    "retention.commit.before", "retention.commit.after", "retention.sweep.before", "retention.sweep.after", "retention.finish.after", "retention.done.after",
]
# So many deleted events are told again each time.
AGAIN = 20
PATIENCE_S = 150
# Sheets and surveys that are told first, a third of them too old.
STORIES = 8
SUBJECTS = {"appeals": "appeals.events", "survey_responses": "surveys.responses"}


def retain(world, which: str = MEYAR, **environment: str) -> subprocess.Popen:
    command = [which, "retain", "--readers-wait-s", "0", "--reference", rules.write(world.folder), "--data", world.store, "--brokers", f"127.0.0.1:{world.outer}", "--topic-prefix", PREFIX]
    log = open(world.folder / "retain.log", "a+")
    log.write(f"── {' '.join(map(str, command))} {environment}\n")
    log.flush()
    return subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, env=ENVIRONMENT | environment, cwd="/tmp", preexec_fn=dies_with_us)


def ended(process: subprocess.Popen) -> int:
    """Nobody takes a turn in the last minute of an hour, which it then waits for."""
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired as why:
        process.kill()
        process.wait()
        raise Broken(f"meyar retain did not end within {PATIENCE_S} s; how far it came stands in retain.log") from why


def old_rows(some: list[str], table: str) -> set[tuple]:
    """Identities of rows of days that are not kept, and that still have what must go."""
    column = rules.TABLES[table]
    if not some:
        return set()
    told = lake.read(some, "source, event_id, revision, day" + (f", {column}" if column else "")).to_pylist()
    return {(row["source"], row["event_id"], row["revision"]) for row in told if row["day"] < rules.BEFORE and (column is None or row[column] is not None)}


def committed(folder: Path, table: str) -> list[str]:
    """Files on the disk that any version of a table was made of. What a lander left behind without a commit is not among them."""
    log = sorted((folder / table / "_delta_log").glob("*.json"))
    adds = (journal.json.loads(line).get("add") for entry in log for line in entry.read_text().splitlines())
    return [str(path) for add in adds if add and (path := folder / table / add["path"]).is_file()]


class Deleted:
    """What was seen to be deleted must stay so, whatever comes."""

    def __init__(self, world):
        self.world, self.gone = world, {table: set() for table in rules.TABLES}

    def back(self) -> list[str]:
        """Deleted rows, or their content, that stand in the newest version or in a file of any other."""
        folder, found = self.world.store / "lake", []
        for table, gone in self.gone.items():
            for where, some in (("the newest version", lake.files(folder, table)), ("a file of an older version", committed(folder, table))):
                if back := old_rows(some, table) & gone:
                    found.append(f"{where} of {table} has {len(back)} deleted rows: {sorted(back)[:3]}")
        return found

    def tell_again(self, dice) -> int:
        """The very same messages, as a sender that knows nothing of it would."""
        self.world.oracle.journal.flush()
        sent = [s for s in journal.read(self.world.folder / "journal.jsonl") if s.acked and s.expect == "row"]
        told = [s for table, subject in SUBJECTS.items() for s in sent if s.subject == subject and s.identity in self.gone[table]]
        some = dice.sample(told, min(AGAIN, len(told)))
        with self.world.oracle.lock:
            self.world.oracle.tell([(s.subject, s.key, s.headers, s.value, "repeat") for s in some])
        return len(some)


def cut(world, dice) -> str:
    """It ends like a power cut at a point of its own or at a moment that nothing is in step with; the next run ends what was begun, and nothing comes back."""
    world.deleted = world.deleted or Deleted(world)
    def old() -> dict[str, set]:
        return {table: old_rows(lake.files(world.store / "lake", table), table) for table in rules.TABLES}

    point = dice.choice([*POINTS, None, None])
    # The second of the two orders, where both come to that point.
    good = 0 if point == "retention.keys.after" else dice.randrange(2)
    with world.oracle.lock:
        for _ in range(STORIES):
            world.oracle.tell(world.oracle.stories.sheet() + world.oracle.stories.survey())
    if not until(lambda: all(old().values()), 10):
        return "NOT HIT: nothing that is too old has landed"
    before = old()
    if point:
        armed = f"{point}={good}*off->1*return(kill)" if good else f"{point}=1*return(kill)"
        process = retain(world, program(), FAILPOINTS=armed)
        ended(process)
    else:
        process = retain(world)
        time.sleep(dice.uniform(0.1, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    hit = process.returncode == (-signal.SIGABRT if point else -signal.SIGKILL)
    # What came after the first one had looked is for the second.
    before = {table: rows | before[table] for table, rows in old().items()}
    if code := ended(retain(world)):
        raise Broken(f"the run after one that was cut ended with {code}, told in retain.log")
    for table, rows in before.items():
        world.deleted.gone[table] |= rows
    if back := world.deleted.back():
        raise Broken("; ".join(back))
    again = world.deleted.tell_again(dice)
    told = f"retention cut at {point or 'any moment'}" + (f" of order {good + 1}" if point else "") + f"; {sum(map(len, before.values()))} rows went, {again} were told again"
    return told if hit else f"NOT HIT: {told}"


def laws(world) -> list[str]:
    """Laws that `meyar reconcile` calls broken when all has been read; completeness (P8) is of days long past here."""
    command = [MEYAR, "reconcile", "--format", "json", "--data", world.store]
    told = subprocess.run([str(c) for c in command], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/tmp", timeout=120)
    if told.returncode not in (0, 3):
        return [f"meyar reconcile ended with {told.returncode}: {told.stderr[-500:]}"]
    found = journal.json.loads(told.stdout)
    broken = [law["law"] for law in found["laws"] if law["law"] != "P8" and law["state"] == "broken"]
    odd = [row for row in found["balance"] if row["state"] == "broken" and row["kafka_partition"] is not None]
    return [f"meyar reconcile: {', '.join(broken)} broken: {odd}"] if broken else []
