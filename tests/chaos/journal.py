"""What the oracle sent, line by line: written before a message is sent and when it is acknowledged, read by `verify.py`.

    {"n": 7, "cycle": 3, "subject": …, "key": …, "headers": {…}, "sha256": …, "value": … or "value64": … (of a piece that stands "pieces" times), "expect": …}    is sent
    {"again": 7}                                    is sent again, the first did not arrive as far as the sender knows
    {"acked": 7, "partition": 0, "offset": 1042}    the broker has it

`expect` is what must come of it: row, repeat (of a row), invalid, unreadable, conflict (dead letters of that code) or chunk (of sound).
"""
import base64
import hashlib
import json
import threading
from pathlib import Path


PIECE = 40


class Sent:
    """A message, how often it was sent, and where it stands."""

    def __init__(self, told: dict):
        self.n, self.cycle, self.subject = told["n"], told["cycle"], told["subject"]
        self.key, self.headers, self.expect = told["key"], told["headers"], told["expect"]
        # Sound is the same piece again and again: an hour of it is held as its pieces.
        self.piece = base64.b64decode(told["value64"]) if "value64" in told else told["value"].encode()
        self.pieces, self.times, self.places = told.get("pieces", 1), 1, []

    @property
    def value(self) -> bytes:
        return self.piece * self.pieces

    @property
    def acked(self) -> bool:
        return bool(self.places)

    @property
    def identity(self) -> tuple:
        return (self.headers.get("ce_source"), self.headers.get("ce_id"), int(self.headers.get("ce_revision", "0")))


class Journal:
    def __init__(self, path: Path):
        self.file = open(path, "a", encoding="utf-8")
        self.lock, self.count = threading.Lock(), 0

    def intent(self, cycle: int, subject: str, key: str, headers: dict, value: bytes, expect: str) -> int:
        told = {"cycle": cycle, "subject": subject, "key": key, "headers": headers, "sha256": hashlib.sha256(value).hexdigest(), "expect": expect}
        try:
            told["value"] = value.decode()
        except UnicodeDecodeError:
            pieces = len(value) // PIECE if value == value[:PIECE] * (len(value) // PIECE) else 1
            told |= {"value64": base64.b64encode(value[:len(value) // pieces]).decode(), "pieces": pieces}
        with self.lock:
            self.count += 1
            self.file.write(json.dumps({"n": self.count} | told, ensure_ascii=False) + "\n")
            return self.count

    def again(self, n: int) -> None:
        self._line({"again": n})

    def acked(self, n: int, partition: int, offset: int) -> None:
        self._line({"acked": n, "partition": partition, "offset": offset})

    def _line(self, told: dict) -> None:
        with self.lock:
            self.file.write(json.dumps(told) + "\n")

    def flush(self) -> None:
        with self.lock:
            self.file.flush()


def read(path: Path) -> list[Sent]:
    found: dict[int, Sent] = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            if "n" in told:
                sent = found[told["n"]] = Sent(told)
                if hashlib.sha256(sent.value).hexdigest() != told["sha256"]:
                    raise SystemExit(f"chaos: message {sent.n} of {path} is not what was sent")
            elif "again" in told:
                found[told["again"]].times += 1
            else:
                found[told["acked"]].places.append((told["partition"], told["offset"]))
    return list(found.values())
