#!/usr/bin/env python3
"""One message that nobody can read, told a million times, as by a sender that has gone wrong: calls go on landing beside it, memory stays what it is,
and every one of them is a dead letter of its own place. `run poison` starts it.

    tests/chaos/poison.py [COUNT]      1000000 by default; MEYAR_CHAOS_BROKER (kafka)
"""
import os
import shutil
import statistics
import sys
import threading
import time
from pathlib import Path

import duckdb
from confluent_kafka import Producer
from deltalake import DeltaTable

from world import PREFIX, STAGES, World

RESULTS = Path(os.environ["MEYAR_RESULTS"])
POISON = b'{"call_id": "poison", "kind": "offered", '
# A commit's letters with their notes, and the joining of small files, take up to a gigabyte, however long the flood is; keys 40 bytes a letter.
MOST_GROWTH_MIB, PATIENCE_S = 1_200, 3_600
# A fresh call stands behind the flood in its partition.
MOST_WAIT_S_A_MILLION = 60


class Flood(threading.Thread):
    def __init__(self, world: World, headers: dict, count: int):
        super().__init__(name="flood", daemon=True)
        self.places, self.failed, self.count, self.headers = set(), 0, count, list(headers.items())
        self.producer = Producer({"bootstrap.servers": f"127.0.0.1:{world.direct}", "client.id": "oracle-flood", "acks": "all", "linger.ms": 20, "compression.type": "lz4"})

    def run(self) -> None:
        def done(error, message):
            if error:
                self.failed += 1
            else:
                self.places.add((message.partition(), message.offset()))
        for n in range(self.count):
            while True:
                try:
                    self.producer.produce(PREFIX + "calls.events", POISON, f"k{n % 64}", headers=self.headers, on_delivery=done)
                    break
                except BufferError:
                    self.producer.poll(0.1)
            if n % 1_000 == 0:
                self.producer.poll(0)
        self.producer.flush(120)


def letters(world: World) -> tuple[set, int]:
    """Their places, and how many have other bytes than what was sent."""
    files = [uri.removeprefix("file://") for uri in DeltaTable(str(world.store / "lake/dead_letters")).file_uris()]
    told = duckdb.sql(f"SELECT origin_partition, origin_offset, payload = ? FROM read_parquet({files!r})", params=[POISON]).fetchall()
    places = {(partition, offset) for partition, offset, _ in told}
    return places, sum(not same for *_, same in told) + len(told) - len(places)


def main() -> int:
    count, kind = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, os.environ.get("MEYAR_CHAOS_BROKER", "kafka")
    folder = RESULTS / "chaos" / f"poison-{kind}"
    shutil.rmtree(folder, ignore_errors=True)
    # The commits of production: what is measured is what a flood does there.
    world, waits, peak = World(kind, folder, "poison", "p", tuning=[]), [], 0.0
    try:
        first = world.oracle.marker()
        while not world.landed("call_events", first):
            time.sleep(0.05)
        lander = world.keepers["lander"]
        before, log = lander.memory_mib(), lander.log.stat().st_size
        headers = next(headers for _, _, headers, _, expect in world.oracle.stories.call() if expect == "row")
        began, flood = time.monotonic(), Flood(world, headers, count)
        flood.start()
        while flood.is_alive() or world.lag("lander", STAGES["lander"]):
            if time.monotonic() - began > PATIENCE_S:
                print(f"chaos: the lander has not read the flood after {PATIENCE_S} s")
                return 1
            sent, marker = time.monotonic(), world.oracle.marker()
            while not world.landed("call_events", marker) and time.monotonic() - sent < 120:
                peak = max(peak, lander.memory_mib())
                time.sleep(0.1)
            waits.append(time.monotonic() - sent)
            print(f"poison {time.monotonic() - began:7.1f} s  {len(flood.places):8} sent, a fresh call landed after {waits[-1]:.1f} s, {peak:.0f} MiB at most", flush=True)
        took = time.monotonic() - began
        kept, altered = letters(world)
        grown, lines = peak - before, (lander.log.stat().st_size - log) / 1024
        lost, foreign = len(flood.places - kept), len(kept - flood.places)
        print(f"chaos: poison told {len(flood.places)} times on {kind} in {took:.0f} s: lost {lost}, not sent {foreign}, altered or twice {altered}; "
              f"fresh calls landed after {statistics.median(waits):.1f} s (at most {max(waits):.1f}), memory {before:.0f} MiB and {grown:.0f} more, "
              f"log {lines:.0f} KiB, ends {len(lander.ends)}")
        bad = [lost, foreign, altered, flood.failed, len(lander.ends), max(waits) > MOST_WAIT_S_A_MILLION * max(1, count / 1e6), grown > MOST_GROWTH_MIB + 40 * count / 2**20]
        print(f"chaos: {sum(not wrong for wrong in bad)} passed, {sum(bool(wrong) for wrong in bad)} failed")
        return 1 if any(bad) else 0
    finally:
        world.close(keep=bool(os.environ.get("MEYAR_CHAOS_KEEP")))


if __name__ == "__main__":
    sys.exit(main())
