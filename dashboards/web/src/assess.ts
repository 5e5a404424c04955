// The screen where a call is judged: the same player and transcript as on the call's page, and a sheet that saves each mark at once.
import { openBench } from "./bench";
import { type Grave, createConfirm } from "./confirm";
import { createSaving } from "./saving";

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

// ---- what is kept

const sheet = need("sheet");
const publish = need<HTMLFormElement>("publish");
const wrong = need("wrong");

const saving = createSaving<Standing>({
  url: sheet.dataset["url"] ?? "",
  version: Number(sheet.dataset["version"]),
  words,
  status: need("saved"),
  problem: wrong,
  out: need("signed-out"),
  kept: stand,
  conflict: () => need<HTMLDialogElement>("changed").showModal(),
});

function stand(now: Standing): void {
  (publish.elements.namedItem("version") as HTMLInputElement).value = String(now.version);
  need("score").textContent = now.score;
  need("decided").textContent = String(now.decided);
  zeroed(now.gates.length > 0);
  for (const item of criteria) {
    const missing = now.missing.find((one) => one.criterion === item.code);
    item.element.classList.toggle("decided", missing?.missing !== "decision");
    item.element.classList.toggle("changed", now.changed.includes(item.code));
    item.element.classList.toggle("wants-reason", missing?.missing === "reason");
    item.element.classList.toggle("with-words", item.field("comment").value !== "" || item.stands.critical);
    item.element.classList.toggle("grave", now.gates.includes(item.code));
  }
}

/** A gate that was not kept or a critical error makes the result zero, whatever the marks come to. */
function zeroed(yes: boolean): void {
  need("critical").hidden = !yes;
  need("score").classList.toggle("void", yes);
}

// ---- the criteria

interface Criterion {
  code: string;
  /** A 0 on it makes the result of the call zero. */
  gate: boolean;
  element: HTMLElement;
  radios: HTMLInputElement[];
  critical: HTMLInputElement | null;
  /** What was decided; the page may be asking whether to decide otherwise. */
  stands: { value: string; critical: boolean };
  field(name: "reason" | "comment"): HTMLInputElement;
}

const criteria: Criterion[] = [...sheet.querySelectorAll<HTMLElement>(".criterion")].map((element) => {
  const radios = [...element.querySelectorAll<HTMLInputElement>(".marks input")];
  const critical = element.querySelector<HTMLInputElement>("[data-do=critical]");
  return {
    code: element.dataset["criterion"] ?? "",
    gate: element.dataset["gate"] !== undefined,
    element,
    radios,
    critical,
    stands: { value: radios.find((radio) => radio.checked)?.value ?? "", critical: critical?.checked ?? false },
    field: (name) => element.querySelector<HTMLInputElement>(`[data-field=${name}]`) as HTMLInputElement,
  };
});
for (const item of criteria) {
  item.element.classList.toggle("grave", item.stands.critical || (item.gate && item.stands.value === "0"));
}

const path = (item: Criterion): string => `/marks/${encodeURIComponent(item.code)}`;
const body = (item: Criterion) => () => ({ ...item.stands, reason: item.field("reason").value, comment: item.field("comment").value });

/** What is chosen is decided. */
function decide(item: Criterion): void {
  item.stands = { value: item.radios.find((radio) => radio.checked)?.value ?? "", critical: item.critical?.checked ?? false };
  saving.save(path(item), body(item));
}

function choose(item: Criterion, find: (radio: HTMLInputElement) => boolean): void {
  const radio = item.radios.find(find);
  if (radio && !radio.checked) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const confirm = createConfirm(need<HTMLDialogElement>("confirm-critical"), words);

async function confirmed(item: Criterion, what: Grave): Promise<void> {
  const reason = await confirm.ask(what, item.element.querySelector("h3")?.textContent ?? item.code, item.field("reason").value);
  const sure = reason !== undefined;
  const value = sure ? "0" : item.stands.value;
  item.radios.forEach((radio) => (radio.checked = radio.value === value));
  if (item.critical && !(sure && what === "critical")) {
    item.critical.checked = item.stands.critical;
  }
  if (sure) {
    item.field("reason").value = reason;
    decide(item);
  }
}

for (const item of criteria) {
  item.element.addEventListener("input", (event) => {
    if ((event.target as HTMLElement).dataset["field"]) {
      saving.typed(path(item), body(item));
    }
  });
  item.element.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target.dataset["field"]) {
      saving.left(path(item), body(item));
    } else if (target === item.critical && target.checked) {
      void confirmed(item, "critical");
    } else if (item.gate && target.type === "radio" && target.value === "0") {
      void confirmed(item, "gate");
    } else {
      // A better mark takes the critical error back.
      if (item.critical?.checked && target.type === "radio" && target.value !== "0") {
        item.critical.checked = false;
      }
      decide(item);
    }
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
    if (!confirm.open) {
      go(1);
    }
  }
}

const comment = need<HTMLTextAreaElement>("comment");
const remark = () => ({ comment: comment.value });
comment.addEventListener("input", () => saving.typed("/comment", remark));
comment.addEventListener("change", () => saving.left("/comment", remark));

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

const answers = document.getElementById("answers-q");

sheet.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof Element && event.target.closest("[data-field], textarea, [type=search]")) {
    event.preventDefault();
    go(0);
  }
});

keys.add("keys_sheet", [
  { keys: ["n"], words: "key_next_criterion", run: () => go(1), repeats: true },
  { keys: ["p"], words: "key_previous_criterion", run: () => go(-1), repeats: true },
  { keys: ["a"], words: "key_accept", run: now(accept) },
  { keys: ["1", "5", "0"], words: "key_mark", run: (event) => byKey(event.key)() },
  { keys: ["x"], words: "key_na", run: byKey("x") },
  { keys: ["z"], words: "key_critical", run: now((item) => item.critical?.click()) },
  { keys: ["q"], words: "key_quote", run: now((item) => item.element.querySelector<HTMLAnchorElement>(".evidence a")?.click()) },
  { keys: ["r"], words: "key_reason", run: now((item) => item.field("reason").focus()) },
  { keys: ["c"], words: "key_comment", run: now((item) => item.field("comment").focus()) },
  { keys: ["o"], words: "key_overall", run: () => comment.focus() },
  ...(answers ? [{ keys: ["b"], words: "key_answers", run: () => answers.focus() }] : []),
  // In a field; outside of one it is the player's.
  { keys: ["Escape"], words: "key_leave", run: () => go(0) },
  { keys: ["Enter"], words: "key_publish", ctrl: true, run: () => publish.requestSubmit() },
]);
mark();

let ready = false;
publish.addEventListener("submit", (event) => {
  if (ready) {
    return;
  }
  event.preventDefault();
  // What was typed last may still be on its way.
  void saving.settle().then((kept) => {
    if (!kept) {
      return;
    }
    const open = criteria.find((item) => !item.element.classList.contains("decided")) ?? criteria.find((item) => item.element.classList.contains("wants-reason"));
    if (open) {
      here = criteria.indexOf(open);
      go(0);
      wrong.textContent = `${open.code}: ${words(open.element.classList.contains("decided") ? "missing_reason" : "missing_decision")}`;
      wrong.hidden = false;
      return;
    }
    ready = true;
    // Not within the event that asked for it: a form that is being sent is not sent again.
    setTimeout(() => publish.requestSubmit());
  });
});
