"""A deployment of its own: a broker behind a proxy, the stages as processes that are started again when they end, a store that can fill up."""
import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, TopicPartition

import lake
from journal import Journal
from producer import Oracle
from proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
MEYAR, EMBEDDED = os.environ["MEYAR_BIN"], os.environ["MEYAR_EMBEDDED_BROKER"]
PREFIX, STORE = "chaos.", "size=1g"
# Small commits and short waits give many moments to fail at. Nothing is cut short that was all sent.
QUICK = ["--commit-every-ms", "150", "--commit-rows", "400", "--audio-gap-wait-ms", "60000", "--audio-idle-ms", "180000",
         "--facts-wait-ms", "500", "--facts-settle-ms", "200", "--speech-threads", "1"]
PLAIN = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG", "MEYAR_CACHE") if name in os.environ}
ENVIRONMENT = PLAIN | {
    "RUST_LOG": "warn,meyar=info,meyar_stages=debug,meyar_broker=debug,librdkafka=off,rdkafka=off,buoyant_kernel=off",
    "MEYAR_KAFKA_SESSION_TIMEOUT_MS": "2000", "MEYAR_KAFKA_HEARTBEAT_INTERVAL_MS": "500", "MEYAR_KAFKA_SOCKET_TIMEOUT_MS": "4000",
}
# As people tune it: MEYAR_KAFKA_PARTITION_ASSIGNMENT_STRATEGY=cooperative-sticky, for one.
ENVIRONMENT |= {name: value for name, value in os.environ.items() if name.startswith("MEYAR_KAFKA_")}
STAGES = {"recorder": ["calls.audio"], "transcriber": ["calls.recordings"], "evaluator": ["calls.transcripts"],
          "lander": [*lake.TABLES, "calls.recordings", "calls.transcripts", "calls.evaluations", "retention.deletions", "deadletters"]}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


LIBC = ctypes.CDLL(None)


def dies_with_us() -> None:
    LIBC.prctl(1, signal.SIGKILL)
    # A failpoint aborts; what it would leave behind is 300 MB each time.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Keeper:
    """A process that is started again when it ends, as compose does with `restart: unless-stopped`."""

    def __init__(self, name: str, command: list, log: Path, environment: dict | None = None):
        self.name, self.command, self.log, self.environment = name, [str(c) for c in command], log, environment
        self.process, self.ends, self.wanted, self.wait_s, self.due, self.began = None, [], False, 0.1, 0.0, 0.0
        self.lock = threading.RLock()

    def start(self, program: str | None = None, **environment: str) -> None:
        """With another program or environment: only until it ends; it then comes back as it was."""
        with self.lock:
            self.wanted, self.began = True, time.monotonic()
            command = [program or self.command[0], *self.command[1:]]
            with open(self.log, "a") as log:
                log.write(f"── {time.strftime('%H:%M:%S')} {' '.join(command)} {environment or ''}\n")
                log.flush()
                given = None if self.environment is None else self.environment | environment
                self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=given, cwd="/tmp", preexec_fn=dies_with_us)

    def watch(self) -> None:
        with self.lock:
            if not self.wanted or self.process.poll() is None:
                return
            if not self.due:
                self.ends.append(self.process.returncode)
                self.wait_s = 0.1 if time.monotonic() - self.began > 5 else min(self.wait_s * 2, 2)
                self.due = time.monotonic() + self.wait_s
            elif time.monotonic() >= self.due:
                self.due = 0.0
                self.start()

    def kill(self) -> None:
        """SIGKILL; it comes back."""
        with self.lock:
            self.process.kill()

    def stop(self, how: int = signal.SIGKILL) -> None:
        with self.lock:
            self.wanted, self.due = False, 0.0
            if self.process is None:
                return
            self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def memory_mib(self) -> float:
        """What it holds in memory; nothing while it is not there."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0) / 1024

    def is_alive(self) -> bool:
        with self.lock:
            return self.process.poll() is None


class World:
    def __init__(self, kind: str, folder: Path, seed: str, tag: str, tuning: list = QUICK, environment: dict = ENVIRONMENT, own_disk: bool = True):
        self.kind, self.folder, self.store = kind, folder, folder / "store"
        self.tuning, self.environment = tuning, environment
        self.store.mkdir(parents=True)
        self.mounted = own_disk and subprocess.run(["mount", "-t", "tmpfs", "-o", STORE, "tmpfs", self.store], stderr=subprocess.DEVNULL).returncode == 0
        self.keepers, self.watches, self.closed = {}, {}, False
        self.deleted = None  # what retention was seen to delete, once it has run
        port, outer, inner = free_port(), free_port(), free_port()
        if kind == "kafka":
            command, behind, self.direct = [ROOT / "tests/kafka/start", port, folder / "broker", f"{inner}:{outer}"], inner, port
        else:
            command, behind, self.direct = [EMBEDDED, "--port", port, "--advertise", outer, "--data", folder / "broker"], port, outer
        self.port, self.outer = port, outer
        self.proxy = Proxy(outer, behind)
        self.broker = Keeper("broker", command, folder / "broker.log")
        self.readers: dict[str, Consumer] = {}
        try:
            self.broker.start()
            self.wait_for_broker()
            self.ask("topics", "create")
            self.oracle = Oracle(f"127.0.0.1:{self.direct}", PREFIX, Journal(folder / "journal.jsonl"), seed, tag)
            for stage in STAGES:
                self.keeper(stage, stage).start()
        except BaseException:
            self.close(keep=True)
            raise
        threading.Thread(target=self._supervise, name="supervisor", daemon=True).start()

    def keeper(self, name: str, stage: str) -> Keeper:
        command = [MEYAR, "run", "--stage", stage, "--data", self.store, "--brokers", f"127.0.0.1:{self.outer}", "--topic-prefix", PREFIX, *self.tuning]
        self.keepers[name] = Keeper(name, command, self.folder / f"{name}.log", self.environment)
        return self.keepers[name]

    def _supervise(self) -> None:
        while not self.closed:
            for keeper in list(self.keepers.values()):
                keeper.watch()
            time.sleep(0.05)

    def wait_for_broker(self) -> None:
        subprocess.run([ROOT / "tests/kafka/ready", str(self.port), "60"], check=True)

    def ask(self, *args: str) -> None:
        command = [MEYAR, *args, "--data", self.store, "--brokers", f"127.0.0.1:{self.outer}", "--topic-prefix", PREFIX]
        subprocess.run([str(c) for c in command], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)

    def remount(self, options: str) -> bool:
        return subprocess.run(["mount", "-o", f"remount,{options}", self.store], stderr=subprocess.DEVNULL).returncode == 0

    def landed(self, table: str, value: str) -> bool:
        column = "event_id" if table == "call_events" else "call_id"
        return self.watches.setdefault(table, lake.Watch(self.store / "lake", table, column)).has(value)

    def lag(self, stage: str, topics: list[str]) -> int:
        """Messages of these topics that a stage has not committed; asked past the proxy."""
        reader = self.readers.get(stage)
        if reader is None:
            reader = self.readers[stage] = Consumer({"bootstrap.servers": f"127.0.0.1:{self.direct}", "client.id": "oracle-lag", "group.id": PREFIX + stage, "enable.auto.commit": False, "log_level": 2})
        places = [TopicPartition(PREFIX + topic, partition) for topic in topics for partition in range(2)]
        lag = 0
        for place in reader.committed(places, 10):
            low, high = reader.get_watermark_offsets(place, 10, cached=False)
            lag += high - (place.offset if place.offset >= 0 else low)
        return lag

    def wait_until_done(self, within_s: float = 90) -> str | None:
        """Waits until every stage has read everything; else says who has not. In the order of the stream, so that zeros hold."""
        limit, order = time.monotonic() + within_s, [*STAGES.items(), ("lander", ["deadletters"])]
        while True:
            try:
                late = next(((stage, lag) for stage, topics in order if (lag := self.lag(stage, topics))), None)
            except KafkaException as error:
                late = ("the broker", error)
            if late is None:
                return None
            if time.monotonic() > limit:
                return f"after {within_s:.0f} s {late[0]} has still to read {late[1]} messages"
            time.sleep(0.1)

    def close(self, keep: bool) -> None:
        self.closed = True
        for keeper in self.keepers.values():
            keeper.stop()
        if hasattr(self, "oracle"):
            self.oracle.close()
        self.broker.stop()
        self.proxy.close()
        if self.mounted:
            if keep:
                shutil.copytree(self.store, self.folder / "kept", dirs_exist_ok=True)
            subprocess.run(["umount", "-l", self.store], check=False)
            if keep:
                self.store.rmdir()
                (self.folder / "kept").rename(self.store)
        if not keep:
            shutil.rmtree(self.folder)
