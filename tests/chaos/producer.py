"""The oracle: a producer outside of the program that offers load through every fault and keeps a journal of it (`journal.py`).

Nothing of the program is used: librdkafka's own Python client, acks=all, idempotent. What the client gives up on is sent again with the
same bytes, as a sender would; until it is acknowledged it may or may not be in the lake, but never altered and never twice.
"""
import random
import threading
import time

from confluent_kafka import KafkaError, KafkaException, Producer

from journal import Journal, Sent
from proxy import ORACLE
from stories import Stories

STORIES_A_SECOND = 8
REMEMBERED = 400


class Oracle:
    def __init__(self, brokers: str, prefix: str, journal: Journal, seed: str, tag: str):
        self.brokers, self.prefix, self.journal = brokers, prefix, journal
        self.stories, self.dice = Stories(seed, tag), random.Random(seed + "/oracle")
        self.cycle, self.running, self.closed = 0, False, False
        self.open: dict[int, Sent] = {}
        self.failed: list[int] = []
        self.told: list[Sent] = []  # acknowledged, so that a contradiction comes after it
        self.lock, self.fatal = threading.RLock(), False
        self.producer = self._client()
        self.thread = threading.Thread(target=self._run, name="oracle", daemon=True)
        self.thread.start()

    def _client(self) -> Producer:
        return Producer({
            "bootstrap.servers": self.brokers, "client.id": ORACLE, "acks": "all", "enable.idempotence": True, "linger.ms": 5,
            "broker.address.family": "v4", "message.timeout.ms": 60_000, "socket.timeout.ms": 5_000, "reconnect.backoff.max.ms": 500,
            "log_level": 2, "error_cb": self._error,
        })

    def _error(self, error: KafkaError) -> None:
        self.fatal |= error.fatal()

    def tell(self, story: list) -> None:
        for subject, key, headers, value, expect in story:
            with self.lock:
                n = self.journal.intent(self.cycle, subject, key, headers, value, expect)
                sent = Sent({"n": n, "cycle": self.cycle, "subject": subject, "key": key, "headers": headers, "expect": expect, "value": ""})
                sent.piece = value
                self.open[n] = sent
                self._send(sent)

    def _send(self, sent: Sent) -> None:
        def done(error, message, n=sent.n):
            if error is None:
                self.journal.acked(n, message.partition(), message.offset())
                known = self.open.pop(n, None)
                if known and known.expect == "row" and known.subject == "calls.events":
                    self.told.append(known)
                    del self.told[:-REMEMBERED]
            elif n in self.open:
                self.failed.append(n)
        while True:
            try:
                self.producer.produce(self.prefix + sent.subject, sent.value, sent.key, headers=list(sent.headers.items()), on_delivery=done)
                return
            except BufferError:
                self.producer.poll(0.05)
            except KafkaException:  # the client has failed for good; a new one sends all that is open
                self.fatal = True
                return

    def marker(self) -> str:
        """A fresh call; its last event's id."""
        with self.lock:
            story = [told for told in self.stories.call() if told[4] == "row"]
            self.tell(story)
            return story[-1][2]["ce_id"]

    def sound_marker(self) -> str:
        """A fresh call with sound; its id."""
        with self.lock:
            ident, story = self.stories.sound()
            self.tell(story)
            return ident

    def pause(self, within_s: float = 90) -> bool:
        """Stops offering; true when everything that was sent is acknowledged."""
        self.running = False
        limit = time.monotonic() + within_s
        while self.open and time.monotonic() < limit:
            time.sleep(0.02)
        self.journal.flush()
        return not self.open

    def close(self) -> None:
        self.closed = True
        self.thread.join(10)
        self.journal.flush()

    def _run(self) -> None:
        due = time.monotonic()
        while not self.closed:
            with self.lock:
                self.producer.poll(0)
                if self.fatal:
                    self._begin_anew()
                for n in self._take_failed():
                    self.journal.again(n)
                    self._send(self.open[n])
                if self.running and time.monotonic() >= due:
                    due = max(due, time.monotonic() - 1) + 1 / STORIES_A_SECOND
                    self.tell(self.stories.some())
                    if self.told and self.dice.random() < 0.1:
                        self.tell(self.stories.contradiction(self.told.pop(self.dice.randrange(len(self.told)))))
            time.sleep(0.01)

    def _take_failed(self) -> list[int]:
        failed, self.failed = [n for n in self.failed if n in self.open], []
        return failed

    def _begin_anew(self) -> None:
        """An idempotent client that lost count may not go on; all that is not acknowledged goes through a new one."""
        self.producer.purge()
        self.producer.poll(0.1)
        self.producer, self.fatal, self.failed = self._client(), False, sorted(self.open)
