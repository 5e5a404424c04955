// The screen where a call is judged: the same player and transcript as on the call's page, and a sheet that saves each mark at once.
import { openBench } from "./bench";

interface Standing {
  version: number;
  score: string;
  gates: string[];
  decided: number;
  changed: string[];
  missing: { criterion: string; missing: "decision" | "reason" }[];
}

const need = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id) as T | null;
  if (!found) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
};

const { words, keys } = openBench();

// ---- saving: one after another, each over the version that the one before it left

const sheet = need("sheet");
const url = sheet.dataset["url"] ?? "";
const saved = need("saved");
const wrong = need("wrong");
const publish = need<HTMLFormElement>("publish");
let version = Number(sheet.dataset["version"]);
let waiting: Promise<void> = Promise.resolve();
let unsaved = 0;
let failed = false;

function stand(now: Standing): void {
  version = now.version;
  (publish.elements.namedItem("version") as HTMLInputElement).value = String(version);
  need("score").textContent = now.score;
  need("decided").textContent = String(now.decided);
  need("critical").hidden = now.gates.length === 0;
  for (const item of criteria) {
    const missing = now.missing.find((one) => one.criterion === item.code);
    item.element.classList.toggle("decided", missing?.missing !== "decision");
    item.element.classList.toggle("changed", now.changed.includes(item.code));
    item.element.classList.toggle("wants-reason", missing?.missing === "reason");
    item.element.classList.toggle("with-words", item.field("comment").value !== "" || (item.critical?.checked ?? false));
  }
}

const AGAIN_AFTER_MS = 2000;

/** Sends until somebody answers: the server may be starting anew. What it had kept before it went is no conflict to it. */
async function put(to: string, body: string): Promise<Response> {
  for (;;) {
    try {
      const answer = await fetch(to, { method: "PUT", headers: { "content-type": "application/json", accept: "application/json" }, body });
      if (answer.status !== 502 && answer.status !== 503 && answer.status !== 504) {
        return answer;
      }
    } catch {
      // Nobody is there.
    }
    saved.textContent = words("again");
    saved.classList.add("bad");
    await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS));
  }
}

function save(path: string, body: () => Record<string, unknown>): Promise<void> {
  unsaved += 1;
  saved.textContent = words("saving");
  waiting = waiting.then(async () => {
    try {
      const answer = await put(url + path, JSON.stringify({ ...body(), version }));
      if (answer.ok) {
        stand((await answer.json()) as Standing);
        failed = false;
        wrong.hidden = true;
      } else if (answer.status === 409) {
        failed = true;
        need<HTMLDialogElement>("changed").showModal();
      } else {
        const told = (await answer.json().catch(() => ({}))) as { error?: string };
        failed = true;
        wrong.textContent = told.error ?? `${words("not_saved")} (${answer.status})`;
        wrong.hidden = false;
      }
    } catch (error) {
      failed = true;
      wrong.textContent = words("not_saved");
      wrong.hidden = false;
      console.error(error);
    }
    unsaved -= 1;
    if (unsaved === 0) {
      saved.textContent = failed ? words("not_saved") : words("saved");
      saved.classList.toggle("bad", failed);
    }
  });
  return waiting;
}

window.addEventListener("beforeunload", (event) => {
  if (unsaved > 0) {
    event.preventDefault();
  }
});

// ---- the criteria

interface Criterion {
  code: string;
  element: HTMLElement;
  radios: HTMLInputElement[];
  critical: HTMLInputElement | null;
  field(name: "reason" | "comment"): HTMLInputElement;
}

const criteria: Criterion[] = [...sheet.querySelectorAll<HTMLElement>(".criterion")].map((element) => ({
  code: element.dataset["criterion"] ?? "",
  element,
  radios: [...element.querySelectorAll<HTMLInputElement>(".marks input")],
  critical: element.querySelector<HTMLInputElement>("[data-do=critical]"),
  field: (name) => element.querySelector<HTMLInputElement>(`[data-field=${name}]`) as HTMLInputElement,
}));

const send = (item: Criterion): Promise<void> =>
  save(`/marks/${encodeURIComponent(item.code)}`, () => ({
    value: item.radios.find((radio) => radio.checked)?.value ?? "",
    critical: item.critical?.checked ?? false,
    reason: item.field("reason").value,
    comment: item.field("comment").value,
  }));

function choose(item: Criterion, find: (radio: HTMLInputElement) => boolean): void {
  const radio = item.radios.find(find);
  if (radio && !radio.checked) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const confirm = need<HTMLDialogElement>("confirm-critical");
const reason = need<HTMLInputElement>("confirm-reason");
let asked: Criterion | undefined;

function answer(yes: boolean): void {
  const item = asked;
  asked = undefined;
  confirm.close();
  if (!item?.critical) {
    return;
  }
  if (!yes) {
    item.critical.checked = false;
    return;
  }
  item.field("reason").value = reason.value.trim();
  const lowest = item.radios.find((radio) => radio.value === "0");
  if (lowest) {
    lowest.checked = true;
  }
  void send(item);
}

confirm.addEventListener("cancel", (event) => {
  event.preventDefault();
  answer(false);
});
confirm.querySelectorAll<HTMLElement>("[data-answer]").forEach((button) =>
  button.addEventListener("click", () => {
    if (button.dataset["answer"] === "yes" && reason.value.trim() === "") {
      reason.focus();
      reason.setAttribute("aria-invalid", "true");
      return;
    }
    answer(button.dataset["answer"] === "yes");
  }),
);

for (const item of criteria) {
  item.element.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target === item.critical && target.checked) {
      asked = item;
      need("confirm-name").textContent = item.element.querySelector("h3")?.textContent ?? item.code;
      reason.value = item.field("reason").value;
      reason.removeAttribute("aria-invalid");
      confirm.showModal();
      return;
    }
    // A better mark takes the critical error back.
    if (item.critical?.checked && target.type === "radio" && target.value !== "0") {
      item.critical.checked = false;
    }
    void send(item);
  });
  item.element.querySelector("[data-do=accept]")?.addEventListener("click", () => accept(item));
  item.element.addEventListener("focusin", () => {
    here = criteria.indexOf(item);
    mark();
  });
}

function accept(item: Criterion): void {
  const value = item.element.dataset["accept"];
  if (value) {
    choose(item, (radio) => radio.value === value);
    go(1);
  }
}

const comment = need<HTMLTextAreaElement>("comment");
comment.addEventListener("change", () => void save("/comment", () => ({ comment: comment.value })));

// ---- from criterion to criterion by the keyboard

let here = criteria.findIndex((item) => !item.element.classList.contains("decided"));
here = here < 0 ? 0 : here;

function mark(): void {
  criteria.forEach((item, at) => item.element.classList.toggle("here", at === here));
}

function go(by: number): void {
  here = Math.min(Math.max(0, here + by), criteria.length - 1);
  mark();
  const item = criteria[here];
  item?.element.focus({ preventScroll: true });
  item?.element.scrollIntoView({ block: "nearest" });
}

const now = (run: (item: Criterion) => void) => () => {
  const item = criteria[here];
  if (item) {
    run(item);
  }
};
const byKey = (key: string) => now((item) => choose(item, (radio) => radio.dataset["key"] === key));

keys.add("keys_sheet", [
  { keys: ["n"], words: "key_next_criterion", run: () => go(1), repeats: true },
  { keys: ["p"], words: "key_previous_criterion", run: () => go(-1), repeats: true },
  { keys: ["a"], words: "key_accept", run: now(accept) },
  { keys: ["1", "5", "0"], words: "key_mark", run: (event) => byKey(event.key)() },
  { keys: ["x"], words: "key_na", run: byKey("x") },
  { keys: ["q"], words: "key_quote", run: now((item) => item.element.querySelector<HTMLAnchorElement>(".evidence a")?.click()) },
  { keys: ["r"], words: "key_reason", run: now((item) => item.field("reason").focus()) },
  { keys: ["c"], words: "key_comment", run: now((item) => item.field("comment").focus()) },
  { keys: ["Enter"], words: "key_publish", ctrl: true, run: () => publish.requestSubmit() },
]);
mark();

publish.addEventListener("submit", (event) => {
  event.preventDefault();
  // What was typed last may still be on its way.
  if (document.activeElement instanceof HTMLElement) {
    document.activeElement.blur();
  }
  void waiting.then(() => {
    const open = criteria.find((item) => !item.element.classList.contains("decided")) ?? criteria.find((item) => item.element.classList.contains("wants-reason"));
    if (failed) {
      return;
    }
    if (open) {
      here = criteria.indexOf(open);
      go(0);
      wrong.textContent = `${open.code}: ${words(open.element.classList.contains("decided") ? "missing_reason" : "missing_decision")}`;
      wrong.hidden = false;
      return;
    }
    publish.submit();
  });
});
