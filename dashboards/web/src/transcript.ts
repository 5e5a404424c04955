// The words of a call beside its sound: which segment is heard, and the reading that follows it.
import { Events } from "./events";
import { motion } from "./look";
import type { Span } from "./silence";

export interface Segment extends Span {
  readonly index: number;
  readonly element: HTMLElement;
}

export interface TranscriptEvents {
  /** A reader clicked it. */
  picked: Segment;
}

export interface Transcript {
  readonly segments: readonly Segment[];
  readonly events: Events<TranscriptEvents>;
  /** The segment that is heard at this moment. */
  at(time: number): Segment | undefined;
  /** The segment that is heard, or was last. */
  here(): Segment | undefined;
  /** Marks what is heard; scrolls to it unless the reader has scrolled away. */
  show(heard: Segment | undefined, follow: boolean): void;
  /** Scrolls an element into view, within whatever scrolls it; the reader is at the sound again when `follow` is not false. */
  reveal(element: HTMLElement, follow?: boolean): void;
  /** Shows for a moment that this was meant. */
  flash(segment: Segment): void;
  /** The reader looks at something else: nothing scrolls by itself until the place is in view again. */
  leave(): void;
}

export interface TranscriptOptions {
  /** Its items have the class `segment`, `data-start` and `data-end` (milliseconds). */
  list: HTMLElement;
  /** What covers the top of the window while the page scrolls: the player on a telephone. */
  cover?: HTMLElement | null;
  /** Leads back to what is heard; shown while the reader is elsewhere. */
  back?: HTMLButtonElement | null;
}

const SCROLLING_KEYS = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", " "];

export function createTranscript({ list, cover, back }: TranscriptOptions): Transcript {
  const events = new Events<TranscriptEvents>();
  const segments: Segment[] = [...list.querySelectorAll<HTMLElement>(".segment")].map((element, index) => ({
    index,
    element,
    start: Number(element.dataset["start"]),
    end: Number(element.dataset["end"]),
  }));
  /** Heard now; nothing in a pause. */
  let lit: Segment | undefined;
  /** Heard last: in a pause it stays the place that reading goes on from. */
  let current: Segment | undefined;
  let away = false;
  /** The reader's hand was on it last, and not ours. */
  let byHand = false;

  const scroller = (element: HTMLElement): HTMLElement => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY) && box !== document.body) {
        return box;
      }
    }
    return document.documentElement;
  };

  /** What can be seen of the scrolling box, in the window's coordinates. */
  const view = (box: HTMLElement): { top: number; bottom: number } => {
    if (box !== document.documentElement) {
      const { top, bottom } = box.getBoundingClientRect();
      return { top, bottom: Math.min(bottom, window.innerHeight) };
    }
    const covered = cover && getComputedStyle(cover).position === "sticky" ? cover.offsetHeight : 0;
    return { top: covered, bottom: window.innerHeight };
  };

  const seen = (element: HTMLElement): boolean => {
    const { top, bottom } = view(scroller(element));
    const box = element.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  };

  const stray = (gone: boolean): void => {
    away = gone;
    if (back) {
      back.hidden = !gone;
    }
  };

  const reveal = (element: HTMLElement, follow = true): void => {
    if (follow) {
      stray(false);
    }
    if (element.getClientRects().length === 0) {
      return;
    }
    const box = scroller(element);
    const { top, bottom } = view(box);
    const { top: upper, bottom: lower } = element.getBoundingClientRect();
    const room = Math.min(72, (bottom - top) * 0.2);
    if (upper < top + 8 || lower > bottom - room) {
      byHand = false;
      box.scrollBy({ top: upper - top - (bottom - top) * 0.25, behavior: motion() });
    }
  };

  for (const kind of ["wheel", "touchmove"]) {
    document.addEventListener(kind, () => (byHand = true), { passive: true });
  }
  document.addEventListener("keydown", (event) => {
    byHand ||= SCROLLING_KEYS.includes(event.key);
  });
  document.addEventListener("pointerdown", (event) => {
    // A scroll bar belongs to the box itself.
    byHand ||= event.target === scroller(list);
  });
  document.addEventListener(
    "scroll",
    () => {
      if (byHand && current && current.element.getClientRects().length > 0) {
        stray(!seen(current.element));
      }
    },
    { passive: true, capture: true },
  );
  back?.addEventListener("click", () => {
    if (current) {
      reveal(current.element);
    }
    stray(false);
  });

  list.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const element = target?.closest<HTMLElement>(".segment");
    const segment = segments.find((known) => known.element === element);
    // Who marks words to copy them does not mean to go there.
    if (!segment || (!target?.closest("a") && !(getSelection()?.isCollapsed ?? true))) {
      return;
    }
    if (target?.closest("a")) {
      event.preventDefault();
    }
    stray(false);
    events.emit("picked", segment);
  });

  return {
    segments,
    events,
    at(time) {
      let heard: Segment | undefined;
      for (const segment of segments) {
        // Both may speak at once: then the one who began last.
        if (segment.start <= time + 1 && time < segment.end && (!heard || segment.start >= heard.start)) {
          heard = segment;
        }
      }
      return heard;
    },
    here: () => lit ?? current,
    show(heard, follow) {
      if (heard === lit) {
        return;
      }
      lit?.element.classList.remove("current");
      lit?.element.removeAttribute("aria-current");
      lit = heard;
      if (heard) {
        current = heard;
        heard.element.classList.add("current");
        heard.element.setAttribute("aria-current", "true");
        if (follow && !away) {
          reveal(heard.element);
        }
      }
    },
    reveal,
    flash({ element }) {
      element.classList.remove("flash");
      void element.offsetWidth; // starts the animation anew
      element.classList.add("flash");
    },
    leave() {
      // Judged now, and again with each step of the scrolling that led here.
      byHand = true;
      stray(current !== undefined && !seen(current.element));
    },
  };
}
