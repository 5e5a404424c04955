import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "./site.mjs";

test("the reconciliation is found in the navigation, tells each law and leads to the rows, without scripts", async () => {
  await visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${origin}/calls`);
    await page.locator(".top nav a[href='/reconciliation']").click();
    assert.equal(await page.locator(".top nav a[aria-current=page]").getAttribute("href"), "/reconciliation");
    const laws = await page.locator(".law").evaluateAll((all) => all.map((law) => law.id));
    assert.deepEqual(laws, ["law-P1", "law-P2", "law-P3", "law-P7", "law-P8"]);
    const topics = await page.locator("#balance tbody tr").count();
    assert.ok(topics > 3, `${topics} topics`);
    const rows = page.locator("#balance a.cell").first();
    const shown = await rows.innerText();
    await rows.click();
    assert.equal(await page.locator("#rows-total").innerText(), shown);
  });
});

test("what became of the messages is a bar that is as wide as the table says", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/reconciliation?lang=en`);
    const flows = await page.locator("#balance tbody tr").evaluateAll((rows) =>
      rows.map((row) => {
        const bar = row.querySelector("svg.bar");
        const parts = [...(bar?.querySelectorAll("rect") ?? [])].map((part) => part.getBoundingClientRect().width);
        return { whole: bar?.getBoundingClientRect().width ?? 0, parts, said: bar?.getAttribute("aria-label") ?? "" };
      }),
    );
    const drawn = flows.filter((flow) => flow.parts.length > 0);
    assert.ok(drawn.length > 0, "no bar is drawn");
    for (const { whole, parts, said } of drawn) {
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - whole) < 1.5, `${said}: ${parts} of ${whole}`);
      assert.equal(said.split(", ").length, parts.length, said);
    }
  });
});

test("gaps of a period can be chosen, and their ages stand beside what is due", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/reconciliation?period=2026-01&lang=en`);
    assert.equal(await page.locator("#gaps tbody tr").count(), 9);
    assert.equal(await page.locator("#gaps tbody tr.came").count(), 4);
    assert.equal(await page.locator("form.period select[name=line]").count(), 0, "the stream has no lines");
    await Promise.all([page.waitForURL(/period=2026$/), page.locator(".spans a").first().click()]);
    assert.match(await page.locator(".lead").innerText(), /2026 · looked at \d\d\.\d\d\.\d{4} \d\d:\d\d/);
  });
});
