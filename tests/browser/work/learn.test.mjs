// What is learned from results, in a real browser over the real stack: a need is taught, tested and closed; an answer is found while a
// caller waits; a complaint is investigated and answered, and whoever it is about finds none.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { findCall, origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;
const ours = Date.now().toString(36);

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

/** The screen rolls sideways nowhere but in the regions that are made for it. */
async function fits(page, what) {
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1), `${what} is too wide`);
}

const send = (page, button) => Promise.all([page.waitForEvent("load"), page.locator(button).click()]);
const words = (page) => page.locator("main").innerText();
/** A day of Baku so many days from now. */
const day = (days) => new Date(Date.now() + 4 * 3600_000 + days * 86_400_000).toISOString().slice(0, 10);

test("a need is noted, taught in time, tested and met", async () => {
  const [topic, title] = [`Yeni maddələr ${ours}`, `Maddələr üzrə təlim ${ours}`];
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await page.goto(`${origin}/trainings/needs/new`);
    await noViolations(page, "new need");
    await page.fill("#topic", topic);
    await page.selectOption("#origin", "expected_change");
    await send(page, "#need button");
    assert.match(await page.locator("#wrong-in_force_on").innerText(), /gələcək gün/, "an expected change has its day");
    await noViolations(page, "new need with what is wrong");
    await page.fill("#in_force_on", day(2));
    await page.selectOption("#criterion", "K05");
    await page.check("#representatives input[value=R105]");
    await send(page, "#need button");
    const row = page.locator("#needs tr", { hasText: topic });
    await noViolations(page, "trainings");
    await row.locator("input").check();
    await send(page, "form:has(#needs) button");
    assert.equal(await page.locator("#topic").inputValue(), topic);
    assert.ok(await page.locator("#participants input[value=R105]").isChecked(), "who needs it takes part");
    await noViolations(page, "new training");
    await page.fill("#topic", title);
    await page.fill("#begins_at", `${day(3)}T10:00`);
    await page.fill("#place", "204-cü otaq");
    await page.fill("#trainer", "Rauf Hüseynov");
    await page.fill("#pass_mark", "70");
    await page.locator("#participants input:not(:checked)").first().check();
    await send(page, "#training button");
    // After the act holds: the page says so plainly, and refuses nothing.
    assert.match(await page.locator(".notice.warn").innerText(), /qüvvəyə minənədək keçirilməlidir/);
    assert.match(await words(page), /Təlim hələ başlamayıb/);
    assert.equal(await page.locator("#hold").count(), 0);
    await noViolations(page, "training that is too late");
    await send(page, "a[href$='/edit']");
    await page.fill("#begins_at", `${day(-1)}T10:00`);
    await send(page, "#training button");
    assert.equal(await page.locator(".notice.warn").count(), 0);
    await noViolations(page, "training");
    const rows = page.locator("#hold fieldset");
    assert.equal(await rows.count(), 2);
    const nigar = rows.filter({ hasText: "Nigar" });
    await nigar.locator("label", { hasText: "İştirak edib" }).click();
    const other = rows.filter({ hasNotText: "Nigar" });
    await other.locator("label", { hasText: "Gəlməyib" }).click();
    await send(page, "#hold .button");
    assert.match(await other.locator(".wrong-line").innerText(), /səbəbini yazın/);
    assert.ok(await nigar.locator("[value=present]").isChecked(), "what was chosen stays");
    await other.locator("input[name^=reason]").fill("məzuniyyət");
    await send(page, "#hold .button");
    await noViolations(page, "training that was held");
    assert.equal(await page.locator("#test input[name^=score]").count(), 1, "whoever was absent is not tested");
    await page.fill("#test input[name^=score]", "82,5");
    await send(page, "#test .button");
    assert.match(await page.locator("#participants").innerText(), /82,5\s+keçib/);
    assert.match(await page.locator("#effect").innerText(), /Zəng azdır/, "no effect is claimed of too few calls");
    await noViolations(page, "training that was tested");
    await send(page, "#close .button");
    assert.match(await page.locator("#needs").innerText(), /Ödənilib/);
    assert.match(await page.locator("#history").innerText(), /Planlaşdırılıb/);
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page, "a training on a telephone");
    await page.goto(`${origin}/trainings`);
    await fits(page, "trainings on a telephone");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    await page.goto(`${origin}/my/trainings`);
    const row = page.locator("#my-trainings tr", { hasText: title });
    assert.match(await row.innerText(), /İştirak edib\s+82,5\s+keçib/);
    assert.doesNotMatch(await words(page), /məzuniyyət/, "nobody else's absence");
    await noViolations(page, "own trainings");
  });
});

test("an answer is found while the caller waits, and only while it is in force", async () => {
  const name = `İSTEHLAKÇI${ours}`;
  let entry;
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "leyla", "/queue");
    await page.goto(`${origin}/answers/new`);
    await noViolations(page, "new entry");
    await page.fill("#question", `${name} çeki itərsə, nə etməli?`);
    await page.fill("#answer", "Elektron kabinetdən təkrar nüsxə alınır.");
    await page.fill("#law", "Vergi Məcəlləsi");
    await page.fill("#clause", "16.1");
    await page.check("#topics input[value=law_explanation]");
    await page.fill("#calls", "yox-belə-zəng");
    await send(page, "#answer-form button");
    assert.match(await page.locator("#wrong-calls").innerText(), /tapılmadı/);
    await noViolations(page, "new entry with what is wrong");
    await page.fill("#calls", "");
    await send(page, "#answer-form button");
    entry = new URL(page.url()).pathname;
    await noViolations(page, "draft");
  });
  const find = async (page, text) => {
    await page.goto(`${origin}/answers`);
    await page.fill("#q", text);
    await send(page, ".find button");
  };
  await visit({ allow: [AXE, "status 404", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    await find(page, `istehlakçı${ours}`);
    assert.equal(await page.locator("#hits").count(), 0, "a draft is found by nobody");
    assert.equal((await page.goto(origin + entry)).status(), 404);
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "leyla", "/queue");
    await page.goto(origin + entry);
    await send(page, "#force .button");
    await noViolations(page, "entry in force");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    // Small letters, and no letters of the language: as it is typed in a hurry.
    for (const text of [`istehlakçı${ours}`, `istehlakci${ours} ceki`]) {
      await find(page, text);
      assert.equal(await page.locator("#hits mark").first().innerText(), name, text);
      assert.match(await page.locator("#hits").innerText(), /təkrar nüsxə/);
    }
    await noViolations(page, "hits");
    await send(page, "#hits a");
    assert.match(await words(page), /Vergi Məcəlləsi, 16.1/);
    assert.equal(await page.locator("a[href$='/edit'], #withdraw").count(), 0, "reading is not keeping");
    await noViolations(page, "entry of a representative");
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page, "an entry on a telephone");
    await find(page, `istehlakçı${ours}`);
    await fits(page, "hits on a telephone");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "leyla", "/queue");
    await page.goto(`${origin}${entry}/edit`);
    await page.fill("#answer", "Dərhal vergi orqanına müraciət edilir.");
    await send(page, "#answer-form button");
    await send(page, "#history a >> nth=-1");
    assert.match(await words(page), /təkrar nüsxə/, "the first version is still readable");
    await noViolations(page, "old version");
    await page.goto(origin + entry);
    await page.click("#review summary");
    await page.fill("#review_reason", "akt dəyişir");
    await send(page, "#review .button");
    await page.goto(`${origin}/answers?list=under_review`);
    assert.match(await words(page), new RegExp(name));
    await noViolations(page, "entries under review");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    await find(page, `istehlakçı${ours}`);
    assert.equal(await page.locator("#hits").count(), 0, "what is doubted is told to nobody");
  });
});

test("a complaint about a call is investigated, acted on and answered", async () => {
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan", "/queue");
    await findCall(page, "representative=R105");
    const call = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1));
    await noViolations(page, "call");
    await send(page, "#complaints a >> nth=-1");
    assert.equal(await page.locator("#call_id").inputValue(), call);
    await noViolations(page, "new complaint");
    await page.fill("#call_id", "yox-belə-zəng");
    await page.fill("#wish", `Üzr istənilsin ${ours}`);
    await send(page, "#complaint button");
    assert.match(await page.locator("#wrong-call_id").innerText(), /tapılmadı/);
    await page.fill("#call_id", call);
    await page.selectOption("#kind", "conduct");
    await send(page, "#complaint button");
    const complaint = new URL(page.url()).pathname;
    assert.match(await page.locator("#facts").innerText(), /R105 · Nigar/, "whoever answered the call");
    await noViolations(page, "complaint");
    const hands = await page.locator("#investigator option").allInnerTexts();
    assert.ok(hands.length > 1 && hands.every((hand) => !hand.includes("Nigar")), hands.join());
    await page.locator("#investigate label", { hasText: /^Qismən/ }).click();
    await page.fill("#text", "Səs yazısı dinlənildi: ton sərt olub.");
    await page.selectOption("#investigator", { label: "Rauf Hüseynov" });
    await page.fill("#specialist", "Psixoloq");
    await send(page, "#investigate .button");
    assert.equal(await page.locator("#answer-form").count(), 0, "what was found is acted on first");
    await noViolations(page, "complaint that was investigated");
    await page.locator("#act label", { hasText: "Tədbir görülür" }).click();
    await page.fill("#measure", "Söhbət aparıldı");
    await send(page, "#act .button");
    await page.fill("#answer", "Üzr istənildi");
    await send(page, "#answer-form button");
    assert.match(await words(page), /Cavab verilib/);
    await noViolations(page, "complaint that was answered");
    await page.goto(`${origin}/complaints?list=closed`);
    assert.equal(await page.locator(`#complaints a[href='${complaint}']`).count(), 1);
    await noViolations(page, "complaints");
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page, "complaints on a telephone");
    await page.goto(origin + complaint);
    await fits(page, "a complaint on a telephone");
    await page.goto(`${origin}/calls/${encodeURIComponent(call)}`);
    assert.equal(await page.locator(`#complaints a[href='${complaint}']`).count(), 1, "the call's page leads to it");
  });
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar", "/my");
    assert.equal((await page.goto(`${origin}/complaints`)).status(), 403);
  });
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "leyla", "/queue");
    for (const path of ["/complaints", "/trainings"]) {
      assert.equal((await page.goto(origin + path)).status(), 403, path);
    }
    // A call's page says nothing of complaints to whoever keeps none.
    await findCall(page, "representative=R105");
    assert.equal(await page.locator("#complaints").count(), 0);
  });
});
