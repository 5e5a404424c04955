#!/usr/bin/env python3
"""Word error rate of transcripts against what the demo's calls really say, by call, by party and by voice.

    python3 wer.py DIR transcripts.jsonl

DIR is the folder that voices.py filled; each line of the second file is the data of one calls.transcripts message.
Numbers, British and American spelling, case and punctuation are levelled first. Needs nothing but Python.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

SPELLING = {"center": "centre", "neighbor": "neighbour", "mr": "mister", "ok": "okay", "gasoline": "petrol"}
ONES = {word: value for value, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split())}
TENS = {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {"hundred": 100, "thousand": 1000}


def level(text, language):
    """Words that can be compared: lower case, no punctuation, numbers as digits."""
    if language == "az":
        text = text.replace("I", "ı").replace("İ", "i")
    text = text.lower().replace("’", "'")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    words = [SPELLING.get(word, word) for word in re.split(r"[^\w']+", text) if word.strip("'_")]
    return _numbers(words) if language == "en" else words


def _numbers(words):
    out, value = [], None
    for word in [*words, ""]:
        if word in ONES or word in TENS:
            value = (value or 0) + (ONES[word] if word in ONES else TENS[word])
        elif word in SCALES and value is not None:
            value *= SCALES[word]
        else:
            if value is not None:
                out.append(str(value))
                value = None
            out.append(word)
    return out[:-1]


def errors(reference, heard):
    """Substitutions, deletions and insertions of the best alignment."""
    row = list(range(len(heard) + 1))
    for said in reference:
        above, row[0] = row[:], row[0] + 1
        for at, word in enumerate(heard, 1):
            row[at] = min(above[at] + 1, row[at - 1] + 1, above[at - 1] + (said != word))
    return row[-1]


def main():
    folder, transcripts = Path(sys.argv[1]), Path(sys.argv[2])
    totals = defaultdict(lambda: [0, 0])
    for line in transcripts.read_text(encoding="utf-8").splitlines():
        transcript = json.loads(line)
        path = folder / f"{transcript['call_id']}.reference.json"
        if not path.exists():
            print(f"{transcript['call_id']}: no reference in {folder}, left out", file=sys.stderr)
            continue
        reference = json.loads(path.read_text(encoding="utf-8"))
        language = reference["language"]
        for party in reference["channels"]:
            said = level(" ".join(word for turn in reference["turns"] if turn["party"] == party for word in turn["words"]),
                         language)
            heard = level(" ".join(one["text"] for one in transcript["segments"] if one["party"] == party), language)
            wrong = errors(said, heard)
            voice = reference["voices"].get(party, "silence")
            for key in (f"call {reference['call_id']}", f"voice {voice}", f"language {language}"):
                totals[key][0] += wrong
                totals[key][1] += len(said)
    for key, (wrong, words) in sorted(totals.items()):
        rate = f"{100 * wrong / words:5.1f} %" if words else "    –  "
        print(f"{rate}  {wrong:3d} of {words:4d} words  {key}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
