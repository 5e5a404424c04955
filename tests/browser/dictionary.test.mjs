import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "./site.mjs";

test("the dictionary is found in the navigation and looked up without scripts", async () => {
  await visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${origin}/calls`);
    await page.locator(".top nav a[href='/dictionary']").click();
    assert.ok((await page.locator("details.entry").count()) > 80);
    assert.equal(await page.locator("#view-calls table").isVisible(), false, "columns wait to be asked for");
    await page.locator("#view-calls summary").click();
    assert.equal(await page.locator("#view-calls table").isVisible(), true);
    await page.locator("#q").fill("gozleme");
    await page.locator("#q").press("Enter");
    await page.waitForURL("**/dictionary?q=gozleme");
    assert.match(await page.locator("#view-calls table").innerText(), /wait_ms[\s\S]*gözləmə/);
    assert.equal(await page.locator("#reference-ref_calendar").count(), 0);
    await page.locator("#view-calls a[href*='q=calls']").click();
    assert.match(page.url(), /#view-calls$/);
    assert.match(await page.locator("#view-calls table").innerText(), /caller_key/);
    await page.goto(`${origin}/dictionary?q=figure_kpi`);
    await page.locator("#figure-kpi a[href='/figures/kpi']").click();
    await page.waitForURL("**/figures/kpi");
  });
});

test("an opened dictionary fits a telephone, in both languages", async () => {
  await visit({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, async (page) => {
    for (const lang of ["en", "az"]) {
      await page.goto(`${origin}/dictionary?lang=${lang}`);
      const wide = await page.evaluate(() => {
        document.querySelectorAll("details").forEach((entry) => (entry.open = true));
        return [...document.querySelectorAll("html, .entry .scroll")].filter((box) => box.scrollWidth > box.clientWidth).length;
      });
      assert.equal(wide, 0, `${lang}: ${wide} boxes are too wide`);
    }
  });
});
