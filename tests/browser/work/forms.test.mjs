// A new version of the evaluation form, as people make it: the lead drafts it, tries it on past calls and submits it; the head sends it back,
// approves it; an assessor reads it. Beside other tests over the same store: the version's number is its own.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const UNPROCESSABLE = [AXE, "status 422", "status 409", "Failed to load resource"];
const password = process.env.MEYAR_PASSWORD;
const VERSION = "7.1";
const BASE = "/forms/default-call-form/0.1";

async function comeIn(page, login) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click("main button")]);
}

async function noViolations(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), [], `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

const send = (page, button) => Promise.all([page.waitForLoadState("load"), page.waitForResponse((r) => r.request().method() === "POST"), page.click(button)]);
const state = (page) => page.locator("#state").innerText();
const weight = (page, code) => page.locator(`[name=weight-${code}]`);

let draft;

test("the lead drafts a version, and what cannot stand is told before it is kept", async () => {
  await visit({ allow: UNPROCESSABLE }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/forms`);
    await noViolations(page, "forms");
    assert.match(await page.locator("#versions").innerText(), /0\.1/);
    await page.goto(`${origin}${BASE}`);
    await page.locator("details.form-criterion").first().evaluate((one) => (one.open = true));
    await noViolations(page, "version");
    await page.fill("#version", "0.1");
    await send(page, "#new button");
    assert.match(await page.locator("#wrong-version").innerText(), /artıq var/);
    await page.fill("#version", VERSION);
    await Promise.all([page.waitForURL("**/forms/drafts/*"), page.click("#new button")]);
    draft = new URL(page.url()).pathname;
    assert.ok(await page.locator("#no-changes").isVisible());
    await noViolations(page, "draft");

    // The sum is counted while one types, and the server counts it too.
    assert.equal(await page.locator("#sum").innerText(), "100");
    await weight(page, "K01").fill("9");
    assert.equal(await page.locator("#sum").innerText(), "104");
    await send(page, "#save");
    assert.match(await page.locator("#problem").innerText(), /104.*4/s);
    assert.equal(await weight(page, "K01").inputValue(), "9");
    await noViolations(page, "draft that was refused");
    await weight(page, "K14").fill("6");
    await page.fill("#why", "Salamlama daha vacibdir, yekun isə qısadır.");
    await send(page, "#save");
    assert.match(await page.locator("#changes").innerText(), /K01[\s\S]*5[\s\S]*9/);

    // One criterion: its phrases and its timing.
    await page.goto(`${origin}${draft}/criteria/K01`);
    for (const part of await page.locator("details.form-part").all()) {
      await part.evaluate((one) => (one.open = true));
    }
    await noViolations(page, "criterion");
    const phrases = page.locator("[name=patterns-az-part-greeting]");
    const kept = await phrases.inputValue();
    await phrases.fill(`${kept}\nXoş gördük!`);
    await send(page, "#save");
    assert.match(await page.locator("[id=wrong-patterns-az-part-greeting]").innerText(), /Xoş gördük!/);
    await noViolations(page, "criterion that was refused");
    await page.locator("[name=patterns-az-part-greeting]").fill(`${kept}\nxoş gördük sizi`);
    await page.locator("[name=first_s]").fill("20");
    await send(page, "#save");
    await page.goto(`${origin}${draft}`);
    assert.match(await page.locator("#changes").innerText(), /xoş gördük sizi/);
    assert.match(await page.locator("#changes").innerText(), /20 san/);

    // A criterion comes with no weight, gets some, gives it back and goes.
    await page.locator("#add").evaluate((one) => (one.open = true));
    await page.fill("#code", "K15");
    await page.fill("#new_az", "Sınaq meyarı");
    await page.fill("#new_en", "Trial criterion");
    await page.fill("#phrases-az", "sınaq ifadəsi");
    await page.fill("#phrases-en", "trial phrase");
    await Promise.all([page.waitForURL("**/criteria/K15"), page.click("#add button")]);
    await send(page, "#remove");
    await page.waitForURL(`**${draft}*`);
    assert.equal(await weight(page, "K15").count(), 0);
  });
});

test("without scripts a draft is edited all the same", async () => {
  await visit({ allow: UNPROCESSABLE, javaScriptEnabled: false }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${draft}`);
    await page.locator("[name=weight-K02]").fill("7");
    await page.click("#save");
    await page.locator("#problem").waitFor();
    await page.locator("[name=weight-K03]").fill("6");
    await page.click("#save");
    await page.locator("#changes").waitFor();
    assert.equal(await page.locator("[name=weight-K02]").inputValue(), "7");
  });
});

test("it is tried on past calls", async () => {
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${draft}/trial`);
    await noViolations(page, "trial before it is run");
    await page.fill("[name=from]", "2026-01-01");
    await page.fill("[name=to]", "2026-01-31");
    await Promise.all([page.waitForURL("**/trial?from=*"), page.click("#try")]);
    await page.locator("#trial").waitFor();
    assert.match(await page.locator("#trial-title").innerText(), /\d+ zəng/);
    assert.equal(await page.locator("#trial-criteria tbody tr").count(), 14);
    const call = page.locator("#trial-calls a").first();
    await noViolations(page, "trial");
    await Promise.all([page.waitForURL("**/calls/**"), call.click()]);
  });
});

test("the head sends it back, the lead mends it, the head approves it, and it is edited no more", async () => {
  await visit({ allow: UNPROCESSABLE }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${draft}`);
    await send(page, "#submit");
    assert.equal(await state(page), "təsdiq gözləyir");
    assert.equal(await page.locator("#edit, #ruling").count(), 0);
  });
  await visit({ allow: UNPROCESSABLE }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}${draft}`);
    await noViolations(page, "ruling");
    await page.fill("#reason", "K07 də dəyişməlidir.");
    await send(page, "#return");
    assert.equal(await state(page), "geri qaytarılıb");
    assert.equal(await page.locator("#edit").count(), 0, "the head edits nothing");
  });
  await visit({ allow: UNPROCESSABLE }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${draft}`);
    assert.match(await page.locator("main").innerText(), /K07 də dəyişməlidir/);
    await send(page, "#submit");
  });
  await visit({ allow: UNPROCESSABLE }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}${draft}`);
    await page.fill("#valid_from", "2020-01-01");
    await send(page, "#approve");
    assert.match(await page.locator("#problem").innerText(), /01\.01\.2020/);
    // Far away, so that no other test's calls are judged by it.
    await page.fill("#valid_from", "2099-01-01");
    await send(page, "#approve");
    assert.match(await page.locator("#in-force").innerText(), /01\.01\.2099/);
    await noViolations(page, "approved");
    await page.goto(`${origin}/forms`);
    assert.match(await page.locator("#versions tr", { hasText: VERSION }).innerText(), /qüvvəyə minəcək/);
  });
  await visit({ allow: [AXE, "status 403", "status 404", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/forms/default-call-form/${VERSION}`);
    assert.match(await page.locator("#facts").innerText(), /Rauf Hüseynov/);
    assert.equal(await page.locator("#new").count(), 0);
    const answer = await page.goto(`${origin}${draft}/criteria/K01`);
    assert.equal(answer.status(), 403);
  });
});

test("whoever has no business with forms is refused", async () => {
  await visit({ allow: ["status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar");
    for (const path of ["/forms", BASE, draft, `${draft}/trial`]) {
      assert.equal((await page.goto(`${origin}${path}`)).status(), 403, path);
    }
  });
});
