// The chart of a period's days is drawn by the server. This says what stands at the column that somebody points at, or has chosen by arrow keys;
// every number and every word comes from the page.
import "./filters";

interface Column {
  /** As people read its day, month or hour. */
  name: string;
  said: string;
}

function readable(chart: HTMLElement, slider: HTMLElement, told: HTMLElement, columns: Column[]): void {
  const band = chart.querySelector("svg .at");
  const last = columns.length - 1;
  let chosen = last;

  const show = (place: number): void => {
    const column = columns[place];
    if (!column) {
      return;
    }
    chosen = place;
    const name = document.createElement("b");
    name.textContent = column.name;
    told.replaceChildren(name, ` ${column.said}`);
    slider.setAttribute("aria-valuenow", String(place + 1));
    slider.setAttribute("aria-valuetext", `${column.name}: ${column.said}`);
    band?.setAttribute("x", `${(100 * place) / columns.length}%`);
    band?.setAttribute("width", `${100 / columns.length}%`);
  };
  const rest = (): void => {
    told.textContent = told.dataset["hint"] ?? "";
    band?.setAttribute("width", "0");
  };
  const point = (event: PointerEvent): void => {
    const box = slider.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
    show(Math.min(last, Math.max(0, place)));
  };
  const steps: Record<string, () => number> = {
    ArrowLeft: () => chosen - 1,
    ArrowDown: () => chosen - 1,
    ArrowRight: () => chosen + 1,
    ArrowUp: () => chosen + 1,
    PageDown: () => chosen - 7,
    PageUp: () => chosen + 7,
    Home: () => 0,
    End: () => last,
  };

  slider.addEventListener("pointermove", point);
  slider.addEventListener("pointerdown", point);
  slider.addEventListener("pointerleave", (event) => {
    // A finger that is lifted leaves what it has chosen to be read.
    if (event.pointerType === "mouse" && document.activeElement !== slider) {
      rest();
    }
  });
  slider.addEventListener("focus", () => show(chosen));
  slider.addEventListener("blur", rest);
  slider.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      show(Math.min(last, Math.max(0, step())));
    }
  });
  // A value that is read aloud before anybody has pointed anywhere.
  show(last);
  rest();
  slider.hidden = false;
}

const [chart, slider, told, source] = ["chart", "chart-at", "chart-said", "chart-data"].map((id) => document.getElementById(id));
if (chart && slider && told && source?.textContent) {
  readable(chart, slider, told, JSON.parse(source.textContent) as Column[]);
}
