// What scripts must know of how the page looks: its colours, and when they change.

/** A colour of tokens.css, as it is now. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls back whenever the look has changed, by the system's wish or by the reader's. What is drawn on a canvas is drawn again then. */
export function onLook(changed: () => void): void {
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-look"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** How things come into view: at once for people who asked for less motion. */
export function motion(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
