// The chart of a period's days. Every number and every word comes from the page; nothing is computed here.
import uPlot from "uplot";
import "./filters";
import { colour, onLook } from "./look";

interface ChartData {
  /** One name a day, as people read it. */
  labels: string[];
  /** The short form under the axis. */
  ticks: string[];
  series: { code: "offered" | "answered" | "lost"; name: string; values: (number | null)[]; texts: string[] }[];
  dayName: string;
}

function draw(holder: HTMLElement, data: ChartData): uPlot | undefined {
  const byCode = new Map(data.series.map((series) => [series.code, series]));
  const offered = byCode.get("offered");
  const answered = byCode.get("answered");
  const lost = byCode.get("lost");
  if (!offered || !answered || !lost) {
    return undefined;
  }
  const bars = uPlot.paths.bars?.({ size: [0.72, 44], radius: 0.12 });
  const text = (series: ChartData["series"][number]) => (_: uPlot, __: number, ___: number, index: number | null) =>
    index === null ? "–" : (series.texts[index] ?? "–");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const days = data.labels.length;
  // What is offered is drawn whole in the colour of the lost, and what is answered over it: the part that shows is the loss.
  const plot = new uPlot(
    {
      width: holder.clientWidth,
      height: height(holder),
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [-0.6, days - 0.4] },
        y: { range: (_, __, max) => [0, (max || 1) * 1.08] },
      },
      legend: { live: true },
      series: [
        { label: data.dayName, value: (_, __, ___, index) => (index === null ? "–" : (data.labels[index] ?? "–")) },
        { label: offered.name, value: text(offered), stroke: colour("--lost"), fill: colour("--lost"), width: 0, paths: bars, points: { show: false } },
        { label: answered.name, value: text(answered), stroke: colour("--answered"), fill: colour("--answered"), width: 0, paths: bars, points: { show: false } },
        { label: lost.name, value: text(lost), stroke: "transparent", width: 0, points: { show: false } },
      ],
      axes: [
        {
          font,
          stroke: colour("--muted"),
          grid: { show: false },
          ticks: { show: false },
          gap: 6,
          size: 34,
          splits: () => spaced(days, holder.clientWidth),
          values: (_, splits) => splits.map((split) => data.ticks[split] ?? ""),
        },
        {
          font,
          stroke: colour("--muted"),
          grid: { stroke: colour("--grid"), width: 1 },
          ticks: { show: false },
          size: 56,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000],
          values: (_, splits) => splits.map((split) => new Intl.NumberFormat(document.documentElement.lang === "en" ? "en" : "ru").format(split)),
        },
      ],
    },
    [data.labels.map((_, index) => index), offered.values, answered.values, lost.values] as uPlot.AlignedData,
    holder,
  );
  const markers = holder.querySelectorAll<HTMLElement>(".u-series .u-marker");
  ["transparent", "transparent", colour("--answered"), colour("--lost")].forEach((shade, index) => {
    const marker = markers[index];
    if (marker) {
      marker.style.background = shade;
      marker.style.border = "0";
    }
  });
  return plot;
}

function height(holder: HTMLElement): number {
  return holder.clientWidth < 520 ? 240 : 300;
}

/** As many names as have room; always the first. */
function spaced(days: number, width: number): number[] {
  const step = Math.max(1, Math.ceil((days * 52) / Math.max(1, width - 60)));
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => index * step);
}

const holder = document.getElementById("chart");
const source = document.getElementById("chart-data");
if (holder && source?.textContent) {
  const data = JSON.parse(source.textContent) as ChartData;
  // The axis is drawn on a canvas, so the font has to be there first.
  void document.fonts.ready.then(() => {
    let plot = draw(holder, data);
    new ResizeObserver(() => plot?.setSize({ width: holder.clientWidth, height: height(holder) })).observe(holder);
    // A canvas keeps the colours that it was drawn with.
    onLook(() => {
      plot?.destroy();
      plot = draw(holder, data);
    });
  });
}
