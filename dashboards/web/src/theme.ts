// Light or dark. Runs before anything is painted, so that a chosen look never flashes in the other one. The one script that every page has, so
// what every page does is started here.
import { showLoading } from "./loading";

showLoading();
{
  const KEPT = "meyar-look";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  // Storage may be forbidden; then a choice lasts as long as the page.
  const kept = (): string | null => {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return root.dataset["look"] ?? null;
    }
  };
  const keep = (look: string | null): void => {
    try {
      if (look) {
        localStorage.setItem(KEPT, look);
      } else {
        localStorage.removeItem(KEPT);
      }
    } catch {
      // Shown all the same.
    }
  };

  const dark = (): boolean => (root.dataset["look"] ?? (system.matches ? "dark" : "light")) === "dark";

  const show = (look: string | null): void => {
    if (look === "light" || look === "dark") {
      root.dataset["look"] = look;
    } else {
      delete root.dataset["look"];
    }
    document.querySelector<HTMLMetaElement>("meta[name=color-scheme]")?.setAttribute("content", look ?? "light dark");
    const button = document.getElementById("look");
    if (button) {
      button.hidden = false;
      const words = (dark() ? button.dataset["light"] : button.dataset["dark"]) ?? "";
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  };

  show(kept());
  document.addEventListener("DOMContentLoaded", () => {
    show(kept());
    document.getElementById("look")?.addEventListener("click", () => {
      const wanted = dark() ? "light" : "dark";
      // Who wants what the system has goes on following the system.
      const choice = wanted === (system.matches ? "dark" : "light") ? null : wanted;
      keep(choice);
      show(choice);
    });
    // On a telephone the sections roll sideways: the one that is open comes into sight.
    const nav = document.querySelector<HTMLElement>(".top nav");
    const open = nav?.querySelector<HTMLElement>("[aria-current]");
    if (nav && open && nav.scrollWidth > nav.clientWidth) {
      nav.scrollLeft = open.offsetLeft - nav.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
    }
  });
  system.addEventListener("change", () => show(kept()));
  addEventListener("storage", (event) => {
    if (event.key === KEPT || event.key === null) {
      show(kept());
    }
  });
}
