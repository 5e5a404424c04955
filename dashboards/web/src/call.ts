// The player of one call: waveform of both channels, transcript in step, evidence that seeks.
import WaveSurfer from "wavesurfer.js";
import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

interface Span {
  element: HTMLElement;
  start: number;
  end: number;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function need<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`the page has no #${id}`);
  }
  return element as T;
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const segments: Span[] = [...document.querySelectorAll<HTMLElement>("#transcript .segment")].map((element) => ({
  element,
  start: Number(element.dataset["start"]) / 1000,
  end: Number(element.dataset["end"]) / 1000,
}));

let current: Span | undefined;

/** The segment that is heard: both parties may speak at once, then the one that began last. */
function show(time: number, follow: boolean): void {
  let heard: Span | undefined;
  for (const segment of segments) {
    if (segment.start <= time + 0.001 && time < segment.end && (!heard || segment.start >= heard.start)) {
      heard = segment;
    }
  }
  if (heard === current) {
    return;
  }
  current?.element.classList.remove("current");
  current?.element.removeAttribute("aria-current");
  current = heard;
  if (heard) {
    heard.element.classList.add("current");
    heard.element.setAttribute("aria-current", "true");
    if (follow) {
      bringIntoView(heard.element);
    }
  }
}

function bringIntoView(element: HTMLElement): void {
  element.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

function flash(element: Element | null): void {
  if (element instanceof HTMLElement) {
    element.classList.remove("flash");
    void element.offsetWidth; // restarts the animation
    element.classList.add("flash");
    bringIntoView(element);
  }
}

function withoutPlayer(): void {
  document.querySelectorAll<HTMLAnchorElement>("a[data-segment]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      flash(document.getElementById(`s${link.dataset["segment"]}`));
    });
  });
}

async function start(player: HTMLElement): Promise<void> {
  const audio = need<HTMLAudioElement>("audio");
  const play = need<HTMLButtonElement>("play");
  const seek = need<HTMLInputElement>("seek");
  const now = need<HTMLOutputElement>("now");
  const speed = need<HTMLSelectElement>("speed");
  audio.controls = false;
  need("controls").hidden = false;

  const duration = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : Number(seek.max) / 1000);
  const go = (time: number) => {
    audio.currentTime = Math.min(Math.max(0, time), duration());
  };
  const toggle = () => {
    if (audio.paused) {
      // Paused before it began: that is what was asked for.
      audio.play().catch((error: unknown) => {
        if (!(error instanceof DOMException && error.name === "AbortError")) {
          throw error;
        }
      });
    } else {
      audio.pause();
    }
  };
  const step = (by: 1 | -1) => {
    if (segments.length === 0) {
      return;
    }
    const time = audio.currentTime + 0.05;
    const next = by === 1 ? segments.find((s) => s.start > time) : [...segments].reverse().find((s) => s.end <= time || s.start < time - 1);
    const target = next ?? (by === 1 ? segments.at(-1) : segments[0]);
    if (target) {
      go(target.start);
      bringIntoView(target.element);
    }
  };

  const tick = () => {
    seek.value = String(Math.round(audio.currentTime * 1000));
    now.textContent = clock(audio.currentTime);
    seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(duration())}`);
    seek.style.setProperty("--done", `${(audio.currentTime / duration()) * 100}%`);
    show(audio.currentTime, !audio.paused);
  };
  const frame = () => {
    tick();
    if (!audio.paused) {
      requestAnimationFrame(frame);
    }
  };
  const state = () => {
    play.classList.toggle("playing", !audio.paused);
    play.setAttribute("aria-label", (audio.paused ? play.dataset["play"] : play.dataset["pause"]) ?? "");
  };

  audio.addEventListener("play", () => {
    state();
    frame();
  });
  audio.addEventListener("pause", state);
  audio.addEventListener("seeked", tick);
  audio.addEventListener("timeupdate", tick);
  audio.addEventListener("loadedmetadata", () => {
    seek.max = String(Math.round(duration() * 1000));
    tick();
  });
  play.addEventListener("click", toggle);
  seek.addEventListener("input", () => go(Number(seek.value) / 1000));
  speed.addEventListener("change", () => {
    audio.playbackRate = Number(speed.value);
  });

  let regions: ReturnType<typeof RegionsPlugin.create> | undefined;
  let marked: Region | undefined;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-seek]") : null;
    if (!link) {
      return;
    }
    event.preventDefault();
    const from = Number(link.dataset["seek"]) / 1000;
    go(from);
    marked?.remove();
    marked = undefined;
    document.querySelectorAll(".evidence a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    if (link.dataset["segment"] !== undefined) {
      const to = Number(link.dataset["end"]) / 1000;
      marked = regions?.addRegion({ start: from, end: to, color: colour("--mark-region"), drag: false, resize: false });
      link.setAttribute("aria-current", "true");
      flash(document.getElementById(`s${link.dataset["segment"]}`));
    }
  });

  document.addEventListener("keydown", (event) => {
    const busy = event.target instanceof Element && event.target.closest("input, select, textarea, button, a, summary, [contenteditable]");
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === " " && !busy) {
      event.preventDefault();
      toggle();
    } else if (event.key === "j" || event.key === "k") {
      if (!(event.target instanceof HTMLInputElement && event.target.type === "text")) {
        step(event.key === "j" ? 1 : -1);
      }
    }
  });
  tick();

  // What the server could not decode (Opus) the browser does, when there are no peaks.
  const peaks = await fetch(player.dataset["peaks"] ?? "").then(
    (answer) => (answer.ok ? (answer.json() as Promise<{ duration_ms: number; peaks: number[][] }>) : undefined),
    () => undefined,
  );
  const shades = [
    { waveColor: colour("--representative-wave"), progressColor: colour("--representative") },
    { waveColor: colour("--caller-wave"), progressColor: colour("--caller") },
  ];
  const channels = peaks?.peaks.length ?? 2;
  const plugin = RegionsPlugin.create();
  regions = plugin;
  WaveSurfer.create({
    container: need("wave"),
    media: audio,
    cspNonce: player.dataset["nonce"] ?? "",
    height: channels > 1 ? 52 : 80,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    barMinHeight: 1,
    cursorColor: colour("--ink"),
    cursorWidth: 2,
    normalize: false,
    dragToSeek: true,
    plugins: [plugin],
    ...(channels > 1 ? { splitChannels: shades } : shades[0]),
    ...(peaks ? { peaks: peaks.peaks.map(louder), duration: peaks.duration_ms / 1000 } : {}),
  });
  player.classList.add("ready");
}

/** Telephone speech is quiet: drawn so that the loudest moment fills the height. */
function louder(channel: number[]): number[] {
  const top = Math.max(...channel, 0.05);
  return channel.map((peak) => peak / top);
}

const player = document.getElementById("player");
if (player) {
  void start(player);
} else {
  withoutPlayer();
}
