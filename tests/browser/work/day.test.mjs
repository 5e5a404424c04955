// A day of the quality sector in a real browser, over the real stack: a lead draws a plan, an assessor hears and judges, the
// representative disputes, another decides; and whoever has no business there is refused.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;

async function comeIn(page, login, first) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL(`${origin}${first}`), page.click("main button")]);
}

async function noViolations(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), [], `${what}, ${colorScheme}`);
  }
}

const saved = (page) => page.waitForFunction(() => document.getElementById("saved").textContent.trim() === "Yadda saxlanıb");

test("who is not in sees the login alone, and a wrong password lets nobody in", async () => {
  await visit({ allow: [AXE, "status 401", "Failed to load resource"] }, async (page) => {
    await page.goto(`${origin}/calls`);
    assert.equal(new URL(page.url()).pathname, "/login");
    await noViolations(page, "login");
    await page.fill("#login", "leyla");
    await page.fill("#password", "tamam başqa söz");
    await page.click("main button");
    await page.locator(".problem").waitFor();
    assert.equal((await page.context().cookies()).filter((cookie) => cookie.name === "meyar-session").length, 0);
    await comeIn(page, "leyla", "/queue");
    const cookie = (await page.context().cookies()).find((one) => one.name === "meyar-session");
    assert.ok(cookie.httpOnly && cookie.sameSite === "Lax");
    await page.click(".who-is-in button");
    await page.waitForURL("**/login");
    await page.goto(`${origin}/queue`);
    assert.equal(new URL(page.url()).pathname, "/login");
  });
});

test("a plan is drawn, judged, disputed and decided", async () => {
  // The lead draws: every call of January that can be heard, one of each representative.
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await page.goto(`${origin}/plans/new`);
    await noViolations(page, "new plan");
    await page.fill("[name=name]", "Yanvar");
    await page.fill("[name=first_day]", "2026-01-01");
    await page.fill("[name=last_day]", "2026-01-31");
    await page.fill("[name=each]", "3");
    for (const box of await page.locator("input[type=checkbox][name^=takes-]").all()) {
      const label = await box.evaluate((element) => element.closest("label, tr, li, div").textContent);
      await box.setChecked(label.includes("Leyla"));
    }
    await Promise.all([page.waitForURL(/\/plans\/[0-9a-f-]{36}/), page.click("#plan .toolbar button")]);
    await noViolations(page, "plan");
    assert.match(await page.locator("main").innerText(), /R105/);
  });

  let assessment;
  await visit({ allow: [AXE, "status 409", "status 422", "Failed to load resource"] }, async (page, context) => {
    await comeIn(page, "leyla", "/queue");
    await noViolations(page, "queue");
    const row = page.locator("tr", { hasText: "R105" }).first();
    await Promise.all([page.waitForURL("**/assess/**"), row.locator("form button").first().click()]);
    assessment = new URL(page.url()).pathname.split("/").at(-1);
    await page.locator("#player.ready").waitFor();
    await noViolations(page, "assess");
    // One screen: the page itself does not scroll, and the player stays.
    assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight + 1));
    await page.locator("#sheet .criterion").last().scrollIntoViewIfNeeded();
    assert.ok(await page.locator("#play").isVisible());
    // A quote of the sheet plays.
    await page.locator("#sheet .evidence a").first().click();
    await page.waitForFunction(() => !document.getElementById("audio").paused);
    await page.keyboard.press("Escape");
    // By the keyboard alone: accept what is proposed, mark what is not.
    await page.locator("#sheet .criterion").first().focus();
    const count = await page.locator("#sheet .criterion").count();
    for (let at = 0; at < count; at += 1) {
      const criterion = page.locator("#sheet .criterion").nth(at);
      await criterion.focus();
      if (await criterion.getAttribute("data-accept")) {
        await page.keyboard.press("a");
      } else {
        await page.keyboard.press("1");
      }
      await saved(page);
    }
    assert.equal(await page.locator("#decided").textContent(), String(count));
    // Another tab sees what was saved; what the first one then does over an old version is not kept in silence.
    const other = await context.newPage();
    await other.goto(page.url());
    assert.equal(await other.locator("#decided").textContent(), String(count));
    await other.locator("#comment").fill("İkinci pəncərədən");
    await other.locator("#comment").blur();
    await saved(other);
    await page.locator("#sheet .criterion").first().focus();
    await page.keyboard.press("0");
    await page.locator("#changed[open]").waitFor();
    await page.click("#changed a");
    await page.locator("#player.ready").waitFor();
    assert.equal(await page.locator("#comment").inputValue(), "İkinci pəncərədən");
    await other.close();
    // Otherwise than proposed, it is not published without a reason.
    const changed = page.locator("#sheet .criterion[data-accept='1']").first();
    await changed.focus();
    await page.keyboard.press("0");
    await saved(page);
    await page.keyboard.press("Control+Enter");
    await page.locator("#wrong:not([hidden])").waitFor();
    await page.keyboard.press("r");
    await page.keyboard.type("adını demədi");
    await page.locator("#comment").focus();
    await saved(page);
    await page.selectOption("#publish [name=method]", "side_by_side");
    await Promise.all([page.waitForURL("**/queue"), page.click("#publish button")]);
    assert.equal(await page.locator(`a[href*="${assessment}"]`).count(), 0, "it has left the queue");
  });

  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    await noViolations(page, "own results");
    await page.goto(`${origin}/my/${assessment}`);
    await noViolations(page, "own result");
    assert.match(await page.locator("main").innerText(), /adını demədi/);
    assert.match(await page.locator("main").innerText(), /Yanaşı oturaraq/);
    await page.click("#dispute summary");
    await page.check("[name=dispute-K01]");
    await page.fill("[name=reason-K01]", "adımı dedim, 3-cü saniyədə");
    await Promise.all([page.waitForEvent("load"), page.locator("form[action$=dispute] button").last().click()]);
    await page.goto(`${origin}/my`);
    assert.match(await page.locator("main").innerText(), /[Ee]tiraz/);
  });

  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await page.goto(`${origin}/reviews`);
    await noViolations(page, "reviews");
    await page.goto(`${origin}/reviews/${assessment}`);
    await noViolations(page, "review");
    await page.locator("#decide label", { has: page.locator("[value=upheld]") }).click();
    await page.fill("#decide [name=reason-K01]", "yazıda ad eşidilmir");
    await Promise.all([page.waitForEvent("load"), page.click("#decide .toolbar button")]);
  });

  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    await page.goto(`${origin}/my/${assessment}`);
    assert.match(await page.locator("main").innerText(), /yazıda ad eşidilmir/);
  });
});

test("an outsider is refused, and the refusal is written down", async () => {
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "rehber", "/");
    for (const path of ["/calls", "/queue", "/people", "/access", "/reviews", "/my"]) {
      const answer = await page.goto(origin + path);
      assert.equal(answer.status(), 403, path);
    }
    await noViolations(page, "refusal");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "admin", "/people");
    await noViolations(page, "people");
    await page.goto(`${origin}/access`);
    await noViolations(page, "access log");
    assert.match(await page.locator("main").innerText(), /\/reviews/);
  });
});
