// Recommendations, discussions and proposals in a real browser: a call is judged, the lead recommends because of it, the representative
// reads and answers, a head decides; and what too few calls cannot show is refused in words.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;
// The store is shared with other tests: what is made here is found by its own words.
const mark = `K${Date.now().toString(36)}`;

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

const words = (page) => page.locator("main").innerText();
const go = (page, pattern, button) => Promise.all([page.waitForURL(pattern), button.click()]);
/** Sends a form whose answer is the same page. */
const send = (page, button) => Promise.all([page.waitForEvent("load"), button.click()]);
const saved = (page) => page.waitForFunction(() => document.getElementById("saved").textContent.trim() === "Yadda saxlanıb");

let assessment;
let recommendation;

test("a call is judged, so that there is something to speak about", async () => {
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/plans/new`);
    await page.fill("[name=name]", `Tövsiyə üçün ${mark}`);
    await page.fill("[name=first_day]", "2026-01-01");
    await page.fill("[name=last_day]", "2026-01-31");
    await page.fill("[name=each]", "500");
    for (const box of await page.locator("input[type=checkbox][name^=takes-]").all()) {
      const label = await box.evaluate((element) => element.closest("label, tr").textContent);
      await box.setChecked(label.includes("Leyla"));
    }
    await go(page, /\/plans\/[0-9a-f-]{36}/, page.locator("#plan .toolbar button"));
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/queue`);
    const row = page.locator("tr", { hasText: mark }).filter({ hasText: "R105" }).first();
    await go(page, "**/assess/**", row.locator("form button").first());
    assessment = new URL(page.url()).pathname.split("/").at(-1);
    await page.locator("#player.ready").waitFor();
    const count = await page.locator("#sheet .criterion").count();
    for (let at = 0; at < count; at += 1) {
      const criterion = page.locator("#sheet .criterion").nth(at);
      await criterion.focus();
      await page.keyboard.press((await criterion.getAttribute("data-accept")) ? "a" : "1");
      await saved(page);
    }
    await go(page, "**/queue", page.locator("#publish button"));
  });
});

test("a recommendation is given from the assessment, read, done; a few calls show no effect", async () => {
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/assessments/${assessment}`);
    await noViolations(page, "assessment");
    await go(page, "**/recommendations/new?**", page.locator("#c-K05 a[href^='/recommendations/new']"));
    await noViolations(page, "new recommendation");
    assert.equal(await page.locator("#criterion").inputValue(), "K05");
    assert.match(await words(page), /R105/);
    // A term that is over is refused in words, and what was typed stays.
    await page.fill("#text", `Maddənin nömrəsini deyin ${mark}`);
    const due = await page.locator("#due_on").inputValue();
    await page.fill("#due_on", "2020-01-01");
    await send(page, page.locator("#give button"));
    assert.match(await words(page), /bir il içində/);
    await noViolations(page, "refused recommendation");
    assert.match(await page.locator("#text").inputValue(), new RegExp(mark));
    await page.fill("#due_on", due);
    await go(page, /\/recommendations\/[0-9a-f-]{36}$/, page.locator("#give button"));
    recommendation = new URL(page.url()).pathname;
    await noViolations(page, "recommendation");
    assert.match(await words(page), /hələ oxumayıb/);
    assert.match(await page.locator("#few").innerText(), /əvvəl \d+, sonra \d+ olub/);
    assert.equal(await page.locator("#finish").count(), 0);
    await page.goto(`${origin}/recommendations?representative=R105&state=open`);
    await noViolations(page, "recommendations");
    assert.match(await words(page), new RegExp(mark));
    assert.match(await page.locator("#counters").innerText(), /\d+ açıq/);
    await page.goto(`${origin}/recommendations?late=on`);
    assert.doesNotMatch(await words(page), new RegExp(mark), "it is not late");
  });

  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "nigar");
    await page.goto(`${origin}/my/recommendations`);
    await noViolations(page, "own recommendations");
    const own = page.locator("section.panel", { hasText: mark });
    await send(page, own.locator("button"));
    assert.match(await own.innerText(), /Oxunub/);
    assert.equal(await own.locator("button").count(), 0);
  });

  await visit({ allow: [AXE, "status 409", "Failed to load resource"] }, async (page, context) => {
    await comeIn(page, "orxan");
    await page.goto(origin + recommendation);
    const other = await context.newPage();
    await other.goto(origin + recommendation);
    await page.fill("#note", `Üç nümunə ilə məşq edildi ${mark}`);
    await send(page, page.locator("#finish button"));
    await noViolations(page, "done recommendation");
    assert.equal(await page.locator("#state").innerText(), "İcra edilib");
    assert.equal(await page.locator("#measure").count(), 0, "too few calls are not measured");
    assert.deepEqual(await page.locator("#history tbody th").allInnerTexts(), ["İcra qeyd edilib", "Təmsilçi oxuyub", "Tövsiyə verilib"]);
    // The other tab still shows it open; what it sends is refused, and not lost.
    const refused = await other.evaluate(async () => {
      const form = document.querySelector("#withdraw form");
      form.reason.value = "səhvən";
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      return { status: answer.status, html: await answer.text() };
    });
    assert.equal(refused.status, 409);
    assert.match(refused.html, /Bu arada başqası bunu dəyişib/);
    await other.close();
  });
});

test("a discussion is recorded, objected to by the representative, and closed", async () => {
  let place;
  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/discussions/new`);
    await noViolations(page, "whose discussion");
    await page.selectOption("#whose select", "R105");
    await go(page, "**/discussions/new?**", page.locator("#whose button"));
    await noViolations(page, "new discussion");
    await page.locator("fieldset label", { hasText: mark }).locator("input").check();
    await page.locator("fieldset label", { hasText: "Leyla" }).locator("input").check();
    await page.fill("#said_by_sector", `K05 üzrə iki nümunə dinlənildi ${mark}`);
    await page.fill("#said_by_representative", "Maddəni bilirdim, tələsdim.");
    await page.locator("[name=outcome][value=agreed]").check({ force: true });
    await go(page, /\/discussions\/[0-9a-f-]{36}$/, page.locator("#hold .toolbar button"));
    place = new URL(page.url()).pathname;
    await noViolations(page, "discussion");
    assert.match(await words(page), /hələ cavab verməyib/);
    assert.equal(await page.locator("#close").count(), 0);
  });

  await visit({ allow: [AXE, "status 422", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar");
    await page.goto(`${origin}/my/discussions`);
    await noViolations(page, "own discussions");
    const own = page.locator("section.panel", { hasText: mark });
    // An objection without a reason is not taken.
    await send(page, own.locator("button[value=objected]"));
    assert.match(await own.innerText(), /Niyə razı olmadığınızı yazın/);
    await noViolations(page, "objection without a reason");
    await own.locator("textarea").fill(`Tələsdiyimi demədim ${mark}`);
    await send(page, own.locator("button[value=objected]"));
    assert.match(await own.innerText(), /Təmsilçi etiraz edib/);
    assert.equal(await own.locator("button").count(), 0);
  });

  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}/discussions?representative=R105`);
    await noViolations(page, "discussions");
    await page.goto(origin + place);
    assert.match(await words(page), new RegExp(`Tələsdiyimi demədim ${mark}`));
    await page.fill("#note", "Qeydə əlavə edildi.");
    await send(page, page.locator("#close button"));
    assert.equal(await page.locator("#state").innerText(), "Bağlanıb");
    await noViolations(page, "closed discussion");
  });
});

test("a proposal is drafted, sent, decided by a head and its effect noted", async () => {
  let place;
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/proposals/new`);
    await noViolations(page, "new proposal");
    await page.fill("#title", `Növbədəki yer elan edilsin ${mark}`);
    await page.fill("#text", "Gözləyənlər növbədə neçənci olduqlarını bilmirlər.");
    await page.fill("#based_on", `service_level\n${assessment}\nzəng edənlərin sözləri`);
    await page.fill("#addressee", "İT sektoru");
    const soon = new Date(Date.now() + 7 * 24 * 3600 * 1000).toISOString().slice(0, 10);
    await page.fill("#due_on", soon);
    await go(page, /\/proposals\/[0-9a-f-]{36}$/, page.locator("#propose .toolbar button"));
    place = new URL(page.url()).pathname;
    await noViolations(page, "drafted proposal");
    assert.equal(await page.locator("#based a").count() >= 1, true, "an assessment is led to");
    await page.click("#reword summary");
    await page.fill("#text", "Gözləyənlər növbədə neçənci olduqlarını bilmirlər və imtina edirlər.");
    await send(page, page.locator("#reword .toolbar button"));
    assert.match(await words(page), /imtina edirlər/);
    await send(page, page.locator("#send button"));
    assert.equal(await page.locator("#state").innerText(), "Göndərilib");
    assert.equal(await page.locator("#decide, #reword").count(), 0, "a lead decides nothing, and what is sent stays");
  });
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}/proposals?state=sent`);
    await noViolations(page, "proposals");
    await page.locator("th a", { hasText: mark }).click();
    await page.waitForURL(`**${place}`);
    await noViolations(page, "sent proposal");
    await page.fill("#decision_text", "Rübün planına daxil edilsin.");
    await send(page, page.locator("#decide button[value=accepted]"));
    assert.equal(await page.locator("#state").innerText(), "Qəbul edilib");
    await page.fill("#effect", "İmtinalar 2 faiz bəndi azaldı.");
    await send(page, page.locator("#note-effect button"));
    assert.equal(await page.locator("#state").innerText(), "Nəticəsi qeyd edilib");
    await noViolations(page, "proposal with its effect");
    assert.equal(await page.locator("#history tbody tr").count(), 5);
  });
});

test("whoever has no business there is refused", async () => {
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "leyla");
    for (const path of ["/recommendations", recommendation, "/discussions", "/proposals", "/my/recommendations", "/my/discussions"]) {
      assert.equal((await page.goto(origin + path)).status(), 403, path);
    }
  });
});
