"""The broker dies while a stage that was given partitions asks it where to begin."""
import signal

from moments import Said, program, soon, until

ASKS, UNANSWERED = "asking where to begin", "where to begin was not answered"
# Each question waits this long at its failpoint: time to see it, and to kill who would answer.
MOMENT_MS, SESSION_S, PATIENCE_S = 800, 2, 10


def broker_dies(world, dice) -> str:
    """A member starts anew, or a second one joins, or one of two died. Hit only when the stage itself tells that it got no answer."""
    armed = {"FAILPOINTS": f"assignment.before=sleep({MOMENT_MS})"}
    stage, how = dice.choice(["lander", "recorder", "transcriber", "evaluator"]), dice.choice(["starts", "joins", "is left"])
    first = world.keepers[stage]
    second = world.keepers.get(f"{stage}-2") or world.keeper(f"{stage}-2", stage)
    soon(dice)
    try:
        if how == "joins":
            asked = Said(second.log)
            second.start(program(), **armed)
        else:
            first.stop(dice.choice([signal.SIGTERM, signal.SIGKILL]))
            asked = Said(first.log)
            first.start(program(), **armed)
        member = second if how == "joins" else first
        seen = until(lambda: ASKS in asked, 8)
        if how == "is left" and seen:
            shared = Said(second.log)
            second.start()
            until(lambda: ASKS in shared, 8)
            # What the first asked for beside the second is over when the second is gone.
            soon(dice, 1 + MOMENT_MS / 1000)
            second.stop(signal.SIGKILL)
            asked = Said(first.log)
            seen = until(lambda: ASKS in asked, SESSION_S + 6)
        met = Said(member.log)
        world.broker.stop(signal.SIGKILL)
        hit = seen and until(lambda: UNANSWERED in met, MOMENT_MS / 1000 + PATIENCE_S + 4)
        world.broker.start()
        world.wait_for_broker()
    finally:
        if second.process and second.is_alive():
            second.stop(signal.SIGTERM)
        if how != "joins":
            first.stop(signal.SIGTERM)
            first.start()
    told = f"{stage} {how}, the broker was killed in its assignment" + ("" if seen else ", which was not seen")
    return told if hit else f"NOT HIT: {told}, and was not missed"
