// What is slow says that it is under way: a thin bar above the page while another page is fetched; a form is not sent twice meanwhile.

/** What comes sooner needs no bar. */
const SLOW_MS = 300;
/** The server gives up after as long. */
const GIVE_UP_MS = 60_000;
const FILE = /\.(csv|json|md|xlsx|pdf)$/;

/** Whether following it leaves the page: not within it, not beside it, not into a file. */
function leaves(link: HTMLAnchorElement): boolean {
  const to = new URL(link.href, location.href);
  const within = to.hash !== "" && to.pathname === location.pathname && to.search === location.search;
  return to.origin === location.origin && !within && !link.hasAttribute("download") && !FILE.test(to.pathname) && ["", "_self"].includes(link.target);
}

export function showLoading(): void {
  let bar: HTMLElement | undefined;
  let timers: number[] = [];
  let sent: { form: HTMLFormElement; button: HTMLElement | null } | undefined;

  function stop(): void {
    timers.forEach((timer) => clearTimeout(timer));
    timers = [];
    bar?.remove();
    bar = undefined;
    document.getElementById("content")?.removeAttribute("aria-busy");
    sent?.button?.removeAttribute("aria-busy");
    sent?.button?.removeAttribute("aria-disabled");
    sent = undefined;
  }

  function show(): void {
    bar = document.createElement("div");
    bar.className = "page-loading";
    document.body.append(bar);
    document.getElementById("content")?.setAttribute("aria-busy", "true");
    // Not `disabled`: it would lose the focus.
    sent?.button?.setAttribute("aria-busy", "true");
    sent?.button?.setAttribute("aria-disabled", "true");
  }

  function begin(): void {
    stop();
    timers = [window.setTimeout(show, SLOW_MS), window.setTimeout(stop, GIVE_UP_MS)];
  }

  // The last to hear: what a script of the page took upon itself leads nowhere.
  window.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plain && !event.defaultPrevented && leaves(link)) {
      begin();
    }
  });
  window.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter;
    const target = button?.getAttribute("formtarget") ?? form.target;
    const method = button?.getAttribute("formmethod") ?? form.method;
    if (event.defaultPrevented || method === "dialog" || !["", "_self"].includes(target)) {
      return;
    }
    if (sent?.form === form) {
      // Once more would do it twice. Filters may be chosen again while the first choice is fetched.
      event.preventDefault();
      return;
    }
    begin();
    if (method === "post") {
      sent = { form, button };
    }
  });
  // The browser's own key for "no, stay".
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && timers.length > 0) {
      stop();
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      stop();
    }
  });
}
