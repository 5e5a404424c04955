"""What happens at an invented centre: seeded events of all kinds, good and bad, as (subject, key, headers, value, expect)."""
import json
import random
from datetime import datetime, timedelta, timezone

SOURCE = "chaos"
FIRST = datetime(2026, 1, 5, 5, 0, tzinfo=timezone.utc)
CHUNKS, CHUNK_BYTES = 3, 4000
# µ-law around zero: other for each call, and silence to the voice detector, so that hearing it takes no time.
QUIET = bytes([0xFF, 0x7F, 0xFE, 0x7E, 0xFD, 0x7D])


def headers(subject: str, kind: str, ident: str, revision: int, at: str, content: str, version: int = 1) -> dict:
    told = {"ce_specversion": "1.0", "ce_id": ident, "ce_source": SOURCE, "ce_type": f"meyar.{kind}.v{version}", "ce_time": at, "ce_dataschema": f"meyar:{subject}/v{version}", "content-type": content}
    return told | ({"ce_revision": str(revision)} if revision else {})


def event(subject: str, ident: str, data: dict, revision: int = 0, expect: str = "row", version: int = 1):
    key = next(data[name] for name in ("survey_id", "sheet_id", "appeal_id", "call_id") if name in data)
    return subject, key, headers(subject, subject, ident, revision, data["at"], "application/json", version), json.dumps(data, ensure_ascii=False).encode(), expect


class Stories:
    def __init__(self, seed: str, tag: str):
        self.dice, self.tag, self.count = random.Random(seed), tag, 0

    def _next(self, kind: str) -> tuple[str, datetime]:
        self.count += 1
        return f"{kind}-{self.tag}-{self.count:06}", FIRST + timedelta(seconds=self.dice.randrange(40 * 86_400))

    def call(self, recorded: bool = False, ident: str | None = None) -> list:
        """Offered, queued, answered or lost, ended; now and then a step is told again, told otherwise written, or corrected."""
        call_id, start = self._next("c")
        call_id = ident or call_id
        line, at = f"195-1-{self.dice.randint(1, 4)}", lambda s: (start + timedelta(seconds=s)).isoformat()
        wait = self.dice.randint(1, 60)
        steps = [{"kind": "offered", "direction": "inbound"}, {"kind": "queued", "queue": line}]
        if not recorded and self.dice.random() < 0.2:
            steps.append({"kind": "lost", "reason": "abandoned_in_queue", "waited_ms": wait * 1000})
        else:
            steps += [{"kind": "answered", "representative": f"R{self.dice.randint(100, 140)}", "location": "hall"}, {"kind": "ended", "ended_by": "caller", "recorded": recorded, "wrap_up_ms": self.dice.randrange(60_000)}]
        told = []
        for n, step in enumerate(steps):
            data = {"call_id": call_id, "line": line, "at": at(n * wait)} | step
            told.append(event("calls.events", f"{call_id}/{n}", data))
            chance = self.dice.random()
            if chance < 0.1:
                told.append(told[-1][:4] + ("repeat",))
            elif chance < 0.15:
                turned = json.dumps(dict(reversed(data.items())), indent=1).encode()
                told.append(told[-1][:3] + (turned, "repeat"))
            elif chance < 0.25:
                told.append(event("calls.events", f"{call_id}/{n}", data | {"line": "195-1-4", "at": at(n * wait + 1)}, revision=1))
        return told

    def survey(self) -> list:
        """By turns of either version of the contract: some senders were updated, some were not."""
        ident, start = self._next("s")
        data = {"survey_id": ident, "line": "195-1-1", "channel": "sms"}
        version = self.count % 2 + 1
        if version == 2:
            data["respondent"] = "caller" if self.count % 4 == 1 else "representative"
        answer = {"kind": "answered", "question": "overall", "score": self.dice.randint(1, 5), "scale_max": 5, "comment": f"Sağ olun · “təşəkkür” {ident}"}
        if version == 2:
            answer |= {"scale_min": 1, "questionnaire": "chaos-1"}
        return [event("surveys.responses", f"{ident}/0", data | {"at": start.isoformat(), "kind": "invited"}, version=version), event("surveys.responses", f"{ident}/1", data | {"at": (start + timedelta(hours=1)).isoformat()} | answer, version=version)]

    def sheet(self) -> list:
        ident, start = self._next("mv")
        data = {"sheet_id": ident, "line": "195-1-2", "class": "complex_question"}
        appeal = {"appeal_id": f"a-{ident}", "at": start.isoformat(), "call_id": f"c-{ident}", "line": "195-1-2", "nature": "question", "topics": ["operation_support"], "direction": "sheet_answered", "urgent": self.dice.random() < 0.1}
        return [event("appeals.sheets", f"{ident}/0", data | {"at": start.isoformat(), "kind": "opened", "origin": "live"}), event("appeals.sheets", f"{ident}/1", data | {"at": (start + timedelta(days=2)).isoformat(), "kind": "answered"}), event("appeals.events", f"a-{ident}", appeal)]

    def bad(self) -> list:
        """Cannot be read, or breaks the contract: each must be a dead letter with just these bytes."""
        ident, start = self._next("bad")
        subject, key, heads, _, _ = event("calls.events", ident, {"call_id": ident, "at": start.isoformat()})
        good = {"call_id": ident, "at": start.isoformat(), "line": "195-1-1", "kind": "ordered"}
        if self.dice.random() < 0.3:
            return [(subject, key, heads, bytes(self.dice.randrange(256) for _ in range(40)) + ident.encode(), "unreadable")]
        if self.dice.random() < 0.3:
            return [(subject, key, {name: value for name, value in heads.items() if name != "ce_id"}, json.dumps(good).encode(), "invalid")]
        return [(subject, key, heads, json.dumps(good | {"line": "195-1-9"}).encode(), "invalid")]

    def contradiction(self, sent) -> list:
        """Another content under the name of an event that the broker has."""
        other = json.loads(sent.value) | {"at": "2026-01-02T09:30:00+04:00"}
        return [(sent.subject, sent.key, sent.headers, json.dumps(other).encode(), "conflict")]

    def sound(self) -> tuple[str, list]:
        """A short call in chunks, half of them with the exchange's own events about it."""
        ident, start = self._next("rec")
        told = self.call(recorded=True, ident=ident) if self.dice.random() < 0.5 else []
        for n in range(CHUNKS):
            heads = headers("calls.audio", "calls.audio.chunk", f"{ident}/{n}", 0, start.isoformat(), "application/octet-stream")
            heads |= {"ce_callid": ident, "ce_sequence": str(n), "ce_codec": "mulaw", "ce_ratehz": "8000", "ce_channels": "1", "ce_parties": "mixed", "ce_startedat": start.isoformat(), "ce_lastchunk": str(n + 1 == CHUNKS).lower()}
            told.append(("calls.audio", ident, heads, bytes(self.dice.choices(QUIET, k=CHUNK_BYTES)), "chunk"))
        return ident, told

    def some(self) -> list:
        kind = self.dice.choices(["call", "survey", "sheet", "bad", "sound"], [10, 3, 3, 2, 2])[0]
        return self.sound()[1] if kind == "sound" else getattr(self, kind)()
