// The waveform: one line a party, the part that was played, the marked span, silence that is skipped; a click, a drag.
import WaveSurfer from "wavesurfer.js";
import { colour, onLook } from "./look";
import type { Span } from "./silence";

export interface Wave {
  /** The marked span, or none. */
  mark(span: Span | undefined): void;
  shade(silences: readonly Span[]): void;
}

export interface WaveOptions {
  host: HTMLElement;
  audio: HTMLAudioElement;
  /** Where the server tells how loud each moment is. */
  peaks: string;
  nonce: string;
  duration(): number;
  /** A reader clicked that moment. */
  clicked(time: number): void;
  /** A reader dragged over that span; `done` when the hand is lifted. */
  dragged(span: Span, done: boolean): void;
  /** It is drawn; how loud each channel is, moment by moment. */
  ready(peaks: number[][]): void;
}

interface Told {
  duration_ms: number;
  peaks: number[][];
}

/** Pixels below which a hand that moves still means a click. */
const STILL = 5;

export function createWave({ host, audio, peaks, nonce, duration, clicked, dragged, ready }: WaveOptions): Wave {
  const layer = document.createElement("div");
  layer.className = "wave-layer";
  const marked = document.createElement("div");
  marked.className = "wave-span";
  marked.hidden = true;

  const lay = (element: HTMLElement, { start, end }: Span): void => {
    element.style.left = `${(start / duration()) * 100}%`;
    element.style.width = `${((end - start) / duration()) * 100}%`;
  };

  const moment = (x: number): number => {
    const box = layer.getBoundingClientRect();
    return Math.min(Math.max(0, (x - box.left) / box.width), 1) * duration();
  };
  let from: number | undefined;
  let over: Span | undefined;
  layer.addEventListener("pointerdown", (event) => {
    if (event.button === 0) {
      from = event.clientX;
      layer.setPointerCapture(event.pointerId);
    }
  });
  layer.addEventListener("pointermove", ({ clientX }) => {
    if (from !== undefined && (over || Math.abs(clientX - from) >= STILL)) {
      const [began, at] = [moment(from), moment(clientX)];
      over = { start: Math.min(began, at), end: Math.max(began, at) };
      dragged(over, false);
    }
  });
  layer.addEventListener("pointerup", ({ clientX }) => {
    if (over) {
      dragged(over, true);
    } else if (from !== undefined) {
      clicked(moment(clientX));
    }
    from = over = undefined;
  });
  layer.addEventListener("pointercancel", () => {
    from = over = undefined;
  });

  const draw = async (): Promise<void> => {
    const loading = document.createElement("span");
    loading.className = "loading";
    // Its place is kept, so that nothing moves when it comes.
    const drawing = (yes: boolean): void => {
      host.classList.toggle("drawing", yes);
      host.parentElement?.setAttribute("aria-busy", String(yes));
      if (!yes) {
        loading.remove();
      }
    };
    host.append(loading);
    drawing(true);
    // What the server could not decode (Opus) the browser does, when there are no peaks.
    const told = await fetch(peaks).then(
      (answer) => (answer.ok ? (answer.json() as Promise<Told>) : undefined),
      () => undefined,
    );
    const channels = told?.peaks.length ?? 2;
    const shades = () => {
      const all = [
        { waveColor: colour("--representative-wave"), progressColor: colour("--representative") },
        { waveColor: colour("--caller-wave"), progressColor: colour("--caller") },
      ];
      return { cursorColor: colour("--ink"), ...(channels > 1 ? { splitChannels: all } : all[0]) };
    };
    const height = () => (parseFloat(colour("--wave-height")) || 40) * (channels > 1 ? 1 : 2);
    const surfer = WaveSurfer.create({
      container: host,
      media: audio,
      cspNonce: nonce,
      height: height(),
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      barMinHeight: 1,
      cursorWidth: 2,
      normalize: false,
      interact: false,
      dragToSeek: false,
      ...shades(),
      ...(told ? { peaks: told.peaks.map(louder), duration: told.duration_ms / 1000 } : {}),
    });
    onLook(() => surfer.setOptions(shades()));
    addEventListener("resize", () => {
      if (surfer.options.height !== height()) {
        surfer.setOptions({ height: height() });
      }
    });
    layer.append(marked);
    host.append(layer);
    if (told) {
      drawing(false);
      ready(told.peaks);
    } else {
      surfer.on("error", () => drawing(false));
      surfer.on("ready", () => {
        drawing(false);
        ready(surfer.exportPeaks({ channels: 2, maxLength: 1200 }));
      });
    }
  };
  void draw();

  return {
    mark(span) {
      marked.hidden = !span;
      if (span) {
        lay(marked, span);
      }
    },
    shade(silences) {
      layer.querySelectorAll(".wave-silence").forEach((old) => old.remove());
      for (const silence of silences) {
        const shade = document.createElement("div");
        shade.className = "wave-silence";
        lay(shade, silence);
        layer.prepend(shade);
      }
    },
  };
}

/** Telephone speech is quiet: drawn so that the loudest moment fills the height. */
function louder(channel: number[]): number[] {
  const top = Math.max(...channel, 0.05);
  return channel.map((peak) => peak / top);
}
