#!/usr/bin/env python3
"""A store that takes seconds for each file, under a flood of sound: what the lander holds in memory stays bounded, and nothing is lost. `run slow` starts it.

    tests/chaos/slow.py [MIB]      768 by default; MEYAR_CHAOS_BROKER (kafka)
"""
import os
import shutil
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from moments import program
from stories import FIRST, headers
from verify import Check
from world import World

RESULTS = Path(os.environ["MEYAR_RESULTS"])
CHUNK_BYTES, PUT_MS, PATIENCE_S, SENT_AHEAD = 200_000, 3_000, 900, 64
# pipeline/broker/src/feed.rs: what waits between the poll thread and the stage. pipeline/stages/src/lander.rs: what a commit takes; one lands
# while the next is gathered, and its sound stands twice while it is judged (batch.rs). pipeline/broker/src/poller.rs: what the client fetches
# ahead, a partition.
WAITING_MIB, COMMIT_MIB, FETCHED_MIB, PARTITIONS = 64, 64, 16, 2
# The client's buffers of a fetch under way, and what the allocator keeps.
SLACK_MIB = 64
MOST_GROWTH_MIB = WAITING_MIB + 3 * COMMIT_MIB + PARTITIONS * FETCHED_MIB + SLACK_MIB


class Flood(threading.Thread):
    def __init__(self, oracle, count: int):
        super().__init__(name="flood", daemon=True)
        self.oracle, self.count = oracle, count

    def run(self) -> None:
        for n in range(self.count):
            call, at = f"flood-{n % 64}", (FIRST + timedelta(minutes=n % 64)).isoformat()
            heads = headers("calls.audio", "calls.audio.chunk", f"{call}/{n // 64}", 0, at, "application/octet-stream")
            heads |= {"ce_callid": call, "ce_sequence": str(n // 64), "ce_codec": "mulaw", "ce_ratehz": "8000", "ce_channels": "1", "ce_parties": "mixed", "ce_startedat": at, "ce_lastchunk": "false"}
            # The sender's own memory is bounded, too.
            while len(self.oracle.open) >= SENT_AHEAD:
                time.sleep(0.005)
            self.oracle.tell([("calls.audio", call, heads, bytes([0xFF - n % 7]) * CHUNK_BYTES, "chunk")])


def main() -> int:
    mib, kind = int(sys.argv[1]) if len(sys.argv) > 1 else 768, os.environ.get("MEYAR_CHAOS_BROKER", "kafka")
    folder, count = RESULTS / "chaos" / f"slow-{kind}", mib * 2**20 // CHUNK_BYTES
    shutil.rmtree(folder, ignore_errors=True)
    # The commits of production. The lander alone: a recorder would hold the sound of calls that never end.
    world, peak, behind = World(kind, folder, "slow", "s", tuning=[], own_disk=False), 0.0, 0
    try:
        lander = world.keepers["lander"]
        for keeper in world.keepers.values():
            keeper.stop(signal.SIGTERM)
        lander.start(program(), FAILPOINTS=f"lake.put.before=sleep({PUT_MS})")
        first = world.oracle.marker()
        while not world.landed("call_events", first):
            time.sleep(0.05)
        before, began, flood = lander.memory_mib(), time.monotonic(), Flood(world.oracle, count)
        flood.start()
        looked = 0.0
        while flood.is_alive() or world.oracle.open or world.lag("lander", ["calls.audio"]):
            if time.monotonic() - began > PATIENCE_S:
                print(f"slow: the lander has not read the flood after {PATIENCE_S} s")
                return 1
            peak = max(peak, lander.memory_mib())
            if time.monotonic() - looked > 2:
                looked, lag = time.monotonic(), world.lag("lander", ["calls.audio"])
                behind = max(behind, lag * CHUNK_BYTES // 2**20)
                print(f"slow {looked - began:6.1f} s  {lag} chunks behind, {peak:.0f} MiB at most", flush=True)
            time.sleep(0.05)
        took, grown = time.monotonic() - began, peak - before
        world.oracle.pause()
        check = Check(folder)
        check.events("calls.audio", "audio_chunks")
        print(f"slow: {mib} MiB of sound on {kind}, {PUT_MS / 1000:g} s for each file, in {took:.0f} s: behind by {behind} MiB at most, memory {before:.0f} MiB and {grown:.0f} more "
              f"(at most {MOST_GROWTH_MIB}), {len(check.wrong)} of {check.counts['rows']} rows wrong, ends {len(lander.ends)}")
        # A flood that fits into memory would show nothing.
        bad = [grown > MOST_GROWTH_MIB, behind < MOST_GROWTH_MIB, check.wrong, lander.ends]
        if bad[1]:
            print(f"slow: the lander was behind by {behind} MiB only: the store was not slow enough, or the flood too small")
        print(f"chaos: {sum(not wrong for wrong in bad)} passed, {sum(bool(wrong) for wrong in bad)} failed")
        return 1 if any(bad) else 0
    finally:
        world.close(keep=bool(os.environ.get("MEYAR_CHAOS_KEEP")))


if __name__ == "__main__":
    sys.exit(main())
