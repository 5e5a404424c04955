// Result cards as people make them: the lead drafts a period's cards at once, fills one in and submits it; the head returns and approves;
// whom it is about reads it; a correction is another edition. And it comes out on one sheet of paper.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;

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

/** A representative of January whose handle time stands between what gives 100 points and what gives none, counted here from the calls. */
function someone() {
  const question = `SELECT representative, count(*) AS answered, avg(handle_ms) / 1000 AS handle_s FROM incoming
    WHERE outcome = 'answered' AND offered_at >= '2025-12-31T20:00:00Z' AND offered_at < '2026-01-31T20:00:00Z'
    GROUP BY representative HAVING avg(handle_ms) > 185000 AND avg(handle_ms) < 415000 AND count(*) > 1000 ORDER BY answered LIMIT 1`;
  const program = process.env.MEYAR_TEST_PROGRAM;
  const told = execFileSync(program, ["sql", "--data", process.env.MEYAR_TEST_DATA, "--format", "json", question], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(told)[0];
}

async function make(page, position, period) {
  await page.goto(`${origin}/cards`);
  if (!(await page.locator("#make[open]").count())) await page.click("#make summary");
  await page.selectOption("#new-position", position);
  await page.selectOption("#new-period", period);
  await press(page, "#make button");
}

test("cards of all representatives are made at once, each value with where it comes from", async () => {
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await make(page, "representative", "2026-01");
    assert.match(await page.locator("#done").innerText(), /Hazırlandı: \d+/);
    const rows = await page.locator("#cards tbody tr").count();
    assert.ok(rows > 20, `${rows} cards`);
    await noViolations(page, "cards");
    // Once more nothing is made.
    await make(page, "representative", "2026-01");
    assert.match(await page.locator("#done").innerText(), new RegExp(`Hazırlandı: 0\\. Əvvəldən var idi: ${rows}`));
    const one = someone();
    await page.locator("#cards a", { hasText: one.representative }).click();
    await page.locator("#parts").waitFor();
    // Points go straight from 420 s to 180 s; there are no assessments, and they are named as missing.
    const handle = (await page.locator("#parts tr", { hasText: "Orta xidmət müddəti" }).innerText()).replace(/\s/gu, " ");
    const seconds = Math.round(one.handle_s);
    const points = ((100 * (420 - one.handle_s)) / 240).toFixed(1).replace(".", ",");
    const written = [
      "representatives",
      one.answered.toLocaleString("en").replace(",", " "),
      `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
      points,
    ];
    for (const part of written) assert.ok(handle.includes(part), `${part} in ${handle}`);
    assert.match(await page.locator("#missing").innerText(), /Yekun bal verilmir[\s\S]*Dinlənilmiş zənglərin qiyməti/);
    assert.equal(await page.locator("#submit").count(), 0, "too little is known");
    await page.click("#origin summary");
    assert.match(await page.locator("#origin").innerText(), /[0-9a-f]{64}/);
    await noViolations(page, "a card");
    await page.goto(`${origin}/cards/forms`);
    assert.doesNotMatch(await page.locator("main").innerText(), /evaluation_/);
    await noViolations(page, "forms of cards");
  });
});

test("a card is filled in, returned, approved, read and corrected, and signed on one sheet", async () => {
  let card;
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    await make(page, "assessor", "2026-01");
    await page.locator("#cards a", { hasText: "Leyla" }).click();
    await page.locator("#entries").waitFor();
    card = new URL(page.url()).pathname;
    // Nothing was due, calibrated or disputed in January: that is told, and only then may a person enter it, with its basis.
    assert.match(await page.locator("#missing").innerText(), /Planın vaxtında yerinə yetirilməsi[^\n]*dövrdə məlumat yoxdur/);
    assert.match(await page.locator("#parts").innerText(), /verilmiş zənglərdən son gününədək qiymətləndirilib dərc edilənlər/);
    // What is out of the scale is not taken, and stays typed.
    await page.evaluate(() => document.querySelector("#entries").setAttribute("novalidate", ""));
    await page.fill("[name=value-discipline]", "120");
    await page.fill("[name=value-plan_done]", "90");
    await page.fill("[name=note-plan_done]", "hesabat");
    await press(page, "#entries button");
    assert.match(await page.locator(".problem").innerText(), /Əmək intizamı: 0 ilə 100/);
    assert.equal(await page.inputValue("[name=value-plan_done]"), "90");
    await page.fill("[name=value-discipline]", "95");
    await page.fill("[name=note-discipline]", "əmr yoxdur");
    await page.fill("[name=value-agreement]", "75");
    await press(page, "#entries button");
    assert.match(await page.locator(".problem").innerText(), /Kalibrləmədə razılıq, %: qiymətin əsasını/);
    await page.fill("[name=note-agreement]", "kalibrləmə protokolu");
    await press(page, "#entries button");
    // 90, 75 of 50 … 100 and 95 of 0 … 100: 80, 50 and 95 points, by 30, 30 and 20.
    assert.equal(await page.locator("#score").innerText(), "72,5");
    assert.match(await page.locator("#parts tr", { hasText: "Planın vaxtında" }).innerText(), /hesabat[\s\S]*Əl ilə daxil edilib: Orxan Əliyev/);
    assert.match(await page.locator("#parts").innerText(), /Orxan Əliyev[\s\S]*əmr yoxdur|əmr yoxdur[\s\S]*Orxan Əliyev/);
    assert.match(await page.locator("#missing").innerText(), /100 çəkidən 80[\s\S]*Etirazdan sonra/);
    await noViolations(page, "a card to be filled in");
    await press(page, "#submit button");
    assert.equal(await page.locator("#approve").count(), 0, "the lead approves nothing");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/my/cards`);
    assert.equal(await page.locator("#cards").count(), 0, "nothing is approved yet");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}${card}`);
    await noViolations(page, "a card to be approved");
    await page.click("#approve summary");
    await page.fill("#return-reason", "Plan üzrə əsas yazılsın");
    await press(page, "#approve details button");
    assert.match(await page.locator("#returned").innerText(), /Plan üzrə əsas yazılsın/);
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${card}`);
    await page.fill("[name=note-plan_done]", "yanvar planı");
    await press(page, "#entries button");
    await page.goto(`${origin}/cards?position=assessor&period=2026-01`);
    await page.locator("tr", { hasText: "Leyla" }).locator("input[type=checkbox]").check();
    await press(page, "[formaction='/cards/submit']");
    assert.match(await page.locator("#done").innerText(), /Təqdim edildi: 1\. Təqdim edilmədi: 0/);
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}/cards?position=assessor&period=2026-01`);
    await page.locator("tr", { hasText: "Leyla" }).locator("input[type=checkbox]").check();
    await noViolations(page, "cards to be approved");
    await press(page, "[formaction='/cards/approve']");
    assert.match(await page.locator("#done").innerText(), /Təsdiq edildi: 1/);
    await page.goto(`${origin}${card}`);
    assert.equal(await page.locator("#entries").count(), 0, "frozen");
    // On paper: one sheet, with lines to sign on and without what is only for the screen.
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".signatures").isVisible());
    assert.equal(await page.locator("#history").isVisible(), false);
    // The table is not cut at the edge: as wide as a sheet without its margins.
    await page.setViewportSize({ width: 688, height: 1000 });
    const cut = await page.locator("#parts").evaluate((table) => table.scrollWidth - table.parentElement.clientWidth);
    assert.ok(cut <= 0, `${cut} px are cut`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length, 1, "one sheet");
    const [, , width, height] = pdf.match(/\/MediaBox\s*\[\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)/).slice(1).map(Number);
    assert.ok(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `A4, not ${width} × ${height}`);
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/my/cards`);
    await noViolations(page, "own cards");
    await page.locator("#cards a", { hasText: "Yanvar 2026" }).click();
    await page.locator("#acknowledge").waitFor();
    assert.equal(await page.locator("#score").innerText(), "72,5");
    await noViolations(page, "own card");
    await press(page, "#acknowledge button");
    assert.match(await page.locator("#state").innerText(), /Tanış olunub/i);
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}${card}`);
    await page.click("#correct summary");
    await page.fill("#correct-reason", "İntizam üzrə səhv");
    await press(page, "#correct button");
    assert.notEqual(new URL(page.url()).pathname, card);
    assert.match(await page.locator("#correction").innerText(), /İntizam üzrə səhv/);
    assert.equal(await page.inputValue("[name=value-discipline]"), "95");
    await page.click(".lead a");
    await page.waitForURL(`${origin}${card}`);
    assert.match(await page.locator("#state").innerText(), /Tanış olunub/i, "it holds until the next one is approved");
  });
});

test("who has no business with cards is refused, and nobody sees another's", async () => {
  await visit({ allow: [AXE, "status 403", "status 404", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar");
    assert.equal((await page.goto(`${origin}/cards`)).status(), 403);
    assert.equal((await page.goto(`${origin}/my/cards`)).status(), 200);
    assert.equal((await page.goto(`${origin}/my/cards/01-somebodys`)).status(), 404);
  });
});
