import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresUrl, findCall, origin, visit } from "./site.mjs";

async function addresses(page) {
  const call = await findCall(page);
  return [figuresUrl(), `${origin}/calls`, call, `${origin}/figures`, `${origin}/figures/satisfaction`, `${origin}/dictionary`, `${origin}/dictionary?q=calls`, `${origin}/reconciliation`, `${origin}/reconciliation?period=2026-01`, `${origin}/figures/stream_balance`];
}

test("no page has an obstacle for people with assistive technology", async () => {
  // Axe itself styles what it measures, which the pages' policy refuses.
  await visit({ allow: ["/nowhere", "Applying inline style"] }, async (page) => {
    for (const url of [...(await addresses(page)), `${origin}/nowhere`]) {
      await page.goto(url);
      await page.waitForLoadState("networkidle");
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      const found = violations
        .filter((violation) => violation.impact !== "minor")
        .map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(" | ")}`);
      assert.deepEqual(found, [], url);
    }
  });
});

test("every page fits a telephone of 390 pixels", async () => {
  await visit({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, async (page) => {
    for (const url of await addresses(page)) {
      await page.goto(url);
      await page.waitForLoadState("networkidle");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${url} is ${wide} pixels too wide`);
    }
  });
});

test("both languages are there, and the choice stays", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/calls`);
    assert.equal(await page.locator("html").getAttribute("lang"), "az");
    await page.locator("a.lang").click();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.goto(`${origin}/calls`);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.locator("a.lang").click();
    assert.equal(await page.locator("html").getAttribute("lang"), "az");
  });
});

test("the pages' policy lets no foreign script run", async () => {
  await visit({ allow: ["Content Security Policy", "violates the following"] }, async (page) => {
    await page.goto(figuresUrl());
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.intruder = true";
      document.body.append(script);
      return window.intruder === true;
    });
    assert.equal(ran, false);
  });
});

test("a missing page says so and leads on", async () => {
  await visit({ allow: ["/nowhere"] }, async (page) => {
    await page.goto(`${origin}/nowhere`);
    assert.match(await page.locator("h1").innerText(), /tapılmadı/);
    await page.locator(".error-page a.button").first().click();
    assert.equal(new URL(page.url()).pathname, "/");
  });
});
