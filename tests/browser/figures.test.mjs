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

test("the chart is drawn without scripts, and the same numbers stand in a table", async () => {
  await visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(figuresUrl());
    const drawn = page.locator("#chart svg.chart");
    await drawn.waitFor();
    assert.match(await page.locator("#chart-title").textContent(), /\S/);
    assert.equal(await page.locator("#chart-at").isVisible(), false, "a pointer that says nothing");
    await page.locator("details.equivalent summary").click();
    const rows = page.locator("details.equivalent tbody tr");
    const answered = await rows.evaluateAll((all) => all.map((row) => Number(row.cells[2].innerText.replace(/\D/g, ""))));
    // A column for each day that has answered calls, and as high as the table says.
    const { columns, heights } = await drawn.evaluate((svg) => {
      const path = svg.querySelector("path.answered").getAttribute("d").split("z").filter(Boolean);
      const scaled = path.map((column) => column.match(/^M[\d.]+ ([\d.]+)V([\d.]+)/).slice(1).map(Number));
      return { columns: path.length, heights: scaled.map(([below, above]) => below - above) };
    });
    const called = answered.filter((count) => count > 0);
    assert.equal(columns, called.length);
    const most = called.indexOf(Math.max(...called));
    for (const [place, height] of heights.entries()) {
      const expected = (heights[most] * called[place]) / called[most];
      assert.ok(Math.abs(height - expected) < 0.1, `column ${place} is ${height} high and not ${expected}`);
    }
    // Names and numbers are letters of their full size, whatever the width.
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const sizes = await drawn.locator("text:visible").evaluateAll((all) => all.map((text) => text.getBoundingClientRect().height));
      assert.ok(sizes.length > 3 && sizes.every((size) => size >= 11), `${width}: ${sizes}`);
    }
  });
});

test("the chart says what stands where somebody points, by mouse and by keys", async () => {
  await visit({}, async (page) => {
    await page.goto(figuresUrl());
    const columns = await page.locator("#chart-data").evaluate((element) => JSON.parse(element.textContent));
    const [said, slider] = [page.locator("#chart-said"), page.locator("#chart-at")];
    const hint = await said.innerText();
    assert.ok(hint.length > 10, hint);
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    const middle = Math.floor(columns.length / 2);
    await page.mouse.move(box.x + (box.width * (middle + 0.5)) / columns.length, box.y + box.height / 2);
    assert.equal(await said.innerText(), `${columns[middle].name} ${columns[middle].said}`);
    const band = await page.locator("#chart .at").boundingBox();
    assert.ok(Math.abs(band.x + band.width / 2 - (box.x + (box.width * (middle + 0.5)) / columns.length)) < 2, "the column is marked");
    await page.mouse.move(box.x, box.y - 60);
    assert.equal(await said.innerText(), hint);
    // What the table says of that day.
    await slider.focus();
    await page.keyboard.press("Home");
    const told = async () => ({ seen: await said.innerText(), heard: await slider.getAttribute("aria-valuetext") });
    const first = await page.locator("details.equivalent tbody tr").first().evaluate((row) => [...row.cells].map((cell) => cell.textContent.trim()));
    const { seen, heard } = await told();
    for (const word of first.slice(0, 4)) {
      assert.ok(seen.includes(word) && heard.includes(word), `${word} in ${seen}, ${heard}`);
    }
    await page.keyboard.press("ArrowRight");
    assert.ok((await told()).seen.startsWith(columns[1].name));
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    assert.ok((await told()).seen.startsWith(columns.at(-1).name), "there is nothing beyond the last");
    assert.equal(await slider.getAttribute("aria-valuenow"), String(columns.length));
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
