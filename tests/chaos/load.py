"""The load of a soak: the busiest hour of a centre's year, so many times at once, second by second; and the sound of every call that was recorded.

Each telling has ids of its own. Sound comes as exchanges send it: a chunk a second while people talk. It is silence, so that
hearing it costs the voice detector's time alone.
"""
import collections
import heapq
import json
import random
import threading
import time
from datetime import date, datetime, timedelta, timezone

import peak
from producer import Oracle
from stories import CHUNKS, QUIET, headers

CHUNK_S, CHUNK_BYTES, PIECE = 1, 8_000, 40


class Call:
    """A recorded call: when it is answered and ends, and how much of its sound is told."""

    def __init__(self, ident: str, seed: int):
        self.ident, self.sound = ident, bytes(random.Random(seed).choices(QUIET, k=PIECE)) * (CHUNK_BYTES // PIECE)
        self.answered_s, self.ended_s, self.at, self.chunks = 0.0, 0.0, "", 0


class Load(threading.Thread):
    def __init__(self, oracle: Oracle, seconds: float, times: int):
        super().__init__(name="load", daemon=True)
        self.oracle, self.seconds = oracle, seconds
        self.due: list[tuple] = []  # (second, number, what)
        self.number, self.failed = 0, None
        self.calls: dict[str, Call] = {}
        self.open: dict[str, float] = {}  # when the first of its sound was told
        self.told = {"messages": 0, "chunks": 0, "recorded": 0}
        self.history = collections.deque()
        self.last_told = threading.Event()
        hour = peak.hour()
        self.peak = hour[0].event["time"][:13] + " UTC"
        # As if it were now: forms and targets are those of today.
        now, hour_began = datetime.now(timezone.utc).replace(microsecond=0), datetime.fromisoformat(hour[0].event["time"]) - timedelta(seconds=hour[0].after_s)
        self.rates = {"calls": sum(told.event["data"].get("kind") == "offered" for told in hour) * times, "events": len(hour) * times}
        for round_ in range(int(seconds // peak.HOUR_S) + 1):
            for copy in range(times):
                self._plan(hour, round_ * peak.HOUR_S, f"{round_}.{copy}", copy * 0.37, now - hour_began)

    def _plan(self, hour: list, from_s: float, copy: str, shift_s: float, later: timedelta) -> None:
        calls: dict[str, Call] = {}
        begun = {told.event["data"].get("call_id") for told in hour if told.event["data"].get("kind") == "offered" and from_s + told.after_s + shift_s < self.seconds}
        for told in hour:
            after, event = from_s + told.after_s + shift_s, told_anew(told.event, copy, later)
            data = event["data"]
            call_id = told.event["data"].get("call_id")
            if call_id not in begun if call_id else after >= self.seconds:
                continue
            self._push(after, (told.subject, event))
            if data.get("kind") == "answered" and told.subject == "calls.events":
                call = calls.setdefault(data["call_id"], Call(data["call_id"], len(self.calls) + len(calls)))
                call.answered_s, call.at = after, data["at"]
            elif data.get("kind") == "ended" and data.get("recorded") and (call := calls.get(data["call_id"])):
                call.ended_s = after
                self.calls[call.ident] = call
                self._push(call.answered_s + CHUNK_S, call)

    def _push(self, after_s: float, what) -> None:
        self.number += 1
        heapq.heappush(self.due, (after_s, self.number, what))

    def run(self) -> None:
        try:
            begun = time.monotonic()
            while self.due:
                after, _, what = self.due[0]
                now = time.monotonic() - begun
                over = now >= self.seconds
                if after > now and not over:
                    time.sleep(min(after - now, 0.05))
                    continue
                heapq.heappop(self.due)
                if isinstance(what, Call):
                    self._sound(what, after, last=over or after + CHUNK_S > what.ended_s)
                # At the end people hang up: what was begun is told to its end at once. What a call leaves behind hours later is not told.
                elif not over or what[0] == "calls.events":
                    self._event(*what)
        except Exception as error:
            self.failed = error
        finally:
            self.last_told.set()

    def _event(self, subject: str, event: dict) -> None:
        data = event["data"]
        version = int(event["dataschema"].rsplit("/v", 1)[1])
        heads = headers(subject, subject, event["id"], event["revision"], event["time"], "application/json", version) | {"ce_source": event["source"]}
        key = next(data[name] for name in ("survey_id", "sheet_id", "appeal_id", "incident_id", "session_id", "call_id") if name in data)
        self._tell(subject, key, heads, json.dumps(data, ensure_ascii=False).encode(), "row")

    def _sound(self, call: Call, after_s: float, last: bool) -> None:
        heads = headers("calls.audio", "calls.audio.chunk", f"{call.ident}/{call.chunks}", 0, call.at, "application/octet-stream")
        heads |= {"ce_callid": call.ident, "ce_sequence": str(call.chunks), "ce_codec": "mulaw", "ce_ratehz": "8000", "ce_channels": "1", "ce_parties": "mixed", "ce_startedat": call.at, "ce_lastchunk": str(last).lower()}
        self.open.setdefault(call.ident, time.monotonic())
        self._tell("calls.audio", call.ident, heads, call.sound, "chunk")
        call.chunks += 1
        self.told["chunks"] += 1
        if last:
            self.open.pop(call.ident)
            self.told["recorded"] += 1
        else:
            self._push(after_s + CHUNK_S, call)

    def sound_marker(self) -> str:
        """A fresh call with sound, counted like all other sound: the recorder is as far behind it."""
        self.told["chunks"] += CHUNKS
        return self.oracle.sound_marker()

    def _tell(self, *message) -> None:
        self.oracle.tell([message])
        self.told["messages"] += 1

    def note(self) -> None:
        """Called once a sample; `since` looks it up."""
        self.history.append((time.monotonic(), dict(self.told)))

    def since(self, seconds: float, what: str) -> int:
        """How much was told in the last seconds."""
        from_ = time.monotonic() - seconds
        before = next((told[what] for at, told in reversed(self.history) if at <= from_), 0)
        return self.told[what] - before

    def open_s(self) -> float:
        """How long the call has gone on whose sound was first begun."""
        return time.monotonic() - min(self.open.values(), default=time.monotonic())

    def open_mib(self) -> float:
        return sum(self.calls[ident].chunks for ident in list(self.open)) * CHUNK_BYTES / 2**20


def told_anew(event: dict, copy: str, later: timedelta) -> dict:
    """The same under other ids and at another time; who calls and who answers stays."""
    def moved(at: str) -> str:
        return (datetime.fromisoformat(at) + later).isoformat()

    def anew(name: str, value):
        if name.endswith("_id") or name == "returns":
            return f"{value}~{copy}"
        if name == "at":
            return moved(value)
        return (date.fromisoformat(value) + later).isoformat() if name.endswith("_on") else value
    data = {name: anew(name, value) for name, value in event["data"].items()}
    return event | {"id": f"{event['id']}~{copy}", "time": moved(event["time"]), "data": data}
