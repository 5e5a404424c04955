import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresUrl, origin, visit } from "./site.mjs";

test("the page of figures shows numbers, each with its SQL", async () => {
  await visit({}, async (page) => {
    await page.goto(figuresUrl());
    const cards = await page.locator(".card").count();
    assert.ok(cards >= 7, `${cards} cards`);
    const offered = (await page.locator("#card-offered .value").innerText()).replace(/\D/g, "");
    assert.ok(Number(offered) > 0, `offered: ${offered}`);
    assert.match(await page.locator("#card-within .value").innerText(), /^\d{1,3},\d\s%$/);
    assert.match(await page.locator("#card-wait .value").innerText(), /^\d+:\d\d$/);
    await page.locator("#card-offered .sql-link").click();
    await page.waitForURL("**/figures/**");
    assert.match(await page.locator("pre.sql").innerText(), /SELECT[\s\S]*FROM/);
  });
});

test("the chart is drawn, and the same numbers stand in a table", async () => {
  await visit({}, async (page) => {
    await page.goto(figuresUrl());
    const canvas = page.locator("#chart canvas");
    await canvas.waitFor();
    const colours = await canvas.evaluate((element) => {
      const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
      const seen = new Map();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] > 200) {
          const key = `${data[at]},${data[at + 1]},${data[at + 2]}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }
      return [...seen.entries()].filter(([, pixels]) => pixels > 50).map(([colour]) => colour);
    });
    assert.ok(colours.includes("44,127,140"), `no bar of answered calls among ${colours.slice(0, 9).join(" ")}`);
    await page.locator("details.equivalent summary").click();
    const labels = await page.locator("#chart-data").evaluate((element) => JSON.parse(element.textContent).series[0].values.filter((v) => v !== null).length);
    assert.equal(await page.locator("details.equivalent tbody tr").count(), labels);
  });
});

test("the legend follows the pointer with the page's own numbers", async () => {
  await visit({}, async (page) => {
    await page.goto(figuresUrl());
    const over = page.locator("#chart .u-over");
    await over.waitFor();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const day = page.locator("#chart .u-legend .u-series").first().locator(".u-value");
    await page.waitForFunction(() => document.querySelector("#chart .u-legend .u-series .u-value")?.textContent !== "–");
    const label = await day.innerText();
    const known = await page.locator("#chart-data").evaluate((element) => JSON.parse(element.textContent).labels);
    assert.ok(known.includes(label), label);
  });
});

test("choosing a line changes the figures without a button", async () => {
  await visit({}, async (page) => {
    await page.goto(figuresUrl());
    const all = await page.locator("#card-offered .value").innerText();
    await Promise.all([page.waitForURL(/line=/), page.locator("select[name=line]").selectOption({ index: 1 })]);
    const one = await page.locator(".cards, p.empty").first().innerText();
    assert.ok(!one.includes(all) || all === "0", "the figures stayed the same");
    assert.ok(page.url().startsWith(`${origin}/?period=`), page.url());
  });
});

test("the figures can be read and chosen without scripts", async () => {
  await visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(figuresUrl());
    assert.ok(Number((await page.locator("#card-offered .value").innerText()).replace(/\D/g, "")) > 0);
    await page.locator(".spans a").first().click();
    assert.match(page.url(), /period=\d{4}(&|$)/);
    await page.locator("form.period button").click();
    assert.ok((await page.locator(".card").count()) >= 7);
  });
});
