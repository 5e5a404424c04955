// The player of a recording: waveform by party, transcript in step, silence skipped, a span repeated, quotes that play.
// Pages hand it their markup (templates/call.html) and drive it through `Player`; all times are milliseconds.
import { Events } from "./events";
import type { Keys } from "./keys";
import { type Span, silencesBetween, silencesByPeaks } from "./silence";
import type { Segment, Transcript } from "./transcript";
import { createWave } from "./wave";

export type { Segment, Span };

export interface PlayerState {
  playing: boolean;
  speed: number;
  loop: boolean;
  skipping: boolean;
}

export interface PlayerEvents {
  /** Where the sound is: with each frame while it plays, and after each jump. */
  time: number;
  /** Another segment is heard, or none. */
  segment: Segment | undefined;
  state: PlayerState;
  /** Another span is marked, or none. */
  span: Span | undefined;
}

export interface Player {
  readonly events: Events<PlayerEvents>;
  readonly state: PlayerState;
  readonly time: number;
  readonly duration: number;
  readonly segment: Segment | undefined;
  readonly span: Span | undefined;
  play(): void;
  pause(): void;
  toggle(): void;
  /** Goes there; a marked span that does not hold the place is given up (while looping it moves along). */
  seek(time: number): void;
  /** Forward or back, from where the sound is. */
  jump(by: number): void;
  /** To the next (1) or the previous (-1) segment. */
  step(by: 1 | -1): void;
  /** Marks the span, plays it from its beginning and stops at its end. */
  playSpan(start: number, end: number): void;
  /** Marks a span that loops when looping; undefined takes the mark away. */
  mark(span: Span | undefined): void;
  setLoop(on: boolean): void;
  setSkipping(on: boolean): void;
  /** One step faster (1) or slower (-1). */
  changeSpeed(by: 1 | -1): void;
}

export interface PlayerOptions {
  /** The section with `<audio>`, `.wave`, `.ruler` and `.controls`; data-peaks, data-nonce. */
  root: HTMLElement;
  transcript?: Transcript | undefined;
  keys?: Keys | undefined;
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP = 5000;
/** A span's end is seen a frame late; this much too early is not heard. */
const FRAME = 12;
const KEPT = "meyar-player";

export function clock(time: number): string {
  const seconds = Math.max(0, Math.floor(time / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** How somebody listens stays from call to call. */
function habits(): { speed: number; skipping: boolean } {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as { speed?: unknown; skipping?: unknown };
    return { speed: SPEEDS.find((speed) => speed === kept.speed) ?? 1, skipping: kept.skipping === true };
  } catch {
    return { speed: 1, skipping: false };
  }
}

function within(span: Span, time: number): boolean {
  return span.start - 1 <= time && time < span.end;
}

export function createPlayer({ root, transcript, keys }: PlayerOptions): Player {
  const part = <T extends Element>(selector: string): T => {
    const found = root.querySelector<T>(selector);
    if (!found) {
      throw new Error(`the player has no ${selector}`);
    }
    return found;
  };
  const audio = part<HTMLAudioElement>("audio");
  const ruler = part<HTMLInputElement>(".ruler input");
  const now = part<HTMLElement>(".ruler output");
  const speeds = part<HTMLSelectElement>("[data-do=speed]");
  const button = (name: string) => part<HTMLButtonElement>(`[data-do=${name}]`);
  const play = button("play");

  const events = new Events<PlayerEvents>();
  const segments = transcript?.segments ?? [];
  let silences: Span[] = [];
  let speed = 1;
  let loop = false;
  let skipping = false;
  let span: Span | undefined;
  /** The span was asked to be heard by itself, so it ends at its end. */
  let stops = false;
  /** Looping marked it; it goes when looping ends. */
  let ofLoop = false;
  let heard: Segment | undefined;
  /** The quote that was asked for. */
  let quote: HTMLAnchorElement | undefined;

  const time = () => audio.currentTime * 1000;
  const duration = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration * 1000 : Number(ruler.max));
  const state = (): PlayerState => ({ playing: !audio.paused, speed, loop, skipping });

  // ---- what is shown

  const wave = createWave({
    host: part<HTMLElement>(".wave"),
    audio,
    peaks: root.dataset["peaks"] ?? "",
    nonce: root.dataset["nonce"] ?? "",
    duration,
    clicked: (at) => {
      seek(at);
      showPlace();
    },
    // What a hand marks is what looping repeats.
    dragged(over, done) {
      setSpan(over);
      if (done) {
        place(over.start);
        showPlace();
      }
    },
    ready(peaks) {
      if (segments.length === 0) {
        silences = silencesByPeaks(peaks, duration());
      }
      showSilences();
      root.classList.add("ready");
    },
  });
  const showSilences = () => wave.shade(skipping ? silences : []);
  /** The words that belong to where one went; in a pause, those that come next. */
  const showPlace = (): void => {
    const segment = transcript?.at(time()) ?? segments.find(({ start }) => start >= time());
    if (segment) {
      transcript?.reveal(segment.element);
    }
  };
  const showState = (): void => {
    const playing = !audio.paused;
    play.classList.toggle("playing", playing);
    play.setAttribute("aria-label", (playing ? play.dataset["pause"] : play.dataset["play"]) ?? "");
    button("loop").setAttribute("aria-pressed", String(loop));
    button("skip").setAttribute("aria-pressed", String(skipping));
    speeds.value = String(speed);
    quote?.classList.toggle("playing", playing && span !== undefined && (stops || loop));
    events.emit("state", state());
  };
  const showTime = (): void => {
    const at = time();
    const done = Math.min(100, (at / duration()) * 100);
    ruler.value = String(Math.round(at));
    ruler.style.setProperty("--done", `${done}%`);
    ruler.setAttribute("aria-valuetext", `${clock(at)} / ${clock(duration())}`);
    now.textContent = clock(at);
    const next = transcript?.at(at);
    transcript?.show(next, !audio.paused);
    if (next !== heard) {
      heard = next;
      events.emit("segment", heard);
    }
    events.emit("time", at);
  };

  // ---- what moves

  const place = (to: number): void => {
    audio.currentTime = Math.min(Math.max(0, to), duration()) / 1000;
  };
  const begin = (): void => {
    // Paused before it began: that is what was asked for.
    audio.play().catch((error: unknown) => {
      if (!(error instanceof DOMException && (error.name === "AbortError" || error.name === "NotSupportedError"))) {
        throw error;
      }
    });
  };
  const setSpan = (next: Span | undefined, told: { stops?: boolean; ofLoop?: boolean; quote?: HTMLAnchorElement } = {}): void => {
    span = next;
    stops = told.stops ?? false;
    ofLoop = told.ofLoop ?? false;
    if (quote !== told.quote) {
      quote?.removeAttribute("aria-current");
      quote?.classList.remove("playing");
      quote = told.quote;
      quote?.setAttribute("aria-current", "true");
    }
    wave.mark(span);
    events.emit("span", span);
  };
  /** What looping repeats at a place where nothing is marked: what is heard, or was heard last; without words everything. */
  const around = (at: number): Span => {
    const near = transcript?.at(at) ?? segments.filter((segment) => segment.start <= at).at(-1) ?? segments[0];
    return near ? { start: near.start, end: near.end } : { start: 0, end: duration() };
  };
  const seek = (to: number): void => {
    if (span && !within(span, to)) {
      setSpan(loop ? around(to) : undefined, { ofLoop: true });
    }
    place(to);
  };

  const hear = (wanted: Span, link?: HTMLAnchorElement): void => {
    setSpan(wanted, { stops: true, ...(link ? { quote: link } : {}) });
    place(wanted.start);
    begin();
    showState();
  };

  /** Called with every frame: the end of a span, and silence. */
  const advance = (): void => {
    if (audio.paused || audio.seeking) {
      return;
    }
    const at = time();
    const held = span && (loop || stops) && at >= span.start - FRAME ? span : undefined;
    const quiet = skipping ? silences.find(({ start, end }) => start <= at && at < end - FRAME) : undefined;
    // Who asks for nothing but silence hears it.
    const silence = quiet && held && quiet.start <= held.start && held.end <= quiet.end ? undefined : quiet;
    const next = silence?.end ?? at;
    if (held && next >= held.end - FRAME) {
      if (loop) {
        place(held.start);
      } else {
        stops = false;
        audio.pause();
        // Its last moment and not the next segment's first.
        place(held.end - 1);
      }
    } else if (silence) {
      place(silence.end);
    }
  };
  const frame = (): void => {
    advance();
    showTime();
    if (!audio.paused) {
      requestAnimationFrame(frame);
    }
  };

  const player: Player = {
    events,
    get state() {
      return state();
    },
    get time() {
      return time();
    },
    get duration() {
      return duration();
    },
    get segment() {
      return heard;
    },
    get span() {
      return span;
    },
    play: begin,
    pause: () => audio.pause(),
    toggle: () => (audio.paused ? begin() : audio.pause()),
    seek,
    jump: (by) => seek(time() + by),
    step(by) {
      const at = time() + 50;
      const next = by === 1 ? segments.find((segment) => segment.start > at) : segments.filter((segment) => segment.start < at - 1000).at(-1);
      const target = next ?? (by === 1 ? segments.at(-1) : segments[0]);
      if (target) {
        seek(target.start);
        transcript?.reveal(target.element);
      }
    },
    playSpan: (start, end) => hear({ start, end }),
    mark(next) {
      setSpan(next);
    },
    setLoop(on) {
      loop = on;
      if (on && !span) {
        setSpan(around(time()), { ofLoop: true });
      } else if (!on && ofLoop) {
        setSpan(undefined);
      }
      if (on && span && !within(span, time())) {
        place(span.start);
      }
      showState();
    },
    setSkipping(on) {
      skipping = on;
      showSilences();
      keepHabits();
      showState();
    },
    changeSpeed(by) {
      setSpeed(SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed);
    },
  };

  const keepHabits = (): void => {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ speed, skipping }));
    } catch {
      // Storage may be forbidden; then habits last as long as the page.
    }
  };
  const setSpeed = (next: number): void => {
    speed = next;
    audio.playbackRate = next;
    keepHabits();
    showState();
  };

  // ---- what is asked for

  audio.addEventListener("play", () => {
    showState();
    frame();
  });
  audio.addEventListener("pause", showState);
  audio.addEventListener("seeked", showTime);
  // Frames rest while the window is in the background.
  audio.addEventListener("timeupdate", () => {
    advance();
    showTime();
  });
  audio.addEventListener("loadedmetadata", () => {
    ruler.max = String(Math.round(duration()));
    wave.mark(span);
    showTime();
  });
  audio.addEventListener("ended", () => {
    if (loop && span) {
      place(span.start);
      begin();
    } else {
      stops = false;
      showState();
    }
  });
  audio.addEventListener("error", () => {
    root.querySelectorAll<HTMLElement>(".player-problem").forEach((line) => (line.hidden = false));
  });

  const doing: Record<string, () => void> = {
    play: player.toggle,
    back: () => player.jump(-STEP),
    forward: () => player.jump(STEP),
    skip: () => player.setSkipping(!skipping),
    loop: () => player.setLoop(!loop),
  };
  for (const [name, run] of Object.entries(doing)) {
    button(name).addEventListener("click", (event) => {
      run();
      // After a click the space bar plays again; who came by the keyboard stays where they are.
      if (event.detail > 0) {
        button(name).blur();
      }
    });
  }
  let byPointer = false;
  speeds.addEventListener("pointerdown", () => (byPointer = true));
  speeds.addEventListener("keydown", () => (byPointer = false));
  speeds.addEventListener("change", () => {
    setSpeed(Number(speeds.value));
    if (byPointer) {
      speeds.blur();
    }
  });
  ruler.addEventListener("input", () => seek(Number(ruler.value)));

  transcript?.events.on("picked", (segment) => {
    seek(segment.start);
    showTime();
  });

  const playQuote = (link: HTMLAnchorElement): void => {
    if (quote === link && !audio.paused && (stops || loop)) {
      audio.pause();
      return;
    }
    hear({ start: Number(link.dataset["seek"]), end: Number(link.dataset["end"]) }, link);
    const segment = segments[Number(link.dataset["segment"])];
    if (segment) {
      transcript?.reveal(segment.element);
      transcript?.flash(segment);
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-seek][data-end]") : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      playQuote(link);
    }
  });

  keys?.add("keys_player", [
    { keys: [" "], words: "key_play", run: player.toggle },
    { keys: ["ArrowLeft"], words: "key_back", run: () => player.jump(-STEP), repeats: true },
    { keys: ["ArrowRight"], words: "key_forward", run: () => player.jump(STEP), repeats: true },
    ...(segments.length > 0
      ? [
          { keys: ["j"], words: "key_next", run: () => player.step(1), repeats: true },
          { keys: ["k"], words: "key_previous", run: () => player.step(-1), repeats: true },
        ]
      : []),
    { keys: ["["], words: "key_slower", run: () => player.changeSpeed(-1) },
    { keys: ["]"], words: "key_faster", run: () => player.changeSpeed(1) },
    { keys: ["l"], words: "key_loop", run: () => player.setLoop(!loop) },
    { keys: ["s"], words: "key_skip", run: () => player.setSkipping(!skipping) },
    {
      keys: ["Escape"],
      words: "key_unmark",
      run: () => {
        audio.pause();
        loop = false;
        setSpan(undefined);
        showState();
      },
    },
  ]);

  // ---- the beginning

  audio.controls = false;
  part<HTMLElement>(".controls").hidden = false;
  part<HTMLElement>(".ruler").hidden = false;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  speeds.replaceChildren(...SPEEDS.map((value) => new Option(`${number.format(value)}×`, String(value))));
  ({ speed, skipping } = habits());
  audio.playbackRate = speed;
  audio.defaultPlaybackRate = speed;
  silences = silencesBetween(segments, duration());
  showState();
  showTime();

  return player;
}
