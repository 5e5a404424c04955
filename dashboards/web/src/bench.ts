// Everything of a workbench that plays a call: its keys, its tabs, its transcript with the search, its player.
import { createCorrect } from "./correct";
import { type Keys, createKeys } from "./keys";
import { type Player, createPlayer } from "./player";
import { createSearch } from "./search";
import { type Tabs, createTabs } from "./tabs";
import { type Transcript, createTranscript } from "./transcript";
import { type Words, readWords } from "./words";

export interface Bench {
  words: Words;
  keys: Keys;
  tabs?: Tabs | undefined;
  transcript?: Transcript | undefined;
  player?: Player | undefined;
}

const byId = <T extends HTMLElement>(id: string): T | null => document.getElementById(id) as T | null;

/** What the page has is brought to life: a call may lack its sound, its words or both. */
export function openBench(): Bench {
  const words = readWords();
  const keys = createKeys(words, byId<HTMLDialogElement>("keys"));
  const bench = byId("bench");
  const tabList = byId("bench-tabs");
  const tabs = bench && tabList ? createTabs(bench, tabList) : undefined;

  const list = byId("transcript");
  const transcript = list ? createTranscript({ list, cover: byId("bench-top"), back: byId<HTMLButtonElement>("follow") }) : undefined;

  const root = byId("player");
  const player = root ? createPlayer({ root, transcript, keys }) : undefined;
  if (!player && transcript) {
    quotesLeadToWords(transcript, tabs);
  }

  const form = byId<HTMLFormElement>("search");
  if (form && transcript && transcript.segments.length > 0) {
    createSearch({ root: form, transcript, words, keys, open: () => tabs?.show("words-part") });
  }
  if (list && transcript) {
    createCorrect({ list, transcript, words, keys, open: () => tabs?.show("words-part") });
  }
  return { words, keys, tabs, transcript, player };
}

/** Where there is nothing to hear. */
function quotesLeadToWords(transcript: Transcript, tabs?: Tabs): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-segment]") : null;
    const segment = transcript.segments[Number(link?.dataset["segment"])];
    if (link && segment) {
      event.preventDefault();
      tabs?.show("words-part");
      transcript.reveal(segment.element);
      transcript.flash(segment);
    }
  });
}
