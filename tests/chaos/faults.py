"""Every fault, injected and lifted: `fault(world, dice)` returns what it hit; beside it in `FAULTS` stands how far a fresh call must then come.

A fault that cannot be had here raises `Missing`, and is left out, loudly.
"""
import os
import signal
import time

import assignment
import retain
import upkeep
from moments import Missing, Said, another_clock, program, set_clock, soon, until
from world import STORE

EVENTS, RECORDED, HEARD, JUDGED = "call_events", "recordings", "transcripts", "evaluations"
POINTS = {
    "lander": [*(f"{step}.{side}" for step in ("lake.put", "lake.commit", "offsets.commit", "letter", "lake.checkpoint") for side in ("before", "after")), "assignment.before"],
    "recorder": [*(f"{step}.{side}" for step in ("recording.close", "recording.put", "publish", "offsets.commit") for side in ("before", "after")), "assignment.before"],
    "transcriber": ["transcript.before", "transcript.after", "assignment.before"],
    "evaluator": ["evaluation.before", "evaluation.after", "assignment.before"],
}
# Done once in many messages, so that it is the first that is hit; sound comes less than once a second.
RARE = ("lake.checkpoint", "letter", "assignment")


def killed(*stages: str):
    def fault(world, dice) -> str:
        soon(dice)
        for stage in stages:
            world.keepers[stage].kill()
        return "kill -9 of " + ", ".join(stages)
    return fault


def two_landers(world, dice) -> str:
    """A second one takes half of the partitions; one of the two is killed."""
    second = world.keepers.get("lander-2") or world.keeper("lander-2", "lander")
    said = Said(second.log)
    second.start()
    try:
        shared = until(lambda: "reading from" in said, 6)
        soon(dice, 1)
        victim = dice.choice(["lander", "lander-2"])
        world.keepers[victim].kill()
        soon(dice, 1)
    finally:
        second.stop(signal.SIGTERM)
    return f"{victim} of two was killed" + ("" if shared else ", before the second had a share")


def broker_killed(world, dice) -> str:
    soon(dice)
    world.broker.stop(signal.SIGKILL)
    away = dice.uniform(0.2, 1.5)
    time.sleep(away)
    world.broker.start()
    world.wait_for_broker()
    return f"kill -9, away for {away:.1f} s and its start"


def network(mode: str, least_s: float, most_s: float):
    def fault(world, dice) -> str:
        soon(dice)
        held, latency, rate = dice.uniform(least_s, most_s), dice.uniform(0.05, 0.3), dice.choice([16, 64, 256]) << 10
        world.proxy.set(mode, latency, rate)
        time.sleep(held)
        world.proxy.set("pass")
        return f"{mode} for {held:.1f} s" + (f", {latency * 1000:.0f} ms and {rate >> 10} KiB/s" if mode == "slow" else "")
    return fault


def own_disk(world) -> None:
    if not world.mounted:
        raise Missing("this user may not mount a file system, so a full or read-only disk cannot be had")


def full_disk(world, dice) -> str:
    own_disk(world)
    soon(dice)
    held, ends = dice.uniform(1, 2.5), sum(len(k.ends) for k in world.keepers.values())

    def filled() -> bool:
        # The disk ends a few pages behind what it holds, so that a file may begin and not end. Refused when more came meanwhile.
        disk = os.statvfs(world.store)
        size = (disk.f_blocks - disk.f_bfree + dice.randrange(12)) * disk.f_bsize
        return world.remount(f"size={size}")
    if not until(filled, 3):
        return "NOT HIT: the store was written to all the time"
    try:
        time.sleep(held)
    finally:
        world.remount(STORE)
    return f"full for {held:.1f} s, {sum(len(k.ends) for k in world.keepers.values()) - ends} ends of processes"


def read_only(world, dice) -> str:
    own_disk(world)
    soon(dice)
    held = dice.uniform(1, 2.5)
    ends = sum(len(k.ends) for k in world.keepers.values())

    # Refused while a file is open for writing.
    if not until(lambda: world.remount("ro"), 3):
        return "NOT HIT: the store was written to all the time"
    try:
        time.sleep(held)
    finally:
        world.remount("rw")
    return f"read-only for {held:.1f} s, {sum(len(k.ends) for k in world.keepers.values()) - ends} ends of processes"


def clock_jump(world, dice) -> str:
    """The wall clock of one stage jumps ahead and then back behind; its monotonic clock goes on."""
    hand = world.folder / "clock"
    environment = another_clock(world, hand)
    stage, far = dice.choice(["lander", "recorder", "evaluator"]), dice.choice([600, 7_200, 86_400])
    keeper = world.keepers[stage]
    keeper.stop(signal.SIGTERM)
    keeper.start(**environment)
    ends = len(keeper.ends)
    for jump in (0, far, -far):
        set_clock(hand, jump)
        time.sleep(dice.uniform(0.5, 1))
    ended = len(keeper.ends) - ends
    keeper.stop(signal.SIGTERM)
    keeper.start()
    return f"{stage}: {far} s ahead, then behind" + (f", {ended} ends" if ended else "")


def rebalance_storm(world, dice) -> str:
    """A second lander and a second recorder come and go, each at its own moments, now and then without a word."""
    extra = [world.keepers.get(f"{stage}-2") or world.keeper(f"{stage}-2", stage) for stage in ("lander", "recorder")]
    joined = 0
    for number in range(dice.randint(5, 8)):
        keeper = extra[number % 2]
        if keeper.process and keeper.is_alive():
            keeper.stop(dice.choice([signal.SIGTERM, signal.SIGTERM, signal.SIGKILL]))
        else:
            keeper.start()
            joined += 1
        time.sleep(dice.uniform(0.3, 0.8))
    for keeper in extra:
        if keeper.is_alive():
            keeper.stop(signal.SIGTERM)
    return f"{joined} members joined and left"


def failpoint(stages: list[str], action: str, points: list[str] | None = None):
    """A stage that fails at a durable step, after a number of good ones."""
    def fault(world, dice) -> str:
        failing, stage = program(), dice.choice(stages)
        point = dice.choice(points or POINTS[stage])
        good = 0 if point.startswith(RARE) else dice.randrange(6 if stage == "lander" else 3)
        does = {"kill": "1*return(kill)", "error": "2*return(err)"}.get(action) or f"1*sleep({dice.choice([200, 1000, 2500])})"
        keeper = world.keepers[stage]
        keeper.stop(dice.choice([signal.SIGTERM, signal.SIGKILL]))
        ends, said = len(keeper.ends), Said(keeper.log)
        keeper.start(failing, FAILPOINTS=f"{point}={good}*off->{does}" if good else f"{point}={does}")
        if action == "error":
            until(lambda: "made to fail" in said or len(keeper.ends) > ends, 6)
        # What failed is tried again, or ends the stage; what is slow leaves no trace.
        ended = until(lambda: len(keeper.ends) > ends, {"kill": 12, "error": 1}.get(action, 3))
        if not ended:
            keeper.stop(dice.choice([signal.SIGTERM, signal.SIGKILL]))
            keeper.start()
        # A step that kills aborts, one that fails says so.
        hit = {"kill": ended and keeper.ends[-1] == -signal.SIGABRT, "error": "made to fail" in said}.get(action, True)
        told = f"{stage}: {does} at {point} after {good}" + (f", ended with {keeper.ends[-1]}" if ended else "")
        return told if hit else f"NOT HIT: {told}"
    return fault


ALL = ("lander", "recorder", "transcriber", "evaluator")
FAULTS = {
    "kill-lander": (killed("lander"), EVENTS),
    "kill-recorder": (killed("recorder"), RECORDED),
    "kill-transcriber": (killed("transcriber"), HEARD),
    "kill-evaluator": (killed("evaluator"), JUDGED),
    "kill-all": (killed(*ALL), JUDGED),
    "two-landers": (two_landers, EVENTS),
    "broker-killed": (broker_killed, JUDGED),
    "broker-in-assignment": (assignment.broker_dies, JUDGED),
    "net-cut": (network("cut", 0.3, 3), JUDGED),
    "net-swallow": (network("swallow", 0.5, 3), JUDGED),
    "net-slow": (network("slow", 1, 4), JUDGED),
    "full-disk": (full_disk, RECORDED),
    "read-only": (read_only, RECORDED),
    "clock-jump": (clock_jump, JUDGED),
    "rebalance-storm": (rebalance_storm, RECORDED),
    "crash-lander": (failpoint(["lander"], "kill"), EVENTS),
    "crash-recorder": (failpoint(["recorder"], "kill"), RECORDED),
    "crash-transcriber": (failpoint(["transcriber"], "kill"), HEARD),
    "crash-evaluator": (failpoint(["evaluator"], "kill"), JUDGED),
    "error-lander": (failpoint(["lander"], "error", ["lake.put.before", "lake.commit.before"]), EVENTS),
    "upkeep-cut": (upkeep.cut, JUDGED),
    "upkeep-read": (upkeep.beside_readers, JUDGED),
    "retain-cut": (retain.cut, JUDGED),
    "sleep": (failpoint(list(POINTS), "sleep"), JUDGED),
}
