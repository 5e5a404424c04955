// The live page in a real browser: what it says of a moment, and how it keeps itself new without taking anything away from who reads it.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { origin, visit } from "../site.mjs";

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

test("a moment of a day is told with its targets, and says that it is not now", async () => {
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "orxan");
    await page.goto(`${origin}/live`);
    await page.locator("#live-nothing").waitFor();
    await noViolations(page, "nothing yet");
    await page.fill("#at", "2026-01-14T10:42");
    await Promise.all([page.waitForURL(/at=2026-01-14T10%3A42/), page.click(".live-at button")]);
    assert.match(await page.locator("#live-past").innerText(), /Bu, indi deyil: 14\.01\.2026 10:42/);
    await noViolations(page, "a moment");
    // Met or missed is said in words.
    for (const tile of ["#tile-last", "#tile-day"]) {
      assert.match(await page.locator(tile).innerText(), /hədəf yerinə yetirilm?ir/);
    }
    const waiting = Number(await page.locator("#tile-waiting .value").innerText());
    const total = page.locator("#live-lines tr.total td");
    assert.equal(Number(await total.nth(1).innerText()), waiting);
    assert.ok(waiting > 0, "calls wait at that moment of the demonstration");
    // The table behind the chart has what the lines have.
    await page.click("#live-halves summary");
    const offered = await page.locator("#live-halves tbody tr td:nth-child(2)").allInnerTexts();
    const sum = offered.reduce((all, text) => all + Number(text.replace(/\s/g, "")), 0);
    assert.equal(sum, Number((await total.nth(4).innerText()).replace(/\s/g, "")));
    // A call is one step away.
    const link = page.locator("#live-callbacks tbody a").first();
    await Promise.all([page.waitForURL(/\/calls\//), link.click()]);
  });
});

test("on a telephone nothing stands outside of the window", async () => {
  await visit({ allow: [AXE], viewport: { width: 390, height: 844 } }, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/live?at=2026-01-14T10:42`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});

test("the page keeps itself new: focus, scroll and what is open stay, and only what is urgent and new is read aloud", async () => {
  // What the server says of the next moments is put in its place: the demonstration's day does not go on.
  await visit({ allow: [AXE, "status 503", "status 401", "Failed to load resource", "net::ERR"] }, async (page) => {
    await comeIn(page, "orxan");
    const html = async (at) => (await (await page.context().request.get(`${origin}/live/part?at=${at}`)).text());
    const [quiet, urgent] = [await html("2026-01-16T15:30"), await html("2026-01-16T15:45")];
    assert.ok(!quiet.includes("data-urgent") && urgent.includes("data-urgent"));
    let next = () => ({ status: 200, contentType: "text/html; charset=utf-8", body: quiet });
    let asked = 0;
    await page.clock.install();
    await page.route("**/live/part", (route) => {
      asked += 1;
      return route.fulfill(next());
    });
    await page.goto(`${origin}/live`);
    const every = Number(await page.locator("#live").getAttribute("data-refresh-s"));
    const round = async () => {
      const known = asked;
      const until = Date.now() + 10_000;
      while (asked === known && Date.now() < until) {
        // Its clock is set when the last answer has come, which may be after this one began to run.
        await page.clock.runFor(every * 1000 + 500);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(asked > known, "the page asked again");
    };
    await round();
    await page.locator("#live-halves").waitFor();
    await page.click("#live-halves summary");
    await page.locator("#live-halves summary").focus();
    await page.evaluate(() => window.scrollTo(0, 300));
    const said = () => page.locator("#live-said").textContent();
    assert.equal(await said(), "");

    next = () => ({ status: 200, contentType: "text/html; charset=utf-8", body: urgent });
    await round();
    await page.locator("tr[data-urgent]").waitFor();
    assert.match(await said(), /Yeni təxirəsalınmaz müraciət: saat 15:40/);
    assert.ok(await page.locator("#live-halves").evaluate((details) => details.open), "what was unfolded stays so");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY", "the focus stays");
    const words = await said();
    await round();
    assert.equal(await said(), words, "what is known already is not said again");

    // The server is away: the page stays and says since when; and when it is back, that is over.
    next = () => ({ status: 503, body: "" });
    await round();
    await page.locator("#live-off:not([hidden])").waitFor();
    assert.match(await page.locator("#live-since").innerText(), /\d\d:\d\d/);
    assert.equal(await page.locator("tr[data-urgent]").count(), 1, "what is shown stays");
    await noViolations(page, "the server is away");
    next = () => ({ status: 200, contentType: "text/html; charset=utf-8", body: quiet });
    await page.clock.runFor(every * 2_000 + 1_000);
    await page.locator("#live-off").waitFor({ state: "hidden" });

    // It can be stopped, and rests while nobody looks.
    await page.click("#live-pause");
    let before = asked;
    await page.clock.runFor(every * 5_000);
    assert.equal(asked, before, "stopped");
    await page.click("#live-pause");
    await page.locator("#live-urgent .empty").waitFor();
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    before = asked;
    await page.clock.runFor(every * 5_000);
    assert.equal(asked, before, "nobody looks");
    await hide(false);
    await round();

    // Who is no longer in is told so, and not led away from what is shown.
    next = () => ({ status: 401, body: "" });
    await round();
    await page.locator("#live-out:not([hidden])").waitFor();
    assert.equal(new URL(page.url()).pathname, "/live");
  });
});

test("whom it is not for does not see it", async () => {
  await visit({ allow: [AXE, "status 403", "Failed to load resource"] }, async (page) => {
    await comeIn(page, "nigar");
    const answer = await page.goto(`${origin}/live`);
    assert.equal(answer.status(), 403);
    assert.equal(await page.locator("nav a[href='/live']").count(), 0);
  });
});
