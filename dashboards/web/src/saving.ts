// Keeping what is judged: one save after another, each over the version that the one before it left. What is typed is kept while it is typed,
// and what waits when the page goes is sent with its last breath.
import type { Words } from "./words";

type Body = () => Record<string, unknown>;

export interface Saving {
  /** Sends at once. */
  save(path: string, body: Body): void;
  /** Sends when typing rests. */
  typed(path: string, body: Body): void;
  /** A field was left: what was typed into it waits no longer. */
  left(path: string, body: Body): void;
  /** Sends what waits; true when everything is kept. */
  settle(): Promise<boolean>;
}

export interface SavingOptions<Answer> {
  /** What paths are appended to. */
  url: string;
  version: number;
  words: Words;
  /** Where it stands whether everything is kept. */
  status: HTMLElement;
  /** Where it stands what the server did not take. */
  problem: HTMLElement;
  /** What shows that one is no longer in. */
  out: HTMLElement;
  kept(answer: Answer): void;
  /** Somebody, perhaps oneself in another window, was faster. */
  conflict(): void;
}

interface Job {
  path: string;
  body: Body;
  /** The page went: it was sent another way. */
  gone?: boolean;
}

const RESTS_MS = 800;
const AGAIN_AFTER_MS = 2000;
/** The server is starting anew, or asks for some patience. */
const LATER = [429, 502, 503, 504];

export function createSaving<Answer extends { version: number }>(options: SavingOptions<Answer>): Saving {
  const { url, words, status, problem, out } = options;
  let { version } = options;
  /** Typed, and not sent yet. */
  const typing = new Map<string, { body: Body; timer: number }>();
  /** Sent and not taken; sent again before the next one. */
  const refused = new Map<string, Body>();
  const queue: Job[] = [];
  let waiting: Promise<void> = Promise.resolve();
  /** The first of the queue is on its way to the server. */
  let flying = false;
  let conflict = false;

  const unsaved = () => typing.size + queue.length + refused.size > 0;

  function show(): void {
    const bad = conflict || refused.size > 0;
    if (queue.length + typing.size > 0) {
      status.textContent = words("saving");
    } else {
      status.textContent = words(bad ? "not_saved" : "saved");
      status.classList.toggle("bad", bad);
    }
  }

  // Kept alive: leaving the page does not take back what was sent.
  const put = ({ path, body }: Job, over: number): Promise<Response> =>
    fetch(url + path, {
      method: "PUT",
      keepalive: true,
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ ...body(), version: over }),
    });

  /** Sends until somebody answers. What the server had kept before it went is no conflict to it. */
  async function answered(job: Job): Promise<Response | undefined> {
    while (!job.gone) {
      try {
        flying = true;
        const answer = await put(job, version);
        if (!LATER.includes(answer.status)) {
          return answer;
        }
      } catch {
        // Nobody is there.
      } finally {
        flying = false;
      }
      status.textContent = words("again");
      status.classList.add("bad");
      await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS));
    }
    return undefined;
  }

  function refuse({ path, body }: Job, line?: string): void {
    refused.set(path, body);
    if (line) {
      problem.textContent = line;
      problem.hidden = false;
    } else {
      out.hidden = false;
    }
  }

  async function send(job: Job): Promise<void> {
    const answer = await answered(job);
    if (!answer) {
      return;
    }
    if (answer.ok) {
      const told = (await answer.json()) as Answer;
      version = told.version;
      conflict = false;
      if (refused.size === 0) {
        problem.hidden = true;
        out.hidden = true;
      }
      options.kept(told);
    } else if (answer.status === 409) {
      conflict = true;
      options.conflict();
    } else if (answer.status === 401) {
      refuse(job);
    } else {
      const told = (await answer.json().catch(() => ({}))) as { error?: string };
      refuse(job, told.error ?? `${words("not_saved")} (${answer.status})`);
    }
  }

  function add(path: string, body: Body): void {
    clearTimeout(typing.get(path)?.timer);
    typing.delete(path);
    refused.delete(path);
    const job: Job = { path, body };
    queue.push(job);
    show();
    waiting = waiting.then(async () => {
      try {
        await send(job);
      } catch (error) {
        refuse(job, words("not_saved"));
        console.error(error);
      }
      const at = queue.indexOf(job);
      if (at >= 0) {
        queue.splice(at, 1);
      }
      show();
    });
  }

  function again(): void {
    for (const [path, body] of [...refused]) {
      add(path, body);
    }
  }

  function flush(): void {
    for (const [path, { body }] of [...typing]) {
      add(path, body);
    }
  }

  window.addEventListener("beforeunload", (event) => {
    flush();
    if (unsaved()) {
      event.preventDefault();
    }
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : again()));
  window.addEventListener("focus", again);
  // Nobody will hear the answers, so nothing waits for them: each goes over the version that the one before it will leave.
  window.addEventListener("pagehide", () => {
    flush();
    let next = version + (flying ? 1 : 0);
    for (const job of queue.splice(0).slice(flying ? 1 : 0)) {
      job.gone = true;
      void put(job, next).catch(() => undefined);
      next += 1;
    }
  });
  window.addEventListener("pageshow", (event) => {
    // Back from the browser's memory, the page does not know what became of its last words.
    if (event.persisted) {
      location.reload();
    }
  });

  return {
    save(path, body) {
      again();
      add(path, body);
    },
    typed(path, body) {
      clearTimeout(typing.get(path)?.timer);
      typing.set(path, { body, timer: window.setTimeout(() => this.save(path, body), RESTS_MS) });
      show();
    },
    left(path, body) {
      if (typing.has(path) || refused.has(path)) {
        this.save(path, body);
      }
    },
    async settle() {
      flush();
      again();
      await waiting;
      return !conflict && refused.size === 0;
    },
  };
}
