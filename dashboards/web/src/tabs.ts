// The tabs of a workbench, in narrow windows alone; in wide ones its parts stand side by side.

export interface Tabs {
  /** Shows a part, by its id, when only one can be seen. */
  show(id: string): void;
}

/** As in work.css. */
const WIDE = "(min-width: 981px) and (min-height: 520px)";

/** `list` holds a button with `aria-controls` for each part. */
export function createTabs(bench: HTMLElement, list: HTMLElement): Tabs {
  const wide = matchMedia(WIDE);
  const tabs = [...list.querySelectorAll<HTMLButtonElement>("[aria-controls]")];
  const part = (tab: HTMLButtonElement) => document.getElementById(tab.getAttribute("aria-controls") ?? "");
  /** Where each part was read to. */
  const read = new Map<string, number>();
  let shown = tabs[0]?.getAttribute("aria-controls") ?? "";

  const show = (id: string, focus = false): void => {
    if (id !== shown) {
      read.set(shown, scrollY);
    }
    for (const tab of tabs) {
      const chosen = tab.getAttribute("aria-controls") === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      part(tab)?.classList.toggle("off", !chosen);
      if (chosen && focus) {
        tab.focus();
      }
    }
    if (id !== shown && !wide.matches) {
      // Not above the bench: the head was scrolled away once and stays away.
      const top = bench.getBoundingClientRect().top + scrollY;
      scrollTo({ top: Math.max(read.get(id) ?? 0, Math.min(scrollY, top)), behavior: "instant" });
    }
    shown = id;
  };

  const arrange = (): void => {
    list.hidden = wide.matches;
    for (const tab of tabs) {
      const panel = part(tab);
      if (wide.matches) {
        panel?.removeAttribute("role");
      } else {
        panel?.setAttribute("role", "tabpanel");
      }
    }
  };

  list.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[aria-controls]") : null;
    if (tab) {
      show(tab.getAttribute("aria-controls") ?? "");
    }
  });
  list.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const next = by === 0 || at < 0 ? undefined : tabs[(at + by + tabs.length) % tabs.length];
    if (next) {
      event.preventDefault();
      show(next.getAttribute("aria-controls") ?? "", true);
    }
  });
  wide.addEventListener("change", arrange);
  arrange();
  show(shown);
  return { show: (id) => show(id) };
}
