#!/usr/bin/env python3
"""Speech: seconds of audio a CPU second recognises, on one thread, against faster-whisper int8 with the same weights.

    tests/bench/speech.py      the demo's English calls (µ-law, 8 kHz, two channels) and five LibriVox clips (people, 16 kHz)

Both hear the same samples cut at the same places: ours finds the spans, which is in our time and not in the rival's.
"""
import json
import os
import re
import tempfile
from pathlib import Path

from common import BENCH, CACHE, HERE, PYTHON, ROUNDS, keep, median, run, say, spread

CLIPS = Path("/usr/share/pocketsphinx/test/data/librivox")
MODELS = Path(os.environ.get("MEYAR_MODEL_DIR", CACHE / "models"))
CT2 = CACHE / "bench/ct2"
ONE = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def sets() -> dict:
    """Name → (recordings, reference text of each channel)."""
    calls, texts = [], []
    for path in sorted((CACHE / "demo-calls").glob("*.reference.json")):
        told = json.loads(path.read_text())
        wav = path.with_name(path.name.replace(".reference.json", ".wav"))
        # Of the truncated call, the reference holds more than was recorded.
        if told["language"] == "en" and told["audio_ms"] == told["call_ms"] and wav.exists():
            calls.append(wav)
            texts.append([" ".join(turn["text"] for turn in told["turns"] if turn["party"] == party) for party in ("representative", "caller")])
    clips, said = [], []
    for line in (CLIPS / "transcription").read_text().splitlines():
        text, name = re.fullmatch(r"<s> (.*) </s> \((.*)\)", line).groups()
        clips.append(CLIPS / f"{name}.wav")
        said.append([text])
    found = {"telephone": (calls, texts), "librivox": (clips, said)}
    if not calls:
        raise SystemExit(f"bench: no demo calls in {CACHE / 'demo-calls'}; run `make demo ONCE=1` first")
    return found


def word_error_rate(references: list, heard: list) -> float:
    lines = "\n".join(json.dumps({"reference": r, "heard": h}) for r, h in zip(references, heard))
    counted = [json.loads(line) for line in run(BENCH, "wer", input=lines).stdout.splitlines()]
    return sum(c["edits"] for c in counted) / sum(c["words"] for c in counted)


def measure(name: str, files: list, references: list, folder: Path) -> dict:
    said = [text for channels in references for text in channels]
    runs: dict = {"ours": [], "rival": [], "rival_batched": []}
    for _ in range(ROUNDS):
        samples = ["--samples", folder] if not runs["ours"] else []
        ours = json.loads(run(BENCH, "hear", "--model", MODELS / "ggml-base-q8_0.bin", "--vad", MODELS / "ggml-silero-v6.2.0.bin", *samples, *files, env=ONE).stdout)
        channels = [
            {"samples": f"{file['file']}.{n}.f32", "spans": channel["spans"], "text": channel["text"]}
            for file in ours["files"]
            for n, channel in enumerate(file["channels"])
        ]
        ours["texts"] = [channel["text"] for channel in channels]
        runs["ours"].append(ours)
        spans = folder / "spans.json"
        spans.write_text(json.dumps(channels))
        for side, mode in (("rival", "plain"), ("rival_batched", "batched")):
            runs[side].append(json.loads(run(PYTHON, HERE / "whisper.py", CT2, folder, spans, mode, env=ONE).stdout))
    audio_s = sum(file["duration_ms"] for file in ours["files"]) / 1000
    speech_s = sum(file["speech_ms"] for file in ours["files"]) / 1000
    told: dict = {"audio_s": round(audio_s, 1), "speech_s": round(speech_s, 1), "spans": sum(len(c["spans"]) for c in channels)}
    say(f"speech: {name}, {len(files)} recordings, {audio_s:.0f} s of audio with {speech_s:.0f} s of speech in {told['spans']} spans")
    for side, of_side in runs.items():
        rates = [audio_s / r["cpu_s"] for r in of_side]
        told[side] = {"audio_s_per_cpu_s": round(median(rates), 2), "spread": spread(rates), "wer": round(word_error_rate(said, of_side[-1]["texts"]), 4)}
        say(f"  {side:<14} {median(rates):>6.2f} s of audio a CPU second ({spread(rates)}), WER {100 * told[side]['wer']:.1f} %")
    told["ours"]["vad_share"] = round(median([r["vad_cpu_s"] / r["cpu_s"] for r in runs["ours"]]), 3)
    for side in ("rival", "rival_batched"):
        told[side]["texts_other_than_ours"] = sum(a.split() != b.split() for a, b in zip(runs["ours"][-1]["texts"], runs[side][-1]["texts"]))
        told[f"ratio_{side}"] = round(told["ours"]["audio_s_per_cpu_s"] / told[side]["audio_s_per_cpu_s"], 3)
    return told


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="meyar-bench-") as folder:
        keep("speech", {name: measure(name, *recordings, Path(folder)) for name, recordings in sets().items()})


if __name__ == "__main__":
    main()
