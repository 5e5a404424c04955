"""The speech benchmark's rival: faster-whisper, int8, one thread, on samples and spans that it is given.

    whisper.py MODEL_DIR SAMPLES_DIR spans.json plain|batched     prints {"cpu_s", "wall_s", "texts"}
"""
import json
import sys
import time
from pathlib import Path

import numpy
from faster_whisper import BatchedInferencePipeline, WhisperModel

HZ = 16_000


def main() -> None:
    model_dir, samples, spans, mode = sys.argv[1:]
    model = WhisperModel(model_dir, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True)
    batched = BatchedInferencePipeline(model=model)
    options = {"language": "en", "beam_size": 1, "temperature": 0.0, "without_timestamps": True, "condition_on_previous_text": False}
    channels = json.load(open(spans))
    texts = []
    cpu, wall = time.process_time(), time.monotonic()
    for channel in channels:
        audio = numpy.fromfile(Path(samples) / channel["samples"], dtype="<f4")
        if not channel["spans"]:
            texts.append("")
        elif mode == "batched":
            clips = [{"start": start / 1000, "end": end / 1000} for start, end in channel["spans"]]
            heard, _ = batched.transcribe(audio, vad_filter=False, clip_timestamps=clips, batch_size=8, **options)
            texts.append(" ".join(segment.text.strip() for segment in heard))
        else:
            parts = []
            for start, end in channel["spans"]:
                heard, _ = model.transcribe(audio[start * HZ // 1000 : end * HZ // 1000], vad_filter=False, **options)
                parts += [segment.text.strip() for segment in heard]
            texts.append(" ".join(parts))
    print(json.dumps({"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "texts": texts}))


if __name__ == "__main__":
    main()
