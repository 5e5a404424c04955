#!/usr/bin/env python3
"""Shows that the check sees what it is for: in a small lake that is written by hand a row is taken away, doubled, altered; likewise a dead letter.
So do the reader beside upkeep, and what judges a soak.

    tests/chaos/selftest.py      with the interpreter that tests/interpreter.py gives for this folder
"""
import contextlib
import io
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pyarrow as arrow
from deltalake import write_deltalake

import lake
import retain
import rules
import soak
import upkeep
import verify
from journal import Journal, read
from moments import Broken
from stories import Stories
from world import STAGES

TYPES = {"string": arrow.string(), "int": arrow.int64(), "bool": arrow.bool_(), "timestamp": arrow.timestamp("us", "UTC"), "date": arrow.date32(), "binary": arrow.binary(), "list": arrow.list_(arrow.string())}


def write(world: Path, table: str, rows: list[dict]) -> None:
    layout = [(name, TYPES[kind]) for name, _, kind in verify.columns(table) if kind in TYPES]
    values = {name: arrow.array([row.get(name) for row in rows], kind) for name, kind in layout}
    write_deltalake(str(world / "store/lake" / table), arrow.table(values), mode="overwrite", partition_by=["month"])


def landed(sent, layout: list) -> dict:
    row = {name: value for name, path, _ in layout if (value := verify.expected(sent, path)) is not ...}
    return row | {"topic": "t", "kafka_partition": 0, "kafka_offset": sent.n, "landed_at": datetime.now(timezone.utc), "content_hash": 0, "month": "2026-01"}


def letter(sent, code: str) -> dict:
    return {"source": "meyar/lander", "event_id": f"l-{sent.n}", "revision": 0, "origin_topic": "t", "origin_partition": 0, "origin_offset": sent.n, "error_code": code, "payload": sent.value, "month": "2026-01"}


def read_again(world: Path, first: list[dict], then: list[dict]) -> list[str]:
    """What a reader beside upkeep says of two reads, one after the other."""
    reader = upkeep.Reader(SimpleNamespace(store=world / "store"))
    write(world, "call_events", first)
    reader.read()
    write(world, "call_events", then)
    try:
        reader.read()
    except Broken as why:
        return [" ".join(str(why).split()[1:4])]
    return []


def retained(world: Path, journal: Journal, stories: Stories) -> dict[str, tuple]:
    """What is said of sheets and surveys when a retention rule has taken some."""
    sent = []
    while len(sent) < 8 or not any(verify.day_of(s) > rules.BEFORE for s in sent):
        for subject, key, headers, value, expect in [*stories.sheet()[2:], *stories.survey()[1:]]:
            n = journal.intent(1, subject, key, headers, value, expect)
            journal.acked(n, 0, n)
            journal.flush()
        sent = [s for s in read(world / "journal.jsonl") if s.subject in ("appeals.events", "surveys.responses")]
    layouts = {table: verify.columns(table) for table in rules.TABLES}
    rows = {table: [landed(s, layouts[table]) | {"content_hash": 7} for s in sent if lake.TABLES[s.subject] == table] for table in rules.TABLES}

    def old(row: dict) -> bool:
        return row["day"] < rules.BEFORE

    def found(appeals: list, surveys: list, record: int | None = None) -> list[str]:
        deleted = len(rows["appeals"]) - len(appeals) if record is None else record
        write(world, "deletions", [{"source": "meyar/retention", "event_id": "d", "revision": 0, "from_table": "appeals", "phase": "done", "deleted_rows": deleted, "month": "2026-11"}] if (world / "reference").is_dir() else [])
        write(world, "appeals", appeals)
        write(world, "survey_responses", surveys)
        return sorted(wrong.what for wrong in verify.Check(world).run())
    appeals, surveys = rows["appeals"], rows["survey_responses"]
    less = [row for row in appeals if not old(row)]
    emptied = [row | {"comment": None, "content_hash": 0} if old(row) else row for row in surveys]
    told = {"nothing is deleted, and nothing may be": (found(appeals, surveys), [])}
    told["rows are gone without a rule"] = (found(less, surveys), ["lost"] * (len(appeals) - len(less)))
    rules.write(world)
    told["old rows and words are gone by a rule"] = (found(less, emptied), [])
    told["an old row is gone, and no deletion tells of it"] = (found(less, emptied, len(appeals) - len(less) - 1), ["lost"])
    told["more is told as deleted than is gone"] = (found(less, emptied, len(appeals) - len(less) + 1), ["altered"])
    told["a row that must be kept is gone"] = (found(less[1:], emptied, len(appeals) - len(less)), ["lost"])
    told["words that must be kept are gone"] = (found(less, [row | {"comment": None, "content_hash": 0} for row in surveys]), ["altered"] * sum(row["day"] > rules.BEFORE for row in surveys))
    told["words are gone, and the row does not say so"] = (found(less, [row | {"content_hash": 7} for row in emptied]), ["altered"] * sum(map(old, surveys)))
    deleted = retain.Deleted(SimpleNamespace(store=world / "store"))
    deleted.gone = {table: {(row["source"], row["event_id"], row["revision"]) for row in some if old(row)} for table, some in rows.items()}
    found(less, emptied)
    # The files of the versions before still hold them.
    told["older versions still have them"] = ([why.split(" has ")[0] for why in deleted.back()], ["a file of an older version of appeals", "a file of an older version of survey_responses"])
    for table in rules.TABLES:
        for path in set(retain.committed(world / "store/lake", table)) - set(lake.files(world / "store/lake", table)):
            Path(path).unlink()
    told["nothing has them any more"] = (deleted.back(), [])
    write(world, "appeals", appeals)
    told["a deleted row has come back"] = (sorted({why.split(" has ")[0] for why in deleted.back()}), ["a file of an older version of appeals", "the newest version of appeals"])
    return told


def soaked(**other) -> list[str]:
    """What is said of a soak in which a stage grows by a MiB a sample, or one of the other numbers is so large."""
    stages = {stage: 0 for stage in STAGES}
    samples = [{"t": 5.0 * n, "rss_mib": {stage: 100.0 + n * other.get("grows", 0) for stage in STAGES}, "lag": stages | {"lander": other.get("lag", 0)}, "bound": {stage: 50 for stage in STAGES},
                "open_mib": 0.0, "messages": 100 * n} for n in range(60)]
    with contextlib.redirect_stdout(io.StringIO()):
        return sorted({wrong.split()[0] for wrong in soak.judged(samples, [1.0, other.get("age", 1.0)], [20.0, other.get("heard", 20.0)], other.get("ends", 0))})


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder)
        journal, stories = Journal(world / "journal.jsonl"), Stories("selftest", "t")
        for subject, key, headers, value, expect in [*stories.call(), *stories.call(), *stories.bad(), *stories.bad()]:
            n = journal.intent(1, subject, key, headers, value, expect)
            journal.acked(n, 0, n)
        journal.flush()
        sent, layout = read(world / "journal.jsonl"), verify.columns("call_events")
        rows = [landed(s, layout) for s in sent if s.expect == "row"]
        letters = [letter(s, s.expect) for s in sent if s.expect in ("invalid", "unreadable")]
        foreign = rows[0] | {"event_id": "nobody-sent-this"}
        cases = {
            "all is well": (rows, letters, []),
            "a row is missing": (rows[1:], letters, ["lost"]),
            "a row stands twice": ([*rows, rows[2]], letters, ["twice"]),
            "one word of a row is another": ([rows[0] | {"line": "195-1-0"}, *rows[1:]], letters, ["altered"]),
            "a value is gone": ([rows[0] | {"kind": None}, *rows[1:]], letters, ["altered"]),
            "a row that nobody sent": ([*rows, foreign], letters, ["altered"]),
            "one for another, the count is right": ([*rows[1:], foreign], letters, ["altered", "lost"]),
            "a dead letter is missing": (rows, letters[1:], ["lost"]),
            "a dead letter has other bytes": (rows, [letters[0] | {"payload": letters[0]["payload"] + b" "}, *letters[1:]], ["altered", "lost"]),
            "a dead letter of another code": (rows, [letters[0] | {"error_code": "conflict"}, *letters[1:]], ["altered"]),
            "a dead letter stands twice": (rows, [*letters, letters[0]], ["twice", "twice"]),
        }
        failed = count = 0
        for name, (some, refused, want) in cases.items():
            write(world, "call_events", some)
            write(world, "dead_letters", refused)
            found = sorted(wrong.what for wrong in verify.Check(world).run())
            failed += found != want
            print(f"{'ok    ' if found == want else 'FAILED'} {name}: {', '.join(found) or 'nothing'}")
            count += 1
        write(world, "dead_letters", letters)
        write(world, "call_events", rows)
        for name, (found, want) in retained(world, journal, stories).items():
            failed += found != want
            count += 1
            print(f"{'ok    ' if found == want else 'FAILED'} {name}: {', '.join(found) or 'nothing'}")
        some = {
            "a later read has more": (read_again(world, rows[1:], rows), []),
            "a later read has less": (read_again(world, rows, rows[1:]), ["has lost 1"]),
            "a later read has one twice": (read_again(world, rows, [*rows, rows[0]]), ["has rows twice:"]),
            "a soak in which nothing happens": (soaked(), []),
            "every stage grows": (soaked(grows=1), sorted(STAGES)),
            "a stage grows a little": (soaked(grows=0.5), []),
            "one is behind": (soaked(lag=51), ["lander"]),
            "fresh calls come late": (soaked(age=30.0), ["fresh"]),
            "sound is evaluated late": (soaked(heard=100.0), ["fresh"]),
            "a stage ended": (soaked(ends=1), ["a"]),
        }
        for name, (found, want) in some.items():
            failed += found != want
            count += 1
            print(f"{'ok    ' if found == want else 'FAILED'} {name}: {', '.join(found) or 'nothing'}")
    print(f"chaos: {count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
