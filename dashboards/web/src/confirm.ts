// Asks before a step that makes the result of the whole call zero, and wants its reason.
import type { Words } from "./words";

/** What makes it zero: an error that is confirmed as critical, or a 0 on a gate. */
export type Grave = "critical" | "gate";

export interface Confirm {
  readonly open: boolean;
  /** The reason, or nothing when the step was taken back. */
  ask(what: Grave, name: string, reason: string): Promise<string | undefined>;
}

export function createConfirm(dialog: HTMLDialogElement, words: Words): Confirm {
  const part = <T extends HTMLElement>(id: string): T => {
    const found = dialog.querySelector<T>(`#${id}`);
    if (!found) {
      throw new Error(`the dialog has no #${id}`);
    }
    return found;
  };
  const field = part<HTMLInputElement>("confirm-reason");
  let told: ((reason: string | undefined) => void) | undefined;

  function answer(yes: boolean): void {
    const reason = field.value.trim();
    if (yes && reason === "") {
      field.focus();
      field.setAttribute("aria-invalid", "true");
      return;
    }
    dialog.close();
    told?.(yes ? reason : undefined);
    told = undefined;
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    answer(false);
  });
  // A second Escape closes it whatever was prevented.
  dialog.addEventListener("close", () => {
    told?.(undefined);
    told = undefined;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      answer(true);
    }
  });
  dialog
    .querySelectorAll<HTMLElement>("[data-answer]")
    .forEach((button) => button.addEventListener("click", () => answer(button.dataset["answer"] === "yes")));

  return {
    get open() {
      return dialog.open;
    },
    ask(what, name, reason) {
      part("confirm-title").textContent = words(`confirm_${what}`);
      part("confirm-line").textContent = words(`confirm_${what}_line`);
      part("confirm-name").textContent = name;
      field.value = reason;
      field.removeAttribute("aria-invalid");
      dialog.showModal();
      field.focus();
      return new Promise((done) => (told = done));
    },
  };
}
