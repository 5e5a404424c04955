// The screen where a call is judged, closely: what makes a result zero is asked about, what is typed is kept while it is typed, and the whole
// work of an assessor needs no mouse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

const password = process.env.MEYAR_PASSWORD;
// It has something of every kind to be decided: the keyboard's test has it to itself.
const WHOLE = "demo-good";
const PLAN = `Yaxından ${Date.now().toString(36)}`;
const FAILED = "Failed to load resource";

async function comeIn(page, login) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL(`${origin}/queue`), page.click("main button")]);
}

const saved = (page) => page.waitForFunction(() => document.getElementById("saved").textContent.trim() === "Yadda saxlanıb");
const criterion = (page, code) => page.locator(`#k-${code}`);
const chosen = (page, code) => criterion(page, code).locator(".marks input").evaluateAll((all) => all.find((one) => one.checked)?.value ?? "");
const choose = (page, code, value) => criterion(page, code).locator("label", { has: page.locator(`[value='${value}']`) }).click();

/** Opens a call of the plan that was not begun, or the one that was. */
async function open(page, which = "form[action$=begin] button") {
  await page.goto(`${origin}/queue`);
  await Promise.all([page.waitForURL("**/assess/**"), page.locator("tr", { hasText: PLAN, hasNotText: WHOLE }).locator(which).first().click()]);
  await page.locator("#player.ready").waitFor();
}
const GO_ON = "a[href^='/assess/']";

test("a lead gives work", async () => {
  await visit({}, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/plans/new`);
    await page.fill("[name=name]", PLAN);
    await page.fill("[name=first_day]", "2026-01-01");
    await page.fill("[name=last_day]", "2026-01-31");
    // All that can be heard, whatever the seed.
    await page.fill("[name=each]", "500");
    for (const box of await page.locator("input[type=checkbox][name^=takes-]").all()) {
      const label = await box.evaluate((element) => element.closest("label, tr, li, div").textContent);
      await box.setChecked(label.includes("Leyla"));
    }
    await Promise.all([page.waitForURL(/\/plans\/[0-9a-f-]{36}/), page.click("#plan .toolbar button")]);
  });
});

test("what makes the result zero is asked about first, and taking it back changes nothing", async () => {
  await visit({}, async (page) => {
    await comeIn(page, "leyla");
    await open(page);
    const dialog = page.locator("#confirm-critical[open]");
    const zero = page.locator("#critical");
    await choose(page, "K01", "1");
    await saved(page);
    const score = await page.locator("#score").textContent();
    assert.notEqual(score, "–");

    // A gate: the dialog says what a 0 on it does. Taken back by its button, then by Escape.
    for (const back of [() => dialog.locator("[data-answer=no]").click(), () => page.keyboard.press("Escape")]) {
      await choose(page, "K12", "0");
      await dialog.waitFor();
      assert.match(await dialog.innerText(), /Hədd meyarına 0[\s\S]*bütün zəngin nəticəsini sıfırlayır/);
      await back();
      await dialog.waitFor({ state: "detached" });
      assert.equal(await chosen(page, "K12"), "", "it is undecided, as it was");
      assert.ok(await zero.isHidden());
    }
    await choose(page, "K12", "1");
    await saved(page);
    await choose(page, "K12", "0");
    await dialog.locator("[data-answer=no]").click();
    assert.equal(await chosen(page, "K12"), "1", "the mark is what it was");
    await page.reload();
    assert.equal(await chosen(page, "K12"), "1");

    // Not without a reason; with one it counts, and the score says so, also when the page comes again.
    await choose(page, "K12", "0");
    await dialog.locator("[data-answer=yes]").click();
    assert.equal(await page.locator("#confirm-reason").getAttribute("aria-invalid"), "true");
    await page.fill("#confirm-reason", "başqasının məlumatını oxudu");
    await dialog.locator("[data-answer=yes]").click();
    await saved(page);
    for (const when of ["at once", "after a reload"]) {
      assert.match(await zero.innerText(), /^0\s*Nəticə sıfırdır$/i, when);
      assert.equal(await page.locator("#score").textContent(), score, when);
      assert.match(await page.locator("#score").getAttribute("class"), /\bvoid\b/, when);
      assert.equal(await page.locator("#r-K12").inputValue(), "başqasının məlumatını oxudu", when);
      assert.ok(await page.locator("#r-K12").isVisible(), when);
      await page.reload();
    }
    await choose(page, "K12", "1");
    await saved(page);
    assert.ok(await zero.isHidden());

    // A critical error, the same way.
    const box = criterion(page, "K02").locator("[data-do=critical]");
    const before = await chosen(page, "K02");
    await box.click();
    assert.match(await dialog.innerText(), /Kritik səhvi təsdiq/);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.ok(!(await box.isChecked()));
    assert.equal(await chosen(page, "K02"), before);
    await box.click();
    await page.fill("#confirm-reason", "məlumatı soruşmadan verdi");
    await page.keyboard.press("Enter");
    await saved(page);
    assert.ok(await box.isChecked());
    assert.equal(await chosen(page, "K02"), "0");
    assert.match(await zero.innerText(), /^0/);
    // A better mark takes it back.
    await choose(page, "K02", "1");
    await saved(page);
    assert.ok(!(await box.isChecked()) && (await zero.isHidden()));
  });
});

test("what is typed is kept while it is typed, when the page goes, and when one is no longer in", async () => {
  await visit({ allow: ["status 401", "status 409", FAILED] }, async (page, context) => {
    await comeIn(page, "leyla");
    await open(page, GO_ON);
    const url = page.url();
    const overall = page.locator("#comment");
    const remark = criterion(page, "K01").locator("[data-field=comment]");
    await criterion(page, "K01").click({ position: { x: 5, y: 5 } });
    // Nothing is left, so nothing but typing can have saved it.
    await remark.click();
    await page.keyboard.type("ad aydın deyilir");
    await saved(page);
    assert.ok(await remark.evaluate((field) => field === document.activeElement));
    await page.reload();
    assert.equal(await remark.inputValue(), "ad aydın deyilir");
    await overall.click();
    await page.keyboard.type("Yaxşı zəng");
    await saved(page);
    await page.reload();
    assert.equal(await overall.inputValue(), "Yaxşı zəng");

    // Unsaved typing holds whoever would leave; who leaves all the same loses nothing: it goes with the page's last breath.
    let asked = 0;
    page.on("dialog", async (dialog) => {
      asked += dialog.type() === "beforeunload" ? 1 : 0;
      await dialog.accept();
    });
    await overall.click();
    await page.keyboard.type(", davamı da");
    await page.goto(`${origin}/queue`);
    assert.equal(asked, 1);
    await page.goto(url);
    const whole = await overall.inputValue();
    assert.equal(whole.length, "Yaxşı zəng, davamı da".length, whole);
    assert.ok(whole.includes(", davamı da"), whole);

    // Another window is not written over in silence.
    const other = await context.newPage();
    await other.goto(url);
    await other.locator("#comment").fill("İkinci pəncərədən");
    await saved(other);
    await overall.click();
    await page.keyboard.type("!");
    await page.locator("#changed[open]").waitFor();
    await page.click("#changed a");
    assert.equal(await overall.inputValue(), "İkinci pəncərədən");
    assert.equal(asked, 1, "what could not be kept does not hold anybody");

    // No longer in: it says so, and keeps the words until one is in again.
    await context.clearCookies({ name: "meyar-session" });
    await overall.fill("Girişdən sonra da qalır");
    await page.locator("#signed-out").waitFor();
    assert.match(await page.locator("#signed-out").innerText(), /Girişin vaxtı bitib/);
    assert.equal(await page.locator("#saved").textContent(), "Saxlanılmadı");
    assert.equal(await overall.inputValue(), "Girişdən sonra da qalır");
    const [login] = await Promise.all([context.waitForEvent("page"), page.click("#signed-out a")]);
    await comeIn(login, "leyla");
    await login.close();
    await other.close();
    await page.bringToFront();
    await overall.press("End");
    await page.keyboard.type(".");
    await saved(page);
    assert.ok(await page.locator("#signed-out").isHidden());
    await page.reload();
    assert.equal(await overall.inputValue(), "Girişdən sonra da qalır.");
  });
});

/** By Tab alone to what is wanted; how it looks is not asked, where the keyboard is, is. */
async function tabTo(page, what, wanted) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(wanted.find, wanted.of)) {
      return;
    }
  }
  throw new Error(`${what} is not reached by Tab`);
}
const matching = (selector) => ({ find: (one) => document.activeElement.matches(one), of: selector });

test("the whole work is done by the keyboard alone", async () => {
  await visit({}, async (page, context) => {
    const { keyboard } = page;
    await page.goto(`${origin}/login`);
    await keyboard.type("leyla");
    await keyboard.press("Tab");
    await keyboard.type(password);
    await Promise.all([page.waitForURL(`${origin}/queue`), keyboard.press("Enter")]);
    await tabTo(page, "a call to begin", {
      find: ([plan, call]) => document.activeElement.closest("form[action$=begin]") !== null && [plan, call].every((text) => document.activeElement.closest("tr").textContent.includes(text)),
      of: [PLAN, WHOLE],
    });
    await Promise.all([page.waitForURL("**/assess/**"), keyboard.press("Enter")]);
    const assessment = new URL(page.url()).pathname;
    await page.locator("#player.ready").waitFor();

    // The help tells every key, and goes away.
    await keyboard.press("?");
    const help = await page.locator("#keys[open]").innerText();
    for (const words of ["Kritik səhvi qeyd et", "Ümumi şərh yaz", "Sahədən meyara qayıt", "Sual-cavab bazasında axtar", "Növbəti meyar"]) {
      assert.ok(help.includes(words), words);
    }
    await keyboard.press("Escape");

    // The question-answer base beside the call.
    await keyboard.press("b");
    await keyboard.type("vergi");
    const [answers] = await Promise.all([context.waitForEvent("page"), keyboard.press("Enter")]);
    await answers.waitForURL(`${origin}/answers?q=vergi`);
    assert.equal(await answers.locator("#q").inputValue(), "vergi");
    await answers.close();
    await keyboard.press("Escape");

    const here = () => page.locator(".criterion.here").getAttribute("data-criterion");
    const count = await page.locator(".criterion").count();
    const done = { accepted: 0, na: 0, lowered: 0, critical: 0, gate: 0, heard: 0 };
    const why = async (words) => {
      await page.locator("#confirm-critical[open]").waitFor();
      await keyboard.type(words);
      await keyboard.press("Enter");
      await page.locator("#confirm-critical[open]").waitFor({ state: "detached" });
    };
    // Back to the first, then through all.
    for (let at = 0; at < count; at += 1) await keyboard.press("p");
    for (let at = 0; at < count; at += 1) {
      const code = await here();
      const now = criterion(page, code);
      const proposed = await now.getAttribute("data-accept");
      if (done.heard === 0 && (await now.locator(".evidence a").count()) > 0) {
        await keyboard.press("q");
        await page.waitForFunction(() => !document.getElementById("audio").paused);
        await keyboard.press("Escape");
        await page.waitForFunction(() => document.getElementById("audio").paused);
        // Any of its quotes, too.
        await tabTo(page, "a quote", matching(".criterion.here .evidence a"));
        await keyboard.press("Enter");
        await page.waitForFunction(() => !document.getElementById("audio").paused);
        await keyboard.press("Escape");
        done.heard += 1;
      }
      if (done.critical === 0 && (await now.locator("[data-do=critical]").count()) > 0 && (await now.getAttribute("data-gate")) === null) {
        await keyboard.press("z");
        await why("kritik səhv, klaviatura ilə");
        done.critical += 1;
      } else if ((await now.getAttribute("data-gate")) !== null && done.gate === 0) {
        await keyboard.press("0");
        await why("hədd, klaviatura ilə");
        done.gate += 1;
      } else if (proposed === "1" && done.lowered === 0) {
        await keyboard.press("0");
        await page.waitForFunction((one) => document.getElementById(`k-${one}`).classList.contains("changed"), code);
        await keyboard.press("r");
        await keyboard.type("təklifdən aşağı");
        await keyboard.press("Escape");
        await keyboard.press("c");
        await keyboard.type("şərh");
        await keyboard.press("Escape");
        done.lowered += 1;
      } else if (proposed) {
        await keyboard.press("a");
        done.accepted += 1;
      } else if ((await now.locator("[data-key=x]").count()) > 0) {
        await keyboard.press("x");
        done.na += 1;
      } else {
        await keyboard.press("1");
      }
      if (at < count - 1 && (await here()) === code) {
        await keyboard.press("n");
      }
    }
    await saved(page);
    assert.ok(Object.values(done).every((times) => times > 0), JSON.stringify(done));
    assert.equal(await page.locator("#decided").textContent(), String(count));
    await keyboard.press("o");
    await keyboard.type("Siçansız qiymətləndirildi");
    await Promise.all([page.waitForURL(`${origin}/queue`), keyboard.press("Control+Enter")]);
    assert.equal(await page.locator(`a[href="${assessment}"]`).count(), 0, "it has left the queue");
  });
});

/** Holds whatever is asked of that address until it is let go. */
async function held(page, address) {
  let go;
  const gate = new Promise((done) => (go = done));
  let asked = 0;
  await page.route(address, async (route) => {
    asked += 1;
    await gate;
    await route.continue();
  });
  return { go, asked: () => asked };
}

/**
 * Presses what is slow, impatiently: twice at once, and again when the bar has come. Returns how the page looked then, as told on its console: while
 * a navigation is under way Playwright waits for its end before it looks at anything.
 */
async function pressed(page, selector, row = "") {
  const told = page.waitForEvent("console", { predicate: (message) => message.text().startsWith("bar ") });
  page
    .evaluate(
      ([one, words]) => {
        const target = [...document.querySelectorAll(one)].find((each) => (each.closest("tr") ?? document.body).textContent.includes(words));
        new MutationObserver((_, observer) => {
          const bar = document.querySelector(".page-loading");
          if (bar) {
            observer.disconnect();
            // What is marked with it is marked by now: observers hear of a whole task at once.
            const wide = bar.getBoundingClientRect().width === document.documentElement.clientWidth;
            console.log(`bar ${JSON.stringify({ wide, busy: document.getElementById("content").ariaBusy, button: target.ariaBusy })}`);
            if (target.form) target.click();
          }
        }).observe(document.body, { childList: true });
        target.click();
        if (target.form) target.click();
      },
      [selector, row],
    )
    .catch(() => "the page has gone on");
  return JSON.parse((await told).text().slice(4));
}

test("what is slow says so, and is not sent twice", async () => {
  await visit({}, async (page) => {
    await comeIn(page, "leyla");
    assert.equal(await page.locator(".page-loading").count(), 0);
    const next = await held(page, /\/answers/);
    assert.deepEqual(await pressed(page, "nav a[href='/answers']"), { wide: true, busy: "true", button: null });
    next.go();
    await page.waitForURL(`${origin}/answers`);
    assert.equal(await page.locator(".page-loading").count(), 0);

    // A form is sent once.
    await page.goto(`${origin}/queue`);
    const begin = await held(page, /\/begin$/);
    const peaks = await held(page, /\/peaks\//);
    const button = "form[action$=begin] button";
    assert.deepEqual(await pressed(page, button, PLAN), { wide: true, busy: "true", button: "true" });
    begin.go();
    await page.waitForURL("**/assess/**");
    assert.equal(begin.asked(), 1);

    // The waveform has its place and turns until the peaks are there.
    await page.locator(".wave .loading").waitFor();
    assert.equal(await page.locator("#player").getAttribute("aria-busy"), "true");
    const place = await page.locator(".wave").boundingBox();
    peaks.go();
    await page.locator("#player.ready").waitFor();
    assert.equal(await page.locator(".wave .loading").count(), 0);
    assert.equal(await page.locator("#player").getAttribute("aria-busy"), "false");
    assert.equal((await page.locator(".wave").boundingBox()).height, place.height, "nothing moves when it comes");
  });
});
