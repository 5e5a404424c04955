#!/usr/bin/env python3
"""The campaign: under load a fault is drawn, injected and lifted, and it is timed until a fresh call is in the lake. `run` starts it.

    tests/chaos/campaign.py [CYCLES] [SEED]      the environment is told in `run`

Each broker has its cycles in worlds of a hundred, so that the lake does not grow without end. Every ten cycles, and at the end of a world,
the load rests until all stages have read everything, and the lake is held against the journal.
"""
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import retain
import table
from faults import FAULTS, JUDGED
from moments import Broken, Missing
from verify import Check
from world import ROOT, World

RESULTS = Path(os.environ["MEYAR_RESULTS"])
WORLD, CHECK_EVERY, PATIENCE_S = 100, 10, 60


def say(text: str) -> None:
    print(text, flush=True)


class Campaign:
    def __init__(self, kind: str, cycles: int, seed: int, names: list[str]):
        self.kind, self.cycles, self.seed, self.names = kind, cycles, seed, names
        self.dice = random.Random(f"{seed}/{kind}/faults")
        self.deck, self.told, self.missing = [], [], {}
        self.known, self.trouble, self.number = set(), [], 0

    def draw(self) -> str:
        """Each kind about equally often: all of them once, in another order each time."""
        if not self.deck:
            self.deck = [name for name in self.names if name not in self.missing]
            self.dice.shuffle(self.deck)
        return self.deck.pop()

    def run(self) -> None:
        while self.number < self.cycles:
            self.world(min(WORLD, self.cycles - self.number))

    def world(self, cycles: int) -> None:
        tag = f"{self.seed}-{self.number}"
        folder = RESULTS / "chaos" / f"{self.kind}-{tag}"
        shutil.rmtree(folder, ignore_errors=True)
        world, before, self.known = World(self.kind, folder, f"{self.seed}/{self.kind}/{self.number}", tag), len(self.trouble), set()
        try:
            if self.recovered(world, JUDGED) is None:
                self.wrong("no fresh call came through before any fault", folder)
                self.number = self.cycles
                return
            for n in range(cycles):
                world.oracle.running, self.number = True, self.number + 1
                well = self.cycle(world) if self.names else True
                if not well or n + 1 == cycles:
                    break
                # What is wrong stays wrong: the next cycles get another world.
                if (n + 1) % CHECK_EVERY == 0 and not self.check(world):
                    return
            if well and (seconds := self.recovered(world, JUDGED)) is None:
                self.wrong("no fresh call came through at the end", folder)
            elif well:
                say(f"{self.kind} {self.number:4} a fresh call came through all stages in {seconds:.1f} s at the end")
            self.check(world)
        finally:
            world.close(keep=len(self.trouble) > before or bool(os.environ.get("MEYAR_CHAOS_KEEP")) or sys.exc_info()[0] is not None)

    def cycle(self, world: World) -> bool:
        name = self.draw()
        fault, chain = FAULTS[name]
        world.oracle.cycle, ends = self.number, {n: len(k.ends) for n, k in world.keepers.items()}
        began = time.monotonic()
        try:
            # Dice of its own: how often one rolls them depends on the moment, and must not change the faults that come.
            hit = fault(world, random.Random(f"{self.seed}/{self.kind}/{self.number}/{name}"))
        except Missing as why:
            say(f"{self.kind} {self.number:4} SKIPPED {name}: {why}")
            self.missing[name] = str(why)
            if len(self.missing) == len(self.names):
                raise SystemExit("chaos: none of the chosen faults can be had here") from None
            return self.cycle(world)
        except Broken as why:
            hit = f"BROKEN: {why}"
            self.wrong(f"cycle {self.number}, {name}: {why}", world.folder)
        held, seconds = time.monotonic() - began, self.recovered(world, chain)
        again = sum(len(k.ends) - ends.get(n, 0) for n, k in world.keepers.items())
        self.told.append({"broker": self.kind, "cycle": self.number, "fault": name, "hit": hit, "held_s": round(held, 2), "chain": chain, "recovered_s": seconds and round(seconds, 2), "started_again": again})
        say(f"{self.kind} {self.number:4} {name:17} {hit}; held {held:.1f} s, " + (f"recovered in {seconds:.2f} s" if seconds is not None else f"NOT RECOVERED after {PATIENCE_S} s") + (f", {again} started again" if again else ""))
        if seconds is None:
            self.wrong(f"cycle {self.number}, {name} ({hit}): no fresh call came as far as {chain} within {PATIENCE_S} s", world.folder)
        return seconds is not None

    def recovered(self, world: World, chain: str) -> float | None:
        """Seconds until a fresh call is there, or `None`."""
        began, event = time.monotonic(), world.oracle.marker()
        call = world.oracle.sound_marker() if chain != "call_events" else None
        while not (world.landed("call_events", event) and (call is None or world.landed(chain, call))):
            if time.monotonic() - began > PATIENCE_S:
                return None
            time.sleep(0.03)
        return time.monotonic() - began

    def check(self, world: World) -> bool:
        began = time.monotonic()
        if not world.oracle.pause():
            self.wrong(f"cycle {self.number}: {len(world.oracle.open)} messages of the oracle are not acknowledged", world.folder)
        if late := world.wait_until_done():
            self.wrong(f"cycle {self.number}: {late}", world.folder)
        waited, check = time.monotonic() - began, Check(world.folder)
        broken = retain.laws(world) + (world.deleted.back() if world.deleted else [])
        for why in broken:
            self.wrong(f"cycle {self.number}: {why}", world.folder)
        fresh = [wrong for wrong in check.run() if (wrong.what, wrong.where, wrong.ident) not in self.known]
        self.known.update((wrong.what, wrong.where, wrong.ident) for wrong in fresh)
        since = [told for told in self.told if told["broker"] == self.kind and told["cycle"] > self.number - CHECK_EVERY]
        for wrong in fresh:
            self.wrong(f"cycle {wrong.cycle}: {wrong.what}: {wrong.where} {wrong.ident}: {wrong.why}", world.folder, shown=fresh.index(wrong) < 5)
            # By the cycle that it was sent in; what nobody sent, by the last one.
            told = next((t for t in since if t["cycle"] == wrong.cycle), since[-1] if since else {})
            told[wrong.what] = told.get(wrong.what, 0) + 1
        if len(fresh) > 5:
            say(f"  … and {len(fresh) - 5} more; all with tests/chaos/verify.py {world.folder}")
        say(f"{self.kind} {self.number:4} checked {sum(check.counts.values())} rows {dict(check.counts)}: {'all well' if not fresh and not late and not broken else 'WRONG'}; read after {waited:.1f} s, compared in {time.monotonic() - began - waited:.1f} s")
        return not fresh and not late and not broken

    def wrong(self, what: str, folder: Path, shown: bool = True) -> None:
        self.trouble.append({"broker": self.kind, "what": what, "kept": str(folder)})
        if shown:
            say(f"  WRONG {what}\n        kept: {folder}")


def side_by_side(campaigns: list[Campaign]) -> None:
    """Each in a process of its own: most of a cycle is waiting."""
    def whole(campaign: Campaign, end) -> None:
        try:
            campaign.run()
        finally:
            end.send((campaign.told, campaign.missing, campaign.trouble))
    begun = []
    try:
        for campaign in campaigns:
            here, there = multiprocessing.Pipe(duplex=False)
            process = multiprocessing.get_context("fork").Process(target=whole, args=(campaign, there))
            process.start()
            there.close()
            begun.append((campaign, process, here))
        for campaign, process, here in begun:
            try:
                campaign.told, campaign.missing, campaign.trouble = here.recv()
            except EOFError:
                campaign.wrong("the campaign did not come to its end", RESULTS / "chaos")
            process.join()
            if process.exitcode and not campaign.trouble:
                campaign.wrong(f"the campaign ended with {process.exitcode}", RESULTS / "chaos")
    finally:
        for _, process, _ in begun:
            process.terminate()
            process.join(60)


def main() -> int:
    cycles, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    chosen = os.environ.get("MEYAR_CHAOS_FAULTS", "")
    names = list(FAULTS) if not chosen else [name for name in chosen.split(",") if name != "none"]
    if chosen == "list" or (unknown := set(names) - set(FAULTS)):
        print("chaos: faults are none, " + ", ".join(FAULTS), file=sys.stderr)
        return 0 if chosen == "list" else 2
    brokers = {"both": ["embedded", "kafka"]}.get(which := os.environ.get("MEYAR_CHAOS_BROKER", "both"), [which])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("chaos: ended by SIGTERM"))
    say(f"chaos: {cycles} cycles a broker on {' and '.join(brokers)}, seed {seed}; again with tests/chaos/run {cycles} {seed}")
    for kind in [kind for kind in brokers if kind == "kafka"]:
        if code := subprocess.run([ROOT / "tests/kafka/fetch"], stdout=subprocess.DEVNULL).returncode:
            say("chaos: SKIPPED: Apache Kafka cannot be fetched here")
            if code != 75 or brokers == ["kafka"]:
                return code
            brokers.remove(kind)
    campaigns = [Campaign(kind, cycles, seed, names) for kind in brokers]
    try:
        if os.environ.get("MEYAR_CHAOS_AT_ONCE") and len(campaigns) > 1:
            side_by_side(campaigns)
        else:
            for campaign in campaigns:
                campaign.run()
    finally:
        table.write(RESULTS, seed, campaigns)
    failed = sum(len(campaign.trouble) for campaign in campaigns)
    say(f"chaos: {sum(len(campaign.told) for campaign in campaigns)} passed, {failed} failed, {sum(len(campaign.missing) for campaign in campaigns)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
