// Surveys as people make them: one of callers is defined, put in force, and a day's invitations are drawn by chance and exported; one of
// representatives is answered without a name.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;
const own = Date.now().toString(36);

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
}

const press = (page, selector) => Promise.all([page.waitForEvent("load"), page.click(selector)]);

/** The place of a call, worked out here as the page says: SHA-256 of the seed's length, the seed and the call. */
function place(seed, call) {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(Buffer.byteLength(seed)));
  const hash = createHash("sha256").update(length).update(seed).update(call).digest();
  return Number(hash.readBigUInt64BE(0) >> 11n) / 2 ** 53;
}

test("callers are invited by chance, and anybody can check it", async () => {
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/surveys/new`);
    await noViolations(page, "new survey");
    await page.fill("#name", `Zəng edənlərin sorğusu ${own}`);
    await page.fill("#code", `callers-${own}`);
    await page.fill("#first_day", "2026-01-01");
    await page.fill("#last_day", "2026-01-31");
    await page.fill("#share", "20");
    await page.fill("#seed", "açıq söz");
    // Without the overall question it is refused, and nothing that was typed is lost.
    await page.fill("[name=q-code-0]", "umumi");
    await press(page, "#survey .toolbar button");
    assert.match(await page.locator("main").innerText(), /overall kodlu sual/);
    assert.equal(await page.inputValue("#code"), `callers-${own}`);
    await page.fill("[name=q-code-0]", "overall");
    await press(page, "#survey .toolbar button");
    const survey = page.url();
    await noViolations(page, "draft");
    await press(page, "#open button");
    assert.match(await page.locator("#state").innerText(), /Qüvvədədir/i);
    await noViolations(page, "survey in force");
    assert.match(await page.locator("#answers").innerText(), /Dəvət edilib\s+0/);
    assert.match(await page.locator("main").innerText(), /Faiz göstərilmir: ən azı 30 cavab/);
    await page.fill("#day", "2026-01-14");
    await press(page, "#draw button");
    assert.match(page.url(), /\/draws\//);
    await noViolations(page, "draw");
    const rows = page.locator("#invitations tbody tr");
    const shown = await rows.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
    assert.ok(shown.length > 5, `${shown.length} invitations`);
    for (const [call, , told, chance] of shown) {
      const worked = place("açıq söz", call);
      assert.ok(worked < 0.2, call);
      assert.equal(told, worked.toFixed(5).replace(".", ","), call);
      assert.match(chance, /^(20,0|1\d,\d|\d,\d)\s%$/, call);
    }
    const csv = await page.evaluate(async (path) => (await fetch(path)).text(), await page.getAttribute(".page-head a.button", "href"));
    const lines = csv.trim().split("\r\n");
    assert.equal(lines[0], "call_id,line,survey_id,questionnaire,channel");
    assert.equal(lines.length - 1, shown.length);
    assert.match(lines[1], new RegExp(`,195-1-[1-4],[^,]+,callers-${own},sms$`));
    // A day is drawn once.
    await page.goto(survey);
    await page.fill("#day", "2026-01-14");
    await press(page, "#draw button");
    assert.match(await page.locator(".problem").innerText(), /artıq çəkilib/);
    // Whoever was invited is not invited again within the days: another draw near that day leaves them out.
    await page.fill("#day", "2026-01-15");
    await press(page, "#draw button");
    assert.match(await page.locator("#facts").innerText(), /Bu yaxında dəvət edilib\s+[1-9]/);
    await page.goto(survey);
    await page.click("#close summary");
    await press(page, "#close button");
    assert.match(await page.locator("#state").innerText(), /Bağlanıb/i);
    assert.equal(await page.locator("#draw").count(), 0);
    await noViolations(page, "closed survey");
  });
});

test("representatives answer without their names, and one answer is not shown", async () => {
  const name = `Təmsilçilərin sorğusu ${own}`;
  let survey;
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/surveys/new`);
    await page.fill("#name", name);
    await page.fill("#code", `reps-${own}`);
    await page.selectOption("#audience", "representative");
    await page.fill("#first_day", "2020-01-01");
    await page.fill("#last_day", "2099-01-01");
    await page.fill("[name=q-code-0]", "base");
    await page.fill("[name=q-az-0]", "Sual-cavab bazası işinizə kömək edirmi?");
    await page.fill("[name=q-en-0]", "Does the question-answer base help you?");
    await page.fill("[name=q-code-1]", "words");
    await page.fill("[name=q-az-1]", "Nəyi dəyişərdiniz?");
    await page.fill("[name=q-en-1]", "What would you change?");
    await page.selectOption("[name=q-scale-1]", "text");
    await press(page, "#survey .toolbar button");
    survey = page.url();
    await press(page, "#open button");
  });
  await visit({ allow: [AXE, "status 422", "status 404", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar");
    await page.goto(`${origin}/my/surveys`);
    await noViolations(page, "own surveys");
    await page.locator("#surveys a", { hasText: name }).click();
    await page.locator("#survey").waitFor();
    const form = page.url();
    await noViolations(page, "own survey");
    await press(page, "#survey .toolbar button");
    assert.match(await page.locator(".problem").innerText(), /Ən azı bir suala/);
    await page.locator("label", { has: page.locator("[name=answer-base][value='4']") }).click();
    await page.fill("[name=answer-words]", "Axtarış asan olsun");
    await press(page, "#survey .toolbar button");
    assert.match(await page.locator("#thanks").innerText(), /adınız olmadan/);
    assert.equal((await page.goto(form)).status(), 404, "once");
  });
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(survey);
    assert.match(await page.locator("#answers").innerText(), /Cavab verib\s+1/);
    assert.match(await page.locator("#not-yet").innerText(), /bağlandıqdan sonra, ən azı 5/);
    await noViolations(page, "survey of representatives");
    await page.click("#close summary");
    await press(page, "#close button");
    const said = await page.locator("main").innerText();
    assert.match(said, /Nəticələr göstərilmir: ən azı 5/);
    assert.doesNotMatch(said, /Axtarış asan olsun/);
    await page.click("#answers summary");
    assert.match(await page.locator("#who").innerText(), /Nigar/);
    assert.equal((await page.goto(`${origin}/my/surveys`)).status(), 403);
  });
});
