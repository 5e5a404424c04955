import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { figuresUrl, origin, visit } from "./site.mjs";

const digits = (text) => text.replace(/\D/g, "");

/** The page behind the number of lost calls of all lines. */
async function openLost(page) {
  await page.goto(figuresUrl());
  const link = page.locator("#table-calls_by_line tr.total a.cell[href*='cell=lost']").first();
  const shown = digits(await link.innerText());
  await link.click();
  await page.waitForURL("**/figures/calls_by_line/rows?**");
  return shown;
}

test("a number leads to its rows, and a row to its call", async () => {
  await visit({}, async (page) => {
    const shown = await openLost(page);
    assert.ok(Number(shown) > 0, shown);
    assert.equal(digits(await page.locator("h1 .behind-value").innerText()), shown);
    assert.equal(digits(await page.locator("#rows-total").innerText()), shown);
    const rows = await page.locator("table.records tbody tr").count();
    assert.equal(rows, Math.min(100, Number(shown)));
    assert.equal(await page.locator("#rows-sql pre").isVisible(), false, "the SQL waits to be asked for");
    await page.locator("#rows-sql summary").click();
    assert.match(await page.locator("#rows-sql pre").innerText(), /FROM incoming[\s\S]*outcome = 'lost'/);
    if (Number(shown) > 100) {
      const first = await page.locator("table.records tbody a").first().innerText();
      await page.locator("a[rel=next]").click();
      await page.waitForURL(/page=2/);
      assert.notEqual(await page.locator("table.records tbody a").first().innerText(), first);
    }
    await page.locator("table.records tbody a").first().click();
    await page.waitForURL("**/calls/**");
  });
});

test("all rows can be taken away as CSV and as JSON", async () => {
  await visit({ acceptDownloads: true }, async (page) => {
    const shown = Number(await openLost(page));
    const take = async (name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
    };
    const csv = await take("CSV");
    assert.match(csv.name, /^calls_by_line-lost-.*\.csv$/);
    assert.equal(csv.text.trimEnd().split("\n").length, shown + 1);
    const json = await take("JSON");
    assert.match(json.name, /\.json$/);
    assert.equal(JSON.parse(json.text).length, shown);
  });
});

test("numbers are reached with the keyboard and say what they open", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/figures/calls_by_line`);
    const link = page.locator("a.cell").first();
    assert.match(await link.getAttribute("aria-label"), /: [\d\s\u00a0]+ – sətirlərə bax$/);
    await link.focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    const outline = await link.evaluate((element) => getComputedStyle(element).outlineStyle);
    assert.equal(outline, "solid");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/rows?**");
  });
});

test("a year and any days can be chosen for a figure", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/figures/calls_by_day`);
    await page.locator(".spans a").first().click();
    assert.match(page.url(), /period=\d{4}$/);
    await page.locator(".spans a").last().click();
    assert.match(page.url(), /period=\d{4}-01-01\.\.\d{4}-12-31$/);
    const year = page.url().match(/period=(\d{4})/)[1];
    await page.locator("input[name=first]").fill(`${year}-01-05`);
    await page.locator("input[name=last]").fill(`${year}-01-06`);
    await page.locator("form.period button").click();
    await page.waitForURL(/first=/);
    assert.equal(await page.locator("h1 + .lead").innerText(), `05.01.${year} – 06.01.${year} · Bütün xətlər`);
    assert.ok((await page.locator("#table-calls_by_day tbody tr").count()) <= 2);
  });
});

test("the pages of rows have no obstacle, also on a telephone", async () => {
  await visit({ viewport: { width: 390, height: 844 }, allow: ["Applying inline style"] }, async (page) => {
    await openLost(page);
    for (const url of [page.url(), `${origin}/figures/kpi`, `${origin}/figures/sheets_balance`]) {
      await page.goto(url);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${url} is ${wide} pixels too wide`);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      const found = violations.filter(({ impact }) => impact !== "minor");
      assert.deepEqual(found.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary}`), [], url);
    }
  });
});
