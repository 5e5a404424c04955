// Search in the transcript: hits are painted over the text, whatever quotes stand in it, and walked through by Enter.
import { findAll, letters } from "./fold";
import type { Keys } from "./keys";
import type { Transcript } from "./transcript";
import type { Words } from "./words";

export interface SearchOptions {
  /** The form with the field, `output`, and buttons `[data-do=previous]` and `[data-do=next]`. */
  root: HTMLFormElement;
  transcript: Transcript;
  words: Words;
  keys?: Keys | undefined;
  /** Before something is shown: the transcript may be behind a tab. */
  open?: () => void;
}

interface Painter {
  /** The text is as it was. */
  clear(): void;
  paint(hits: readonly Range[]): void;
  /** Which of them is looked at. */
  point(now: number): void;
}

/** The browser paints ranges itself; the text stays as it is. */
function highlights(): Painter {
  let painted: readonly Range[] = [];
  const point = (now: number): void => {
    const current = painted[now];
    CSS.highlights.set("hit", new Highlight(...painted.filter((hit) => hit !== current)));
    CSS.highlights.set("hit-now", new Highlight(...(current ? [current] : [])));
  };
  const paint = (hits: readonly Range[]): void => {
    painted = hits;
    point(-1);
  };
  return { clear: () => paint([]), paint, point };
}

/** Older browsers: each piece of text that a hit covers is wrapped by itself, so that a quote's <mark> is never cut. */
function wraps(list: HTMLElement): Painter {
  let painted: HTMLElement[][] = [];
  const wrap = (hit: Range): HTMLElement[] => {
    const walker = document.createTreeWalker(list, NodeFilter.SHOW_TEXT);
    const covered: [Text, number, number][] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node as Text;
      if (hit.intersectsNode(text)) {
        const from = text === hit.startContainer ? hit.startOffset : 0;
        const to = text === hit.endContainer ? hit.endOffset : text.length;
        if (from < to) {
          covered.push([text, from, to]);
        }
      }
    }
    return covered.map(([text, from, to]) => {
      const middle = text.splitText(from);
      middle.splitText(to - from);
      const piece = document.createElement("span");
      piece.className = "hit";
      middle.replaceWith(piece);
      piece.append(middle);
      return piece;
    });
  };
  return {
    clear() {
      for (const piece of painted.flat()) {
        const parent = piece.parentNode;
        piece.replaceWith(...piece.childNodes);
        parent?.normalize();
      }
      painted = [];
    },
    paint(hits) {
      // From the last to the first: wrapping moves only what comes after.
      painted = [...hits].reverse().map(wrap).reverse();
    },
    point(now) {
      painted.forEach((hit, index) => hit.forEach((piece) => piece.classList.toggle("now", index === now)));
    },
  };
}

export function createSearch({ root, transcript, words, keys, open }: SearchOptions): void {
  const field = root.querySelector<HTMLInputElement>("input");
  const count = root.querySelector<HTMLOutputElement>("output");
  const previous = root.querySelector<HTMLButtonElement>("[data-do=previous]");
  const next = root.querySelector<HTMLButtonElement>("[data-do=next]");
  const list = transcript.segments[0]?.element.parentElement;
  if (!field || !count || !previous || !next || !list) {
    throw new Error("the search lacks a part");
  }
  const painter = "highlights" in CSS && CSS.highlights ? highlights() : wraps(list);
  const paragraphs = transcript.segments.map(({ element }) => element.querySelector<HTMLElement>("p")).filter((words) => words !== null);

  let hits: { paragraph: HTMLElement; start: number; end: number }[] = [];
  let now = -1;

  const range = ({ paragraph, start, end }: (typeof hits)[number]): Range => {
    const made = document.createRange();
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = (node as Text).length;
      if (start >= passed && start < passed + length) {
        made.setStart(node, start - passed);
      }
      if (end > passed && end <= passed + length) {
        made.setEnd(node, end - passed);
        break;
      }
      passed += length;
    }
    return made;
  };

  const show = (): void => {
    painter.point(now);
    const asked = field.value.trim() !== "";
    count.textContent = !asked ? "" : hits.length === 0 ? words("search_none") : `${now + 1} / ${hits.length}`;
    root.classList.toggle("asked", asked);
    previous.disabled = next.disabled = hits.length < 2;
    const segment = hits[now]?.paragraph.closest<HTMLElement>(".segment");
    if (segment) {
      transcript.reveal(segment, false);
      transcript.leave();
    }
  };

  const look = (): void => {
    painter.clear();
    const query = letters(field.value.trim());
    hits = paragraphs.flatMap((paragraph) => {
      const text = letters(paragraph.textContent ?? "");
      return findAll(text, query).map(({ first, last }) => ({ paragraph, start: text[first]?.start ?? 0, end: text[last]?.end ?? 0 }));
    });
    painter.paint(hits.map(range));
    // From where one reads: the first hit that is not above what can be seen.
    const top = Math.max(0, list.parentElement?.getBoundingClientRect().top ?? 0);
    const below = hits.findIndex(({ paragraph }) => paragraph.getBoundingClientRect().bottom > top);
    now = hits.length === 0 ? -1 : Math.max(0, below);
    show();
  };

  const go = (by: 1 | -1): void => {
    if (hits.length > 0) {
      open?.();
      now = (now + by + hits.length) % hits.length;
      show();
    }
  };

  root.hidden = false;
  previous.disabled = next.disabled = true;
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (field.value === "") {
        field.blur();
      }
      field.value = "";
      look();
    }
  });
  root.addEventListener("submit", (event) => event.preventDefault());
  previous.addEventListener("click", () => go(-1));
  next.addEventListener("click", () => go(1));

  keys?.add("keys_transcript", [
    {
      keys: ["/"],
      words: "key_search",
      run: () => {
        open?.();
        field.focus();
        field.select();
      },
    },
  ]);
}
