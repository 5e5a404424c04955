// Calibration as people do it: a lead makes a set, two people score it without knowing of one another, differences are compared, a master is
// agreed with its rule; then what it says of agreement, and the centre's quality for those who read aggregates.
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

/** Marks every criterion of the open screen: full, but those in `low`, which get 0 with a reason. */
async function score(page, low) {
  await page.locator("#sheet .criterion").first().waitFor();
  const count = await page.locator("#sheet .criterion").count();
  for (let at = 0; at < count; at += 1) {
    const criterion = page.locator("#sheet .criterion").nth(at);
    const severe = low.includes(await criterion.getAttribute("data-criterion"));
    await criterion.focus();
    await page.keyboard.press(severe ? "0" : "1");
    await saved(page);
    if (severe) {
      // What the machine proposed is hidden, so there is nothing to give a reason against: a comment.
      await page.keyboard.press("c");
      await page.keyboard.type("kalibrləmədə eşitmədim");
      await page.locator("#comment").focus();
      await saved(page);
    }
  }
  await Promise.all([page.waitForURL("**/calibration/**"), page.click("#publish button")]);
}

test("a set is scored blind, compared, agreed and closed", async () => {
  let calls;
  let set;
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await page.goto(`${origin}/calibration`);
    await noViolations(page, "calibrations");
    await Promise.all([page.waitForURL("**/calibration/new"), page.click(".page-head .button:not(.quiet)")]);
    await noViolations(page, "new calibration");
    await page.fill("[name=name]", "Brauzer kalibrləməsi");
    // Drawn at random from all calls of January that can be heard.
    await page.locator("label", { has: page.locator("[value=lake]") }).click();
    await page.fill("[name=first_day]", "2026-01-01");
    await page.fill("[name=last_day]", "2026-01-31");
    await page.fill("[name=count]", "30");
    await page.fill("[name=seed]", "brauzer");
    await Promise.all([page.waitForEvent("load"), page.click("#calibration .toolbar button")]);
    // As many as were asked for there are not: it says how many there are, and keeps what was typed.
    assert.equal(await page.inputValue("[name=name]"), "Brauzer kalibrləməsi");
    assert.match(await page.locator("#wrong-count").innerText(), /30 istənilib/);
    await noViolations(page, "new calibration, to be mended");
    await page.fill("[name=count]", "1");
    await Promise.all([page.waitForURL(/\/calibration\/[0-9a-f-]{36}$/), page.click("#calibration .toolbar button")]);
    set = new URL(page.url()).pathname;
    await noViolations(page, "an open set");
    calls = await page.locator("#own tbody th").allInnerTexts();
    assert.equal(calls.length, 1);
    await Promise.all([page.waitForURL("**/assess/**"), page.click("#own button")]);
    assert.equal(await page.locator("[data-do=accept]").count(), 0, "who scores blind sees no proposal");
    await noViolations(page, "scoring blind");
    await score(page, []);
    assert.equal(new URL(page.url()).pathname, set);
    // The comparison is not open yet, not even for who made the set.
    await page.goto(`${origin}${set}/calls/${encodeURIComponent(calls[0])}`);
    assert.equal(new URL(page.url()).pathname, set);
    assert.equal(await page.locator("#calls").count(), 0);
  });

  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "leyla", "/queue");
    assert.match(await page.locator("#calibrations").innerText(), /Brauzer kalibrləməsi[\s\S]*1 zəng qalıb/);
    await noViolations(page, "queue with a calibration");
    await page.goto(`${origin}/calibration`);
    await noViolations(page, "own calibrations");
    await Promise.all([page.waitForURL(`${origin}${set}`), page.click(`#calibrations a[href="${set}"]`)]);
    await Promise.all([page.waitForURL("**/assess/**"), page.click("#own button")]);
    await score(page, ["K01"]);
    // She was the last one: what was given stands side by side now.
    await Promise.all([page.waitForURL("**/calls/**"), page.click("#calls a")]);
    assert.match(await page.locator("#c-K01").innerText(), /fərqli/);
    assert.match(await page.locator("#c-K01").innerText(), /kalibrləmədə eşitmədim/);
    assert.equal(await page.locator("#master").count(), 0, "the lead agrees on the master");
    await noViolations(page, "comparison");
    assert.equal((await page.goto(`${origin}/calibration/agreement`)).status(), 403);
  });

  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await page.goto(`${origin}${set}/calls/${encodeURIComponent(calls[0])}`);
    await noViolations(page, "comparison and master");
    await page.locator("#master label", { has: page.locator("[name=mark-K01][value='1']") }).click();
    await Promise.all([page.waitForEvent("load"), page.click("#master .toolbar button")]);
    assert.match(await page.locator("#wrong-K01").innerText(), /qayda/);
    await noViolations(page, "master, to be mended");
    await page.fill("#rule-K01", "Ad ilk 10 saniyədə deyilir");
    await page.fill("#reason-K01", "yazıda eşidilir");
    await Promise.all([page.waitForURL(`${origin}${set}`), page.click("#master .toolbar button")]);
    assert.match(await page.locator("#state").innerText(), /Razılaşdırılıb/);
    assert.match(await page.locator("#severity").innerText(), /−5,0/);
    await noViolations(page, "an agreed set");
    await Promise.all([page.waitForEvent("load"), page.click("#close button")]);
    assert.match(await page.locator("#state").innerText(), /Bağlanıb/);
    await page.goto(`${origin}/calibration/agreement`);
    assert.match(await page.locator("#people").innerText(), /ən azı 20 zəng lazımdır/);
    assert.match(await page.locator("#drift").innerText(), /Leyla/);
    await noViolations(page, "agreement");
    await page.goto(`${origin}/assessments`);
    assert.ok(!(await page.locator("main").innerText()).includes("Kalibrləmə"), "it is nobody's result");
  });
});

test("the centre's quality is read by management, without a name", async () => {
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "rehber", "/");
    await page.goto(`${origin}/estimates?period=2026`);
    await noViolations(page, "quality of the centre");
    const centre = await page.locator("#centre").innerText();
    assert.match(centre, /Düzəldilmiş orta/);
    assert.ok((await page.locator("#criteria tbody tr").count()) > 5);
    assert.ok(!/R\d{3}/.test(await page.locator("main").innerText()), "no representative is named");
    assert.equal((await page.goto(`${origin}/calibration`)).status(), 403);
  });
});
