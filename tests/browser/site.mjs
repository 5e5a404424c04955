// What every browser test needs: a running Meyar, a fresh browser, and an eye on what pages must never do.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const base = process.env.MEYAR_URL;
if (!base) {
  console.error("MEYAR_URL is not set: start Meyar and name its address, e.g. MEYAR_URL=http://127.0.0.1:8195 npm test");
  process.exit(2);
}
export const origin = new URL(base).origin;

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Runs `work` in a browser of its own; fails on console errors, page errors, bad answers and requests to anywhere else. */
export async function visit(options, work) {
  const home = await mkdtemp(path.join(tmpdir(), "meyar-browser-"));
  const { allow = [], ...settings } = options;
  const context = await chromium.launchPersistentContext(home, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
    viewport: { width: 1280, height: 900 },
    locale: "az-AZ",
    timezoneId: "Asia/Baku",
    ...settings,
  });
  const wrong = [];
  const report = (line) => {
    if (!allow.some((known) => line.includes(known))) {
      wrong.push(line);
    }
  };
  context.on("console", (message) => message.type() === "error" && report(`console: ${message.text()} ${message.location().url}`));
  context.on("weberror", (error) => report(`page: ${error.error()}`));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) {
      report(`external request: ${url}`);
    }
  });
  context.on("response", (response) => response.status() >= 400 && report(`status ${response.status()}: ${response.url()}`));
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    // A busy machine is no fault of a page.
    page.setDefaultTimeout(40_000);
    await work(page, context);
  } finally {
    await context.close();
    await rm(home, { recursive: true, force: true });
  }
  if (wrong.length > 0) {
    throw new Error(`what a page must not do:\n${wrong.join("\n")}`);
  }
}

/** A period that has calls: the month of the newest call, unless MEYAR_PERIOD names another. */
export function figuresUrl() {
  const period = process.env.MEYAR_PERIOD;
  return period ? `${origin}/?period=${encodeURIComponent(period)}` : `${origin}/`;
}

/** The address of a call that has sound, words and verdicts with evidence, found as a person would find it. */
export async function findCall(page, query = "assessed=yes") {
  let url = `${origin}/calls?${query}`;
  while (url) {
    await page.goto(url);
    const rows = page.locator("table.calls tbody tr", { has: page.locator(".sound") });
    const links = await rows.locator("a.call-link").evaluateAll((all) => all.map((link) => link.href));
    const next = await page.locator("a[rel=next]").evaluateAll((all) => all[0]?.href);
    for (const link of links) {
      await page.goto(link);
      if ((await page.locator(".evidence a").count()) > 0 && (await page.locator(".segment").count()) > 1) {
        return link;
      }
    }
    url = next;
  }
  throw new Error(`no call under /calls?${query} has a recording, a transcript and evidence`);
}
