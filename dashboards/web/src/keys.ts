// The keyboard of a page: every part adds its own keys, the help lists them all.
import type { Words } from "./words";

export interface Binding {
  /** As `KeyboardEvent.key` names them; any of them does it. */
  keys: string[];
  /** The name of the word that says what happens. */
  words: string;
  run(event: KeyboardEvent): void;
  /** Holding the key down does it again and again. */
  repeats?: boolean;
  /** With Ctrl (or Cmd) held down; such keys work in fields too. */
  ctrl?: boolean;
}

export interface Keys {
  /** `group` is the name of the word that heads these keys in the help. Returns what takes them away. */
  add(group: string, bindings: Binding[]): () => void;
  /** Opens the help. */
  help(): void;
}

// Other keyboards write other letters there: on the Azerbaijani one the key of `[` writes ö. The place of the key counts then.
const PLACES: Record<string, string> = { "[": "BracketLeft", "]": "BracketRight", "/": "Slash", "?": "Shift+Slash" };
const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSED_BY_SPACE = "button, summary, [type=checkbox], [type=radio], [role=tab]";
const MOVED_BY_ARROWS = "[type=radio], [role=tab], [role=tablist]";

function place(key: string): string {
  return PLACES[key] ?? (/^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : "");
}

/** What has the focus may need the key itself. */
function taken(event: KeyboardEvent): boolean {
  const focus = event.target instanceof Element ? event.target : document.body;
  if (focus.closest(FIELDS)) {
    return true;
  }
  if (event.key === " ") {
    return focus.closest(PRESSED_BY_SPACE) !== null;
  }
  if (event.key === "Enter") {
    return focus.closest(`a[href], ${PRESSED_BY_SPACE}`) !== null;
  }
  return event.key.startsWith("Arrow") && focus.closest(MOVED_BY_ARROWS) !== null;
}

export function createKeys(words: Words, dialog: HTMLDialogElement | null): Keys {
  const groups = new Map<string, Binding[]>();
  const own: Binding[] = dialog ? [{ keys: ["?"], words: "key_help", run: () => keys.help() }] : [];
  // The help names itself last, whoever adds keys after it.
  const everything = (): [string, Binding[]][] => [...groups, ["keys_page", own]];

  const find = (event: KeyboardEvent): Binding | undefined => {
    const all = everything().flatMap(([, bindings]) => bindings).filter((binding) => (binding.ctrl ?? false) === (event.ctrlKey || event.metaKey));
    const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
    const named = all.find((binding) => binding.keys.includes(key));
    if (named || event.code === "" || /^[a-z0-9]$/i.test(event.key)) {
      return named;
    }
    const code = `${event.shiftKey ? "Shift+" : ""}${event.code}`;
    return all.find((binding) => binding.keys.some((known) => place(known) === code));
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing || document.querySelector("dialog[open]")) {
      return;
    }
    const binding = find(event);
    if (!binding || (event.repeat && !binding.repeats) || (!binding.ctrl && taken(event))) {
      return;
    }
    event.preventDefault();
    binding.run(event);
  });

  const shown = (key: string): string => (key === " " ? words("key_space") : (({ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" })[key] ?? key));

  const list = (): Node[] =>
    everything().flatMap(([group, bindings]) => {
      const head = document.createElement("h3");
      head.textContent = words(group);
      const lines = document.createElement("dl");
      for (const binding of bindings) {
        const line = document.createElement("div");
        const term = document.createElement("dt");
        for (const key of [...(binding.ctrl ? ["Ctrl"] : []), ...binding.keys]) {
          const cap = document.createElement("kbd");
          cap.textContent = shown(key);
          term.append(cap, " ");
        }
        const meaning = document.createElement("dd");
        meaning.textContent = words(binding.words);
        line.append(term, meaning);
        lines.append(line);
      }
      return [head, lines];
    });

  const keys: Keys = {
    add(group, bindings) {
      groups.set(group, [...(groups.get(group) ?? []), ...bindings]);
      return () => {
        const left = (groups.get(group) ?? []).filter((binding) => !bindings.includes(binding));
        if (left.length > 0) {
          groups.set(group, left);
        } else {
          groups.delete(group);
        }
      };
    },
    help() {
      if (dialog && !dialog.open) {
        dialog.querySelector(".keys-list")?.replaceChildren(...list());
        dialog.showModal();
      }
    },
  };

  if (dialog) {
    dialog.addEventListener("click", (event) => {
      // The dialog itself is hit only where its contents are not: beside it.
      if (event.target === dialog) {
        dialog.close();
      }
    });
    document.querySelectorAll<HTMLElement>("[data-keys-help]").forEach((button) => button.addEventListener("click", () => keys.help()));
  }
  return keys;
}
