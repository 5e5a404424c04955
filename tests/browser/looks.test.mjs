// How the pages look: light and dark, wide and on a telephone, in both languages; and the parts that pages are made of.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresUrl, findCall, origin, visit } from "./site.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
// Axe itself styles what it measures, which the pages' policy refuses.
const AXE = { allow: ["/nowhere", "Applying inline style"] };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Every kind of page that there is. */
async function addresses(page) {
  const call = await findCall(page);
  const suspected = await findCall(page, "assessed=suspected");
  await page.goto(`${origin}/calls?outcome=lost`);
  const lost = await page.locator("a.call-link").first().evaluate((link) => link.href);
  await page.goto(figuresUrl());
  const rows = await page.locator("a.cell[href*='/rows?']").first().evaluate((link) => link.href);
  return [figuresUrl(), `${origin}/calls`, call, suspected, lost, rows, `${origin}/figures`, `${origin}/figures/satisfaction`, `${origin}/figures/kpi`, `${origin}/dictionary`, `${origin}/dictionary?q=calls`, `${origin}/reconciliation`, `${origin}/reconciliation?period=2026-01`, `${origin}/nowhere`];
}

async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
  if ((await page.locator("#player").count()) > 0) {
    await page.locator("#player.ready").waitFor();
  }
  if ((await page.locator("#chart").count()) > 0) {
    await page.locator("#chart-at").waitFor();
  }
}

async function obstacles(page, part) {
  const axe = new AxeBuilder({ page }).withTags(TAGS);
  const { violations } = await (part ? axe.include(part) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  test(`no page has an obstacle when it is ${colorScheme}`, async () => {
    await visit({ ...AXE, colorScheme }, async (page) => {
      for (const url of await addresses(page)) {
        await page.goto(url);
        await settled(page);
        assert.deepEqual(await obstacles(page), [], url);
      }
    });
  });

  test(`a call at work has no obstacle when it is ${colorScheme}`, async () => {
    await visit({ ...AXE, colorScheme }, async (page) => {
      await findCall(page, "assessed=suspected");
      await settled(page);
      await page.keyboard.press("s");
      await page.locator(".evidence a").first().click();
      await page.locator(".segment.current").waitFor();
      await page.keyboard.press(" ");
      await page.keyboard.press("l");
      await page.keyboard.press("/");
      await page.keyboard.type("you");
      assert.deepEqual(await obstacles(page), []);
    });
  });

  test(`the parts that pages are made of have no obstacle when they are ${colorScheme}`, async () => {
    await visit({ ...AXE, colorScheme }, async (page) => {
      await page.goto(`${origin}/figures`);
      await page.locator("main").evaluate((main) => (main.innerHTML = `
        <div class="page-head"><div><h1>Head</h1><p class="lead">Lead</p></div><div class="toolbar"><button class="button">Primary</button><button class="button quiet">Quiet</button><button class="button danger">Danger</button><button class="button text">Text</button><button class="button quiet" aria-pressed="true">Down</button><button class="button" aria-busy="true">Busy</button><button class="button quiet small icon" aria-label="More">+</button></div></div>
        <nav class="tabs" aria-label="Tabs"><a href="#a" aria-current="page">One</a><a href="#b">Two <span class="count">12</span></a></nav>
        <section class="panel"><h2>Panel</h2>
          <p>${["", "ok", "info", "warn", "lost", "critical"].map((state) => `<span class="tag ${state}">tag ${state}</span>`).join(" ")}</p>
          <div class="fields"><div class="field"><label for="f1">Name</label><input id="f1" placeholder="like this" aria-describedby="h1"><p class="hint" id="h1">A hint</p></div>
          <div class="field wrong"><label for="f2">Number</label><input id="f2" aria-invalid="true" aria-describedby="w2"><p class="wrong-line" id="w2">Not a number</p></div>
          <div class="field"><label for="f3">Choice</label><select id="f3"><option>One</option></select></div><div class="field"><label for="f4">Words</label><textarea id="f4">Words</textarea></div></div>
          <label class="choice"><input type="checkbox" checked> Agreed</label>
          ${["good", "half", "bad", "none"].map((mark) => `<fieldset class="marks"><legend>Mark ${mark}</legend><label class="${mark}"><input type="radio" name="${mark}" checked><span>1</span></label><label><input type="radio" name="${mark}"><span>0,5</span></label></fieldset>`).join("")}
          <p class="empty">Nothing yet</p><p class="loading" role="status">On its way</p><p class="problem" role="alert">Failed</p>
          <p class="notice">Told <a href="#a">there</a></p><p class="notice good">Good</p><p class="notice warn">Take care</p><p class="notice bad">Bad</p>
          <p><span class="hint-key">Save <kbd>Ctrl</kbd><kbd>Enter</kbd></span> <code>code</code></p>
          <ol class="funnel"><li><span>Answered</span><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="part-1" width="62" height="8"/></svg><b>27 083</b><small>88,5 %</small></li></ol>
          <div class="scroll" tabindex="0" role="region" aria-label="Table"><table class="data"><thead><tr><th scope="col">What</th><th scope="col" class="n">How many</th></tr></thead><tbody><tr><th scope="row">One</th><td class="n good">1</td></tr><tr class="chosen"><th scope="row"><a class="cell" href="#a">Two</a></th><td class="n bad">2</td></tr><tr class="total"><th scope="row">All</th><td class="n">3</td></tr></tbody></table></div>
        </section>
        <div class="toasts" role="status"><p class="toast good">Saved</p><p class="toast bad">Not saved</p></div>`));
      await page.locator(".toast").first().evaluate((toast) => Promise.all(toast.getAnimations().map(({ finished }) => finished)));
      assert.deepEqual(await obstacles(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0);
    });
  });
}

test("every page fits a telephone in both languages, dark and light", async () => {
  for (const [lang, colorScheme] of [["az", "light"], ["en", "dark"]]) {
    await visit({ ...PHONE, colorScheme, allow: ["/nowhere"] }, async (page) => {
      for (const url of await addresses(page)) {
        await page.goto(`${url}${url.includes("?") ? "&" : "?"}lang=${lang}`);
        await settled(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${url} in ${lang} is ${wide} pixels too wide`);
      }
    });
  }
});

test("nothing is cut off between a small telephone and a wide screen", async () => {
  await visit({ allow: ["/nowhere"] }, async (page) => {
    for (const url of await addresses(page)) {
      await page.goto(url);
      await settled(page);
      for (const width of [320, 561, 761, 981, 1181, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${url} is ${wide} pixels too wide for ${width}`);
      }
    }
  });
});

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = "rgb(242, 244, 246)";
const DARK = "rgb(15, 22, 27)";

test("pages follow the system until somebody chooses, and the choice stays", async () => {
  await visit({ colorScheme: "dark" }, async (page) => {
    await page.goto(`${origin}/calls`);
    assert.equal(await ground(page), DARK);
    await page.locator("#look").click();
    assert.equal(await ground(page), LIGHT);
    await page.goto(`${origin}/figures`);
    assert.equal(await ground(page), LIGHT);
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator("#look").click();
    assert.equal(await ground(page), DARK);
    await page.reload();
    assert.equal(await ground(page), DARK);
    // What the system has anyway is no choice.
    await page.locator("#look").click();
    assert.equal(await ground(page), LIGHT);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await ground(page), DARK);
  });
  await visit({ colorScheme: "dark", javaScriptEnabled: false }, async (page) => {
    await page.goto(`${origin}/calls`);
    assert.equal(await ground(page), DARK);
    assert.equal(await page.locator("#look").isVisible(), false, "a button that can do nothing");
  });
});

test("the chart and the waveform follow the look", async () => {
  const shades = (page, selector) =>
    page.locator(selector).first().evaluate((host) => {
      const root = [...host.querySelectorAll("*")].find((element) => element.shadowRoot)?.shadowRoot ?? host;
      const seen = new Set();
      for (const canvas of root.querySelectorAll("canvas")) {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] === 255) {
            seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
          }
        }
      }
      return [...seen];
    });
  await visit({ colorScheme: "light" }, async (page) => {
    await page.goto(figuresUrl());
    const answered = () => page.locator("#chart path.answered").evaluate((path) => getComputedStyle(path).fill);
    assert.equal(await answered(), "rgb(44, 127, 140)");
    await page.locator("#look").click();
    assert.equal(await answered(), "rgb(63, 152, 166)");
    await page.emulateMedia({ colorScheme: "dark" });

    await findCall(page);
    await settled(page);
    assert.ok((await shades(page, "#wave")).includes("47,95,116"));
    await page.locator("#look").click();
    const light = await shades(page, "#wave");
    assert.ok(light.includes("169,205,219") && !light.includes("47,95,116"), light.slice(0, 9).join(" "));
  });
});

test("beside the player both sides roll by themselves, and the page does not", async () => {
  await visit({ viewport: { width: 1280, height: 650 } }, async (page) => {
    await findCall(page, "assessed=suspected");
    await settled(page);
    const still = () =>
      page.evaluate(() => ({
        page: document.documentElement.scrollHeight - window.innerHeight,
        player: document.getElementById("player").getBoundingClientRect().top,
        side: document.getElementById("side-part").scrollTop,
      }));
    const before = await still();
    assert.equal(before.page, 0);
    await page.locator("#side-part").hover();
    await page.mouse.wheel(0, 400);
    await page.waitForFunction(() => document.getElementById("side-part").scrollTop > 100);
    const after = await still();
    assert.equal(after.player, before.player);
    assert.ok(after.player >= 0);
    assert.equal(await page.locator("#bench-tabs").isVisible(), false);
  });
});

test("on a telephone the player stays at the top, and tabs show one part at a time", async () => {
  await visit(PHONE, async (page) => {
    await findCall(page, "assessed=suspected");
    await settled(page);
    assert.ok(await page.locator("#side-part").isVisible());
    assert.equal(await page.locator("#words-part").isVisible(), false);
    await page.evaluate(() => scrollTo(0, 900));
    await page.waitForFunction(() => document.getElementById("bench-top").getBoundingClientRect().top === 0);
    const [player, window] = await page.evaluate(() => [document.getElementById("bench-top").offsetHeight, innerHeight]);
    assert.ok(player < window * 0.25, `the player takes ${player} of ${window} pixels`);
    await page.locator("#words-tab").click();
    assert.ok(await page.locator("#words-part").isVisible());
    assert.equal(await page.locator("#words-tab").getAttribute("aria-selected"), "true");
    assert.equal(await page.locator("#side-part").isVisible(), false);
    const first = await page.locator(".segment").first().boundingBox();
    assert.ok(first.y >= player && first.y < window, "the transcript begins below the player and in sight");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await page.evaluate(() => document.activeElement.id), "side-tab");
    // Read on where one was.
    await page.waitForFunction(() => scrollY === 900);
  });
  await visit({ ...PHONE, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${origin}/calls?assessed=suspected`);
    await page.locator("a.call-link").first().click();
    assert.ok(await page.locator("#words-part").isVisible());
    assert.ok(await page.locator("#side-part").isVisible(), "without scripts everything is there");
    assert.equal(await page.locator("#search").isVisible(), false);
    assert.equal(await page.locator("#bench-tabs").isVisible(), false);
  });
});

test("who asked for less motion sees none", async () => {
  await visit({ reducedMotion: "reduce" }, async (page) => {
    await findCall(page);
    await settled(page);
    await page.locator(".evidence a").first().click();
    await page.locator(".segment.flash").waitFor();
    assert.equal(await page.locator(".segment.flash").evaluate((segment) => getComputedStyle(segment).animationName), "none");
  });
});
