// Every page of the site (pages.json), in both languages, on a desk and on a telephone: it opens, axe has nothing against it, it is no wider than
// the screen, it says which language it is in, and no text is missing. Runs last: it uses what the other tests left, and makes what they left none
// of. Pictures are put into $MEYAR_RESULTS/screens. MEYAR_PAGES='^/tasks' opens some of them.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { mkdir, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { origin, visit } from "../site.mjs";

const { pages } = JSON.parse(await readFile(new URL("../pages.json", import.meta.url)));
const password = process.env.MEYAR_PASSWORD;
const results = process.env.MEYAR_RESULTS;
const ours = Date.now().toString(36);
// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";

async function comeIn(page, login) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click("main button")]);
}

const press = (page, button) => Promise.all([page.waitForEvent("load"), page.locator(button).first().click()]);
const here = (page) => new URL(page.url()).pathname;

/** What is under way, as somebody left it at noon. */
const makes = {
  async form_draft(page) {
    await page.goto(`${origin}/forms/default-call-form/0.1`);
    await page.fill("#version", `9.${Date.now() % 1_000}`);
    await Promise.all([page.waitForURL("**/forms/drafts/*"), page.click("#new button")]);
  },
  async calibration(page) {
    // Nobody scores a call of their own, and other tests gave assessors the numbers of representatives: a call that two may score is found.
    // Its scorers do not open what else is known of it: one that nobody judged is taken where there is one.
    const judged = await (await page.goto(`${origin}/assessments`)).text();
    const calls = ["demo-az-tax", "demo-hold", "demo-urgent", "demo-dead-air"];
    calls.sort((one, other) => judged.includes(one) - judged.includes(other));
    for (const call of calls) {
      await page.goto(`${origin}/calibration/new`);
      await page.fill("[name=name]", `Açıq dəst ${ours}`);
      await page.fill("[name=ids]", call);
      await press(page, "#calibration .toolbar button");
      if (/\/calibration\/[0-9a-f-]{36}$/.test(page.url())) break;
    }
    const set = page.url();
    // One call of it is being scored.
    await Promise.all([page.waitForURL("**/assess/**"), page.click("#own button")]);
    await page.goto(set);
  },
  async answer(page) {
    await page.goto(`${origin}/answers/new`);
    await page.fill("#question", `Sual ${ours}?`);
    await page.fill("#answer", "Cavab yazılır.");
    await page.fill("#law", "Vergi Məcəlləsi");
    await page.fill("#clause", "16.1");
    await page.check("#topics input[value=law_explanation]");
    await press(page, "#answer-form button");
    await page.waitForURL((url) => /^\/answers\/(?!new)/.test(url.pathname));
  },
  async complaint(page) {
    await page.goto(`${origin}/complaints/new`);
    await page.selectOption("#representative", "R105");
    await page.fill("#wish", `Üzr istənilsin ${ours}`);
    await press(page, "#complaint button");
    await page.waitForURL((url) => /^\/complaints\/(?!new)/.test(url.pathname));
  },
  async training(page) {
    await page.goto(`${origin}/trainings/new`);
    await page.fill("#topic", `Təlim ${ours}`);
    await page.fill("#begins_at", `${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)}T10:00`);
    await page.fill("#place", "204-cü otaq");
    await page.fill("#trainer", "Rauf Hüseynov");
    await page.fill("#pass_mark", "70");
    await page.check("#participants input[value=R105]");
    await press(page, "#training button");
    await page.waitForURL((url) => /^\/trainings\/(?!new)/.test(url.pathname));
  },
  async study(page) {
    await page.goto(`${origin}/studies/new`);
    await page.fill("#title", `Rəy ${ours}`);
    await page.fill("#text", "Layihənin 5-ci maddəsi aydın deyil.");
    await page.fill("#source", "Vergi Məcəlləsi");
    await press(page, "#write button");
    await page.waitForURL((url) => /^\/studies\/(?!new)/.test(url.pathname));
  },
  async task(page) {
    await page.goto(`${origin}/tasks/new`);
    await page.fill("#title", `Tapşırıq ${ours}`);
    await page.fill("#text", "Aylıq arayış hazırlansın.");
    await page.fill("#ordered_by", "Rəis");
    await page.fill("#form", "arayış");
    await page.selectOption("#responsible", { index: 1 });
    await page.fill("#due_on", new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
    await press(page, "#give button");
    await page.waitForURL((url) => /^\/tasks\/(?!new)/.test(url.pathname));
  },
  async survey_draft(page) {
    await survey(page, "caller");
  },
  async survey(page) {
    await survey(page, "representative");
    await press(page, "#open button");
  },
  async card(page) {
    await page.goto(`${origin}/cards`);
    if (!(await page.locator("#make[open]").count())) await page.click("#make summary");
    await page.selectOption("#new-position", "assessor");
    // Not January, whose cards were filled and approved before.
    const periods = await page.locator("#new-period option").evaluateAll((all) => all.map((one) => one.value));
    await page.selectOption("#new-period", periods.find((period) => /^\d{4}-\d{2}$/.test(period) && period !== "2026-01"));
    await press(page, "#make button");
    await press(page, "#cards tr:has-text('Leyla') a");
    await page.locator("#entries").waitFor();
  },
  async plan(page) {
    await page.goto(`${origin}/plans/new`);
    await page.fill("[name=name]", `Hər səhifə ${ours}`);
    await page.fill("[name=first_day]", "2026-01-01");
    await page.fill("[name=last_day]", "2026-01-31");
    await page.fill("[name=each]", "1");
    for (const box of await page.locator("input[type=checkbox][name^=takes-]").all()) {
      await box.setChecked(await box.evaluate((element) => element.closest("label, tr, li, div").textContent.includes("Leyla")));
    }
    await Promise.all([page.waitForURL(/\/plans\/[0-9a-f-]{36}/), page.click("#plan .toolbar button")]);
  },
};

async function survey(page, audience) {
  await page.goto(`${origin}/surveys/new`);
  await page.fill("#name", `Sorğu ${audience} ${ours}`);
  await page.fill("#code", `${audience}-${ours}`);
  await page.selectOption("#audience", audience);
  await page.fill("#first_day", "2020-01-01");
  await page.fill("#last_day", "2099-01-01");
  if (audience === "caller") {
    await page.fill("#share", "5");
    await page.fill("#seed", "toxum");
  }
  await page.fill("[name=q-code-0]", "overall");
  await page.fill("[name=q-az-0]", "Ümumilikdə razısınızmı?");
  await page.fill("[name=q-en-0]", "Are you satisfied on the whole?");
  await Promise.all([page.waitForURL((url) => /^\/surveys\/(?!new)/.test(url.pathname)), page.click("#survey .toolbar button")]);
}

const made = {};

test("what the pages show is under way", async () => {
  const failed = [];
  await visit({ allow: ["status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    for (const [name, make] of Object.entries(makes)) {
      // One that cannot be made is told, and the others are made.
      await make(page).then(
        () => (made[name] = here(page)),
        async (error) => failed.push(`${name}: ${error.message.split("\n")[0]} ${(await page.locator(".problem, .wrong-line").allInnerTexts()).join(" ")}`),
      );
    }
  });
  await visit({}, async (page) => {
    await comeIn(page, "leyla");
    await Promise.all([page.waitForURL("**/assess/**"), page.locator("form[action$=begin] button").first().click()]);
    made.assessment = here(page);
  });
  assert.deepEqual(failed, []);
});

/** `/calls/{id}` as a pattern; what has a page of its own is none of its ids. */
const literal = new Set(pages.map((one) => one.route).filter((route) => !route.includes("{")));
const pattern = (route) => new RegExp(`^${route.replace(/\{[^}]+\}/g, "[^/]+")}$`);

async function linksTo(page, at, route) {
  await page.goto(origin + at);
  const all = await page.locator("main a[href^='/'], form[action^='/']").evaluateAll((some) => some.map((one) => one.getAttribute("href") ?? one.getAttribute("action")));
  return [...new Set(all.map((link) => link.replace(/#.*/, "")))].filter((link) => {
    const plain = link.replace(/\?.*/, "");
    return pattern(route).test(plain) && (plain === route || !literal.has(plain));
  });
}

const known = (text) => text.replace(/\{(\w+)\}/g, (_, name) => made[name] ?? `{${name} was not made}`);

/** The address of a page of that route, or nothing where none is led to. */
async function addressOf(page, { route, path: told, from, add = "" }) {
  if (!from) {
    return known(told ?? route) + add;
  }
  const [first, ...then] = from;
  let found = [known(first)].filter((at) => at.startsWith("/"));
  for (const next of [...then, route]) {
    const further = [];
    for (const at of found) {
      further.push(...(await linksTo(page, at, next)));
      if (next === route && further.length > 0) break;
    }
    found = further;
  }
  return found.length > 0 ? found[0] + add : undefined;
}

/** A text that is missing shows its name, `call.title`. */
const texts = fileURLToPath(new URL("../../../dashboards/texts/az/", import.meta.url));
const sections = new Set();
for (const file of await readdir(texts)) {
  for (const [, section] of (await readFile(path.join(texts, file), "utf8")).matchAll(/^([a-z_]+)-/gm)) sections.add(section);
}
const RAW = new RegExp(`(?<![\\w./-])(?:${[...sections].join("|")})\\.[a-z_]+(?![\\w./-])`, "g");

/** What people read: no code, which may name `calls.line`. */
const read = (page) =>
  page.evaluate(() => {
    const all = [document.title];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      if (!walk.currentNode.parentElement.closest("code, pre, script, textarea, .code")) all.push(walk.currentNode.data);
    }
    for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) all.push(one.ariaLabel ?? "", one.title, one.placeholder ?? "");
    return all.join("\n");
  });

const VIEWS = [
  { lang: "az", colorScheme: "light", width: 1280, height: 900, axe: true },
  { lang: "en", colorScheme: "dark", width: 1280, height: 900, axe: true },
  { lang: "az", colorScheme: "light", width: 390, height: 844, axe: true },
  { lang: "en", colorScheme: "dark", width: 390, height: 844, axe: false },
];

async function look(page, address, name, view, faults) {
  const { lang, colorScheme, width, height } = view;
  const where = `${address} ${lang} ${width}`;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  const answer = await page.goto(`${origin}${address}${address.includes("?") ? "&" : "?"}lang=${lang}`);
  if (answer.status() !== 200) {
    faults.push(`${where}: status ${answer.status()}`);
    return;
  }
  if (await page.locator("#player").count()) {
    await page.locator("#player.ready").waitFor();
  }
  const told = await page.evaluate(() => ({ lang: document.documentElement.lang, over: document.documentElement.scrollWidth - window.innerWidth }));
  if (told.lang !== lang) faults.push(`${where}: lang is ${told.lang}`);
  if (told.over > 0) faults.push(`${where}: ${told.over} px wider than the screen`);
  const raw = (await read(page)).match(RAW);
  if (raw) faults.push(`${where}: texts are missing: ${[...new Set(raw)].join(", ")}`);
  if (view.axe) {
    // Of one frame alone, so that it needs no page of its own.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    faults.push(...violations.map((one) => `${where}: ${one.id}: ${one.nodes[0]?.html}`));
  }
  if (results) {
    await page.screenshot({ path: path.join(results, "screens", `${name}-${lang}-${width}.png`), fullPage: true });
  }
}

// Two at once, since the server works while a browser does.
test("every page opens as it should, in both languages, wide and narrow", { concurrency: 2 }, async (t) => {
  if (results) {
    await mkdir(path.join(results, "screens"), { recursive: true });
  }
  const parts = new Map();
  for (const page of pages.filter(({ route }) => new RegExp(process.env.MEYAR_PAGES ?? "").test(route))) {
    // The lead opens most of them.
    const half = page.who === "orxan" ? `orxan ${parts.get("orxan 1")?.length > (parts.get("orxan 2")?.length ?? 0) ? 2 : 1}` : "others";
    parts.set(half, [...(parts.get(half) ?? []), page]);
  }
  await Promise.all(
    [...parts].map(([part, some]) =>
      t.test(part, async () => {
        const faults = [];
        for (const who of new Set(some.map((one) => one.who))) {
          await visit({ allow: [AXE] }, async (page) => {
            if (who) await comeIn(page, who);
            for (const one of some.filter((each) => each.who === who)) {
              const address = await addressOf(page, one);
              if (!address?.startsWith("/")) {
                faults.push(`${one.route}: ${address ?? `nothing on ${one.from.join(" → ")} leads there`}`);
                continue;
              }
              const name = one.route.replace(/[{}]/g, "").replace(/[^a-z0-9]+/g, "_").replace(/^_/, "") || "home";
              for (const view of VIEWS) await look(page, address, name, view, faults);
            }
          });
        }
        assert.deepEqual(faults, []);
      }),
    ),
  );
});
