"""The telephone: narrow band, 8 kHz, G.711 µ-law, one party a channel."""

import struct

import numpy as np

RATE_HZ = 8000
LOW_HZ, HIGH_HZ = 300.0, 3400.0
SPEECH_RMS = 10 ** (-22 / 20)  # speech level, full scale = 1
NOISE_RMS = 10 ** (-62 / 20)  # an idle line is not digital silence


def resample(sound, rate_hz):
    """To 8 kHz by windowed-sinc interpolation; the cut-off keeps what a telephone keeps, so nothing folds back."""
    sound = np.asarray(sound, dtype=np.float64)
    half = int(np.ceil(16 * rate_hz / RATE_HZ))
    padded = np.concatenate([np.zeros(half), sound, np.zeros(half + 1)])
    count = int(len(sound) * RATE_HZ / rate_hz)
    cutoff = 2 * min(HIGH_HZ, rate_hz / 2) / rate_hz
    taps = np.arange(-half + 1, half + 1)
    out = np.empty(count)
    for first in range(0, count, 4096):
        at = np.arange(first, min(first + 4096, count)) * (rate_hz / RATE_HZ)
        whole = np.floor(at).astype(np.int64)
        distance = taps[None, :] - (at - whole)[:, None]
        window = 0.5 + 0.5 * np.cos(np.pi * np.clip(distance / half, -1, 1))
        kernel = cutoff * np.sinc(cutoff * distance) * window
        out[first : first + len(at)] = np.sum(padded[whole[:, None] + taps[None, :] + half] * kernel, axis=1)
    return out


def band_limit(sound):
    """Takes away what is below 300 Hz (the resampling took what is above 3400 Hz)."""
    reach = 150
    at = np.arange(-reach, reach + 1)
    low_pass = 2 * LOW_HZ / RATE_HZ * np.sinc(2 * LOW_HZ / RATE_HZ * at) * np.hamming(2 * reach + 1)
    high_pass = -low_pass / low_pass.sum()
    high_pass[reach] += 1
    return np.convolve(sound, high_pass, mode="same") if len(sound) > len(at) else sound


def level(sound):
    """Every turn as loud as the next, without clipping; the trailing and leading silence is dropped first."""
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.max(np.abs(sound), initial=1e-9))
    if len(loud) == 0:
        return sound
    margin = RATE_HZ // 20
    sound = sound[max(0, loud[0] - margin) : loud[-1] + margin]
    sound = sound * (SPEECH_RMS / np.sqrt(np.mean(sound**2)))
    return np.clip(sound, -0.99, 0.99)


def through_telephone(sound, rate_hz):
    return level(band_limit(resample(sound, rate_hz)))


def line_noise(samples, seed, rms=NOISE_RMS):
    """Band-limited noise that is the same for the same seed."""
    white = np.random.Generator(np.random.PCG64(seed)).standard_normal(samples)
    smooth = np.convolve(white, np.array([0.25, 0.5, 0.25]), mode="same")
    return smooth * (rms / np.sqrt(np.mean(smooth**2)))


def mulaw(sound):
    """ITU-T G.711 µ-law: 16-bit samples to one byte each."""
    pcm = np.clip(np.round(np.asarray(sound) * 32767), -32635, 32635).astype(np.int64)
    biased = np.abs(pcm) + 132
    exponent = np.floor(np.log2(biased)).astype(np.int64) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    code = (exponent << 4) | mantissa | np.where(pcm < 0, 0x80, 0)
    return (~code & 0xFF).astype(np.uint8)


def wav(channels):
    """RIFF/WAVE, format tag 7, the channels interleaved."""
    data = np.stack([mulaw(channel) for channel in channels], axis=1).tobytes()
    count = len(channels)
    form = struct.pack("<HHIIHHH", 7, count, RATE_HZ, RATE_HZ * count, count, 8, 0)
    fact = struct.pack("<I", len(channels[0]))
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"fact", fact) + _chunk(b"data", data)
    return _chunk(b"RIFF", body)


def _chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
