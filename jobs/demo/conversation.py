"""From a script to a recording: places the turns on two channels and writes down what was said when."""

import hashlib
import re

import numpy as np

import speaker
import telephone

PARTIES = ("representative", "caller")
LEAD_MS, TAIL_MS = 500, 700
PAUSE_MS = 450
HOLD_EDGE_MS = 300  # between the last word and the music-on-hold button


class BadScript(Exception):
    """Its text is one line that names the call, the field and the remedy."""


def speak(script):
    """The recording as the bytes of a WAV file, and its reference as a dict."""
    call_id = script["call_id"]
    seed = int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:4]) & 0x7FFFFFFF
    voices = {}
    placed, holds, now_ms = [], [], LEAD_MS
    for number, turn in enumerate(script.get("turn", [])):
        where = f"calls/{call_id}.toml: turn {number + 1}"
        party = turn.get("party")
        if party not in PARTIES:
            raise BadScript(f"{where}: party `{party}` must be representative or caller")
        name = script["voices"][party]
        if (name, party) not in voices:
            voices[name, party] = speaker.voice(name, seed)
        sound = telephone.through_telephone(*voices[name, party](turn["clip"] if name == "clip" else turn["text"]))
        if "hold_before_ms" in turn:
            holds.append({"start_ms": now_ms + HOLD_EDGE_MS, "end_ms": now_ms + HOLD_EDGE_MS + turn["hold_before_ms"]})
            now_ms = holds[-1]["end_ms"] + HOLD_EDGE_MS
        elif "overlap_ms" in turn:
            now_ms = max(0, now_ms - turn["overlap_ms"])
        else:
            now_ms += turn.get("pause_ms", PAUSE_MS if placed else 0)
        end_ms = now_ms + len(sound) * 1000 // telephone.RATE_HZ
        placed.append((sound, {"party": party, "start_ms": now_ms, "end_ms": end_ms, "text": turn["text"]}))
        now_ms = max(end_ms, now_ms)
    call_ms = max([turn["end_ms"] for _, turn in placed], default=0) + TAIL_MS
    call_ms = max(call_ms, script.get("at_least_ms", 0))
    audio_ms = script.get("cut_at_ms", call_ms)
    if audio_ms > call_ms:
        raise BadScript(f"calls/{call_id}.toml: cut_at_ms {audio_ms} is after the call's end, {call_ms}; make it smaller")
    return telephone.wav(_mix(placed, call_ms, audio_ms, seed)), _reference(script, placed, holds, call_ms, audio_ms)


def _mix(placed, call_ms, audio_ms, seed):
    samples = call_ms * telephone.RATE_HZ // 1000
    channels = [telephone.line_noise(samples, [seed, number]) for number in range(len(PARTIES))]
    for sound, turn in placed:
        first = turn["start_ms"] * telephone.RATE_HZ // 1000
        channels[PARTIES.index(turn["party"])][first : first + len(sound)] += sound
    return [channel[: audio_ms * telephone.RATE_HZ // 1000] for channel in channels]


def _reference(script, placed, holds, call_ms, audio_ms):
    turns = [heard for _, turn in placed if (heard := _heard(turn, audio_ms))]
    kept = ("call_id", "title", "language", "line", "started_at", "representative", "caller_number", "voices",
            "transfer", "ended_by", "appeal", "sheet", "survey", "flags", "outcome", "expect")
    return {
        **{key: script[key] for key in kept if key in script},
        "channels": list(PARTIES),
        "rate_hz": telephone.RATE_HZ,
        "codec": "mulaw",
        "call_ms": call_ms,
        "audio_ms": audio_ms,
        # False: the publisher must not mark any chunk as the last one.
        "last_chunk": audio_ms == call_ms,
        "holds": holds,
        "turns": turns,
    }


def _heard(turn, audio_ms):
    """The turn as far as the recording goes; of a turn that is cut, the words by their share of its time."""
    words = reference_words(turn["text"])
    if turn["start_ms"] >= audio_ms:
        return None
    if turn["end_ms"] <= audio_ms:
        return {**turn, "words": words}
    share = (audio_ms - turn["start_ms"]) / (turn["end_ms"] - turn["start_ms"])
    return {**turn, "end_ms": audio_ms, "words": words[: round(share * len(words))], "cut": True}


def reference_words(text):
    """The words as written, without punctuation; lower case by the reader's own language rules."""
    return [word for word in re.split(r"[^\w']+", text.replace("’", "'")) if word.strip("'_")]
