#!/usr/bin/env python3
"""Holds the lake against the oracle's journal: sets of identities and contents, never counts alone.

    tests/chaos/verify.py WORLD      a world's folder that the campaign kept (journal.jsonl, store/lake, store/recordings)

Says what was lost (acknowledged and not there), twice (there more than once) and altered (there with another content, or never sent).
"""
import collections
import hashlib
import struct
import sys
import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import journal
import lake
import rules

TABLES = Path(__file__).resolve().parents[2] / "schemas/tables"


class Wrong(NamedTuple):
    what: str      # lost, twice or altered
    where: str     # a table, or the store
    ident: str
    cycle: int     # in which it was sent; -1 when it never was
    why: str


def columns(table: str) -> list[tuple[str, str, str]]:
    told = tomllib.loads((TABLES / "_common.toml").read_text())["column"] + tomllib.loads((TABLES / f"{table}.toml").read_text())["column"]
    return [(column["name"], column["path"], column["type"]) for column in told]


def data_of(sent: journal.Sent) -> dict:
    """What the message says, whether in JSON or in a chunk's headers."""
    if sent.expect != "chunk":
        return migrated(journal.json.loads(sent.value), sent.headers["ce_dataschema"])
    head = sent.headers
    return {
        "call_id": head["ce_callid"], "sequence": int(head["ce_sequence"]), "codec": head["ce_codec"], "rate_hz": int(head["ce_ratehz"]),
        "channels": int(head["ce_channels"]), "parties": head["ce_parties"].split(","), "last": head["ce_lastchunk"] == "true",
        "bytes": len(sent.value), "started_at": head["ce_startedat"],
    }


def migrated(data: dict, schema: str) -> dict:
    """What the lake holds of it: in the newest version of its contract."""
    if schema == "meyar:surveys.responses/v1":
        return data | {"respondent": "caller"} | ({"scale_min": 0} if data["kind"] == "answered" else {})
    return data


def day_of(sent: journal.Sent) -> date:
    """Its day in Baku."""
    data = data_of(sent)
    return datetime.fromisoformat(data.get("at") or data["started_at"]).astimezone(rules.BAKU).date()


def expected(sent: journal.Sent, path: str):
    data = data_of(sent)
    if not path.startswith("@"):
        for step in path.split("."):
            data = data.get(step) if isinstance(data, dict) else None
        return data
    time = datetime.fromisoformat(data.get("at") or data["started_at"]).astimezone(timezone.utc)
    baku = time + timedelta(hours=4)
    return {
        "@source": sent.identity[0], "@id": sent.identity[1], "@revision": sent.identity[2], "@type": sent.headers["ce_type"], "@time": time,
        "@day": baku.date(), "@hour": baku.hour,
    }.get(path, ...)


def differs(row: dict, sent: journal.Sent, layout: list, deleted: str | None = None) -> str | None:
    """`deleted`: the column of it that a retention rule may have emptied."""
    for name, path, kind in layout:
        want = expected(sent, path)
        # Emptied as a whole or not at all, and the row says which.
        if name == deleted and row["content_hash"] == 0:
            want = None
        if want is ...:  # the place, the month's folder, when it landed
            continue
        have = row.get(name)
        if kind == "timestamp" and have is not None:
            have = have.replace(tzinfo=timezone.utc) if have.tzinfo is None else have.astimezone(timezone.utc)
            want = datetime.fromisoformat(want) if isinstance(want, str) else want
        elif kind == "date" and isinstance(want, str):
            want = date.fromisoformat(want)
        if have != want or isinstance(have, bool) != isinstance(want, bool):
            return f"{name} is {have!r}, was sent as {want!r}"
    return None


class Check:
    def __init__(self, world: Path):
        self.world = world
        self.lake, self.store = world / "store/lake", world / "store/recordings"
        self.sent = journal.read(world / "journal.jsonl")
        self.wrong: list[Wrong] = []
        self.counts = collections.Counter()

    def say(self, what: str, where: str, ident, sent: journal.Sent | None, why: str) -> None:
        self.wrong.append(Wrong(what, where, str(ident), sent.cycle if sent else -1, why))

    def run(self) -> list[Wrong]:
        for subject, table in lake.TABLES.items():
            self.events(subject, table)
        self.letters()
        self.sound()
        return self.wrong

    def events(self, subject: str, table: str) -> None:
        by_identity = collections.defaultdict(list)
        for sent in self.sent:
            if sent.subject == subject and sent.expect in ("row", "repeat", "chunk"):
                by_identity[sent.identity].append(sent)
        layout, seen, gone = columns(table), collections.Counter(), []
        for row in lake.rows(self.lake, table):
            identity = (row["source"], row["event_id"], row["revision"])
            seen[identity] += 1
            if identity not in by_identity:
                self.say("altered", table, identity, None, "was never sent, or had to be a dead letter")
            elif why := differs(row, (sent := by_identity[identity][0]), layout, rules.TABLES.get(table) if self.may_be_gone(table, sent) else None):
                self.say("altered", table, identity, by_identity[identity][0], why)
        for identity, some in by_identity.items():
            if not seen[identity] and rules.TABLES.get(table, "") is None and self.may_be_gone(table, some[0]):
                gone.append(some)
            elif not seen[identity] and (acked := next((s for s in some if s.acked), None)):
                self.say("lost", table, identity, acked, f"acknowledged at {acked.places}")
            elif seen[identity] > 1:
                self.say("twice", table, identity, some[0], f"stands {seen[identity]} times")
        self.counts["rows"] += sum(seen.values())
        self.deleted(table, gone)

    def deleted(self, table: str, gone: list) -> None:
        """Of the old rows that are not there exactly so many are due to a rule as its record tells; whether those landed that nobody acknowledged is not known."""
        told = sum(row["deleted_rows"] for row in lake.rows(self.lake, "deletions") if row["from_table"] == table and row["phase"] == "done")
        acked = [next((s for s in some if s.acked), None) for some in gone]
        sure = [sent for sent in acked if sent]
        if len(sure) > told:
            self.say("lost", table, f"{len(sure) - told} old rows", sure[-1], f"{len(sure)} that were acknowledged are not there, and {told} were deleted")
        elif rules.TABLES.get(table, "") is None and told > len(gone):
            self.say("altered", table, "deletions", None, f"{told} rows are told as deleted, {len(gone)} are not there")
        self.counts["deleted"] += told if sure else 0

    def may_be_gone(self, table: str, sent: journal.Sent) -> bool:
        return table in rules.TABLES and rules.may_be_gone(self.world, table, day_of(sent))

    def letters(self) -> None:
        """Known by their bytes; each message that was refused is one dead letter, at its own place."""
        due = collections.defaultdict(list)
        for sent in self.sent:
            if sent.expect in ("invalid", "unreadable", "conflict"):
                due[sent.value].append(sent)
        places, seen = collections.Counter(), collections.Counter()
        for row in lake.rows(self.lake, "dead_letters"):
            place = (row["origin_topic"], row["origin_partition"], row["origin_offset"])
            places[place] += 1
            seen[row["payload"]] += 1
            some = due.get(row["payload"])
            if not some:
                self.say("altered", "dead_letters", place, None, f"nothing that had to be refused: {row['error_code']} {row['error_field']} {row['error_problem']}: {row['payload'][:200]!r}")
            elif row["error_code"] not in {s.expect for s in some}:
                self.say("altered", "dead_letters", place, some[0], f"is {row['error_code']}, had to be {some[0].expect}")
        for place, times in places.items():
            if times > 1:
                self.say("twice", "dead_letters", place, None, f"stands {times} times")
        for payload, some in due.items():
            acked = sum(s.acked for s in some)
            if seen[payload] < acked:
                self.say("lost", "dead_letters", some[0].n, some[0], f"{some[0].expect}: {payload[:200]!r} stands {seen[payload]} times, {acked} were acknowledged")
            elif seen[payload] > sum(s.times for s in some):
                self.say("twice", "dead_letters", some[0].n, some[0], f"{payload[:200]!r} stands {seen[payload]} times, {sum(s.times for s in some)} were sent")
        self.counts["letters"] += sum(places.values())

    def sound(self) -> None:
        """One recording a call with just its sound, one transcript a recording, one evaluation a transcript."""
        calls = collections.defaultdict(dict)
        for sent in self.sent:
            if sent.expect == "chunk":
                calls[sent.key][int(sent.headers["ce_sequence"])] = sent
        recordings = lake.rows(self.lake, "recordings")
        transcripts, evaluations = lake.rows(self.lake, "transcripts"), lake.rows(self.lake, "evaluations")
        by_call = self.grouped("recordings", recordings, "call_id", calls)
        stored = {str(path.relative_to(self.store)) for path in self.store.rglob("*") if path.is_file()}
        for call, chunks in calls.items():
            found, first = by_call.get(call, []), chunks[0]
            if not found and all(c.acked for c in chunks.values()):
                self.say("lost", "recordings", call, first, "all chunks were acknowledged")
            for row in found:
                if why := self.sounds_otherwise(row, chunks):
                    self.say("altered", "recordings", call, first, why)
        for path in stored - {row["path"] for row in recordings}:
            self.say("altered", "store", path, None, "a file that no recording names")
        self.chain("transcripts", transcripts, "recording_id", {row["recording_id"]: calls.get(row["call_id"], {}).get(0) for row in recordings})
        owners = {row["transcript_id"]: calls.get(row["call_id"], {}).get(0) for row in transcripts}
        self.chain("evaluations", evaluations, "transcript_id", owners)
        self.counts.update(recordings=len(recordings), transcripts=len(transcripts), evaluations=len(evaluations))

    def grouped(self, table: str, rows: list[dict], column: str, owners: dict) -> dict:
        groups = collections.defaultdict(list)
        for row in rows:
            groups[row[column]].append(row)
        for ident, some in groups.items():
            owner = owners.get(ident)
            owner = owner.get(0) if isinstance(owner, dict) else owner
            if ident not in owners:
                self.say("altered", table, ident, None, "nothing was sent that it could come of")
            elif len(some) > 1:
                self.say("twice", table, ident, owner, f"{len(some)} rows: {[(r['event_id'], r['kafka_offset']) for r in some]}")
        return groups

    def chain(self, table: str, rows: list[dict], column: str, owners: dict) -> None:
        groups = self.grouped(table, rows, column, owners)
        for ident, owner in owners.items():
            if ident not in groups:
                self.say("lost", table, ident, owner, f"there is nothing with this {column}")

    def sounds_otherwise(self, row: dict, chunks: dict) -> str | None:
        sent = [chunks[n].value for n in sorted(chunks)]
        if row["chunks"] != len(chunks) or row["gaps"] or set(row["flags"] or []) - {"short"}:
            return f"{row['chunks']} chunks, gaps {row['gaps']}, flags {row['flags']}; {len(chunks)} chunks were sent, places {[c.places for c in chunks.values()]}"
        file = self.store / row["path"]
        content = file.read_bytes() if file.is_file() else None
        if content is None:
            return f"{row['path']} is not in the store"
        if hashlib.sha256(content).hexdigest() != row["sha256"]:
            return f"{row['path']} has not the hash that its row tells"
        return None if samples(content) == b"".join(sent) else f"{row['path']} has other sound than was sent"


def samples(wav: bytes) -> bytes:
    """The data chunk of a WAV file."""
    at = 12
    while at + 8 <= len(wav):
        name, size = struct.unpack_from("<4sI", wav, at)
        if name == b"data":
            return wav[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    return b""


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    check = Check(Path(sys.argv[1]))
    for wrong in check.run():
        print(*wrong, sep="\t")
    print(f"chaos: {dict(check.counts)}; " + ", ".join(f"{word} {sum(w.what == word for w in check.wrong)}" for word in ("lost", "twice", "altered")), file=sys.stderr)
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
