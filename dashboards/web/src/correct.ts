// Correcting the words of a segment where they stand. The sound is played on meanwhile: one listens and writes.
import type { Keys } from "./keys";
import type { Segment, Transcript } from "./transcript";
import type { Words } from "./words";

export interface CorrectOptions {
  /** The transcript's list; `data-correct` says where corrected words are sent. */
  list: HTMLElement;
  transcript: Transcript;
  words: Words;
  keys: Keys;
  /** Before something is shown: the transcript may be behind a tab. */
  open?: () => void;
}

export function createCorrect({ list, transcript, words, keys, open }: CorrectOptions): void {
  const url = list.dataset["correct"];
  if (!url) {
    return;
  }
  let editor: { segment: Segment; form: HTMLFormElement } | undefined;

  const text = (segment: Segment): HTMLElement | null => segment.element.querySelector("p");

  function close(focus: boolean): void {
    if (!editor) {
      return;
    }
    const { segment, form } = editor;
    editor = undefined;
    form.remove();
    text(segment)?.removeAttribute("hidden");
    if (focus) {
      segment.element.querySelector<HTMLElement>(".correct")?.focus();
    }
  }

  function edit(segment: Segment): void {
    const shown = text(segment);
    if (!shown || editor?.segment === segment) {
      editor?.form.querySelector("textarea")?.focus();
      return;
    }
    close(false);
    open?.();
    const before = shown.textContent ?? "";
    const form = document.createElement("form");
    form.className = "correcting";
    const field = document.createElement("textarea");
    field.value = before;
    field.rows = Math.max(2, Math.ceil(before.length / 60));
    field.maxLength = 5000;
    field.lang = shown.lang;
    field.setAttribute("aria-label", words("correct_words"));
    const wrong = document.createElement("p");
    wrong.className = "problem";
    wrong.setAttribute("role", "alert");
    wrong.hidden = true;
    const button = (name: string, kind: "submit" | "button"): HTMLButtonElement => {
      const made = document.createElement("button");
      made.type = kind;
      made.className = kind === "submit" ? "button small" : "button quiet small";
      made.textContent = words(name);
      return made;
    };
    const save = button("correct_save", "submit");
    const cancel = button("correct_cancel", "button");
    const foot = document.createElement("div");
    foot.className = "toolbar";
    foot.append(save, cancel);
    form.append(field, wrong, foot);
    // A click in here goes nowhere in the sound.
    form.addEventListener("click", (event) => event.stopPropagation());
    cancel.addEventListener("click", () => close(true));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        close(true);
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      save.disabled = true;
      wrong.hidden = true;
      try {
        const after = await send(segment.index, before, field.value);
        shown.textContent = after;
        sign(segment, before);
        close(true);
      } catch (error) {
        wrong.textContent = error instanceof Error && error.message ? error.message : words("correct_failed");
        wrong.hidden = false;
        save.disabled = false;
        field.focus();
      }
    });
    shown.hidden = true;
    shown.after(form);
    editor = { segment, form };
    field.focus();
  }

  async function send(segment: number, before: string, after: string): Promise<string> {
    const answer = await fetch(url as string, {
      method: "PUT",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ segment, before, after }),
    });
    const told: { text?: string; error?: string } = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new Error(told.error ?? "");
    }
    return told.text ?? after;
  }

  function sign(segment: Segment, before: string): void {
    segment.element.classList.remove("unsure");
    const who = segment.element.querySelector(".who");
    if (who && !who.querySelector(".corrected")) {
      const tag = document.createElement("span");
      tag.className = "tag quiet corrected";
      tag.textContent = words("corrected");
      tag.title = `${words("first_words")}: ${before}`;
      who.querySelector(".correct")?.before(tag, " ");
    }
  }

  for (const segment of transcript.segments) {
    const pen = document.createElement("button");
    pen.type = "button";
    pen.className = "correct";
    pen.textContent = words("correct");
    pen.setAttribute("aria-label", `${words("correct")} ${segment.element.querySelector(".at")?.textContent ?? ""}`);
    pen.addEventListener("click", (event) => {
      event.stopPropagation();
      edit(segment);
    });
    segment.element.querySelector(".who")?.append(" ", pen);
  }
  keys.add("keys_transcript", [
    {
      keys: ["e"],
      words: "key_correct",
      run: (event) => {
        const segment = transcript.here() ?? transcript.segments[0];
        if (segment) {
          event.preventDefault();
          edit(segment);
        }
      },
    },
  ]);
}
