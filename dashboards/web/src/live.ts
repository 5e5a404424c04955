// The live page keeps itself new: it asks for its parts again and puts in those that differ. Focus, scroll and what is open stay as they are; only
// new urgent appeals are read aloud. While nobody looks it rests, and while the server cannot be reached it says since when.

const LONGEST_WAIT_S = 60;

const byId = (id: string): HTMLElement | null => document.getElementById(id);

/** What of a part must outlive its content: the focus, what is scrolled, what is unfolded. */
function keeping(part: HTMLElement, change: () => void): void {
  const name = (element: Element): string => element.id || element.getAttribute("data-key") || "";
  const find = (key: string): HTMLElement | null =>
    part.querySelector<HTMLElement>(`[id="${CSS.escape(key)}"], [data-key="${CSS.escape(key)}"]`);
  const active = document.activeElement;
  const summary = active?.tagName === "SUMMARY" ? name(active.parentElement ?? active) : "";
  const focused = active && part.contains(active) ? name(active) : "";
  const open = [...part.querySelectorAll("details[open]")].map(name);
  const scrolled = [...part.querySelectorAll<HTMLElement>(".scroll[data-key]")].map(
    (box) => [name(box), box.scrollLeft, box.scrollTop] as const,
  );
  change();
  for (const key of open) {
    find(key)?.setAttribute("open", "");
  }
  for (const [key, left, top] of scrolled) {
    find(key)?.scrollTo({ left, top, behavior: "instant" });
  }
  if (summary) {
    find(summary)?.querySelector<HTMLElement>("summary")?.focus({ preventScroll: true });
  } else if (focused) {
    find(focused)?.focus({ preventScroll: true });
  }
}

const urgent = (root: ParentNode): Map<string, string> =>
  new Map([...root.querySelectorAll<HTMLElement>("[data-urgent]")].map((row) => [row.dataset["urgent"] ?? "", row.dataset["said"] ?? ""]));

function start(live: HTMLElement, every: number): void {
  const parts = [...live.querySelectorAll<HTMLElement>("[data-live]")];
  // What the server last said, which is not what the page has become since.
  const said = new Map(parts.map((part) => [part.id, part.innerHTML]));
  const [off, out, since, aloud] = ["live-off", "live-out", "live-since", "live-said"].map(byId);
  const pause = byId("live-pause");
  let timer = 0;
  let failures = 0;
  let resting = false;
  let asking = false;
  let reached = new Date();

  function put(html: string): void {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const known = urgent(live);
    for (const next of fresh.querySelectorAll<HTMLElement>("[data-live]")) {
      const part = byId(next.id);
      if (part && said.get(next.id) !== next.innerHTML) {
        said.set(next.id, next.innerHTML);
        keeping(part, () => part.replaceChildren(...next.childNodes));
      }
    }
    const news = [...urgent(live)].filter(([call]) => !known.has(call)).map(([, words]) => words);
    if (aloud && news.length > 0) {
      aloud.textContent = news.join(". ");
    }
  }

  function failed(): void {
    failures += 1;
    if (off?.hidden && since) {
      since.textContent = reached.toLocaleTimeString("az", { timeZone: "Asia/Baku" });
      off.hidden = false;
    }
  }

  async function ask(): Promise<void> {
    asking = true;
    try {
      // Not as a page: who is no longer signed in is told so, and not led to the login.
      const answer = await fetch("/live/part", { headers: { accept: "application/x-part" }, signal: AbortSignal.timeout(30_000) });
      if (answer.status === 401 || answer.status === 403) {
        out?.removeAttribute("hidden");
        resting = true;
      } else if (answer.ok) {
        put(await answer.text());
        failures = 0;
        reached = new Date();
        off?.setAttribute("hidden", "");
      } else {
        failed();
      }
    } catch {
      failed();
    }
    asking = false;
    later();
  }

  function later(): void {
    clearTimeout(timer);
    if (!resting && !document.hidden) {
      timer = setTimeout(() => void ask(), Math.min(every * 2 ** Math.min(failures, 5), Math.max(every, LONGEST_WAIT_S)) * 1000);
    }
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden && !resting && !asking) {
      void ask();
    }
  });
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      resting = !resting;
      pause.textContent = (resting ? pause.dataset["resume"] : pause.dataset["pause"]) ?? "";
      if (resting) {
        clearTimeout(timer);
      } else if (!asking) {
        void ask();
      }
    });
  }
  later();
}

const live = byId("live");
const every = Number(live?.dataset["refreshS"]);
if (live && every > 0) {
  start(live, every);
}
