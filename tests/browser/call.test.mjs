import assert from "node:assert/strict";
import { test } from "node:test";
import { findCall, origin, visit } from "./site.mjs";

const audio = (page, read) => page.locator("#audio").evaluate(read);

async function open(page, query) {
  await findCall(page, query);
  await page.waitForFunction(() => document.getElementById("audio").duration > 0);
  await page.locator("#player.ready").waitFor();
}

test("the list of calls leads to a call and back", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/calls`);
    const link = page.locator("a.call-link").first();
    const id = await link.innerText();
    await link.click();
    assert.ok((await page.locator("h1").innerText()).includes(id));
    await page.locator(".crumbs a").click();
    assert.equal(new URL(page.url()).pathname, "/calls");
  });
});

test("the player loads the recording and draws both parties", async () => {
  await visit({}, async (page) => {
    await open(page);
    const told = Number(await page.locator("#seek").getAttribute("max")) / 1000;
    const duration = await audio(page, (element) => element.duration);
    assert.ok(Math.abs(told - duration) < 0.2, `${told} s on the page, ${duration} s in the audio`);
    const drawn = await page.locator("#wave").evaluate((wave) => {
      const root = [...wave.querySelectorAll("*")].find((element) => element.shadowRoot).shadowRoot;
      return [...root.querySelectorAll("canvas")].filter((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, at) => at % 4 === 3 && value > 0);
      }).length;
    });
    assert.ok(drawn >= 1, "the waveform is blank");
  });
});

test("playing moves on and shows the segment that is heard", async () => {
  await visit({}, async (page) => {
    await open(page);
    const target = page.locator(".segment").nth(1);
    await target.locator("a.at").click();
    const start = Number(await target.getAttribute("data-start")) / 1000;
    await page.waitForFunction((from) => Math.abs(document.getElementById("audio").currentTime - from) < 0.3, start);
    await page.locator("#play").click();
    await page.waitForFunction((from) => document.getElementById("audio").currentTime > from + 0.3, start);
    await page.locator(".segment[aria-current=true]").waitFor();
    await page.locator("#play.playing").click();
    assert.equal(await audio(page, (element) => element.paused), true);
  });
});

test("clicking evidence goes to the moment and shows the words", async () => {
  await visit({}, async (page) => {
    await open(page);
    const evidence = page.locator(".evidence a").last();
    const [from, segment, quote] = await evidence.evaluate((link) => [Number(link.dataset.seek) / 1000, link.dataset.segment, link.querySelector("q").textContent]);
    await evidence.click();
    await page.waitForFunction((at) => Math.abs(document.getElementById("audio").currentTime - at) < 0.3, from);
    assert.equal(await evidence.getAttribute("aria-current"), "true");
    const words = await page.locator(`#s${segment}`).innerText();
    assert.ok(words.includes(quote), `«${quote}» is not in «${words}»`);
    await page.waitForFunction((id) => {
      const box = document.getElementById(id).getBoundingClientRect();
      return box.top >= 0 && box.bottom <= window.innerHeight;
    }, `s${segment}`);
  });
});

test("the keyboard plays, pauses and walks through the segments", async () => {
  await visit({}, async (page) => {
    await open(page);
    await page.locator("h1").click();
    const starts = await page.locator(".segment").evaluateAll((all) => all.map((segment) => Number(segment.dataset.start) / 1000));
    const at = (time) => page.waitForFunction((t) => Math.abs(document.getElementById("audio").currentTime - t) < 0.1, time);
    const ahead = starts.filter((start) => start > 0.05);
    await page.keyboard.press("j");
    await at(ahead[0]);
    await page.keyboard.press("j");
    await at(ahead.find((start) => start > ahead[0] + 0.05));
    await page.keyboard.press(" ");
    await page.waitForFunction(() => !document.getElementById("audio").paused);
    await page.keyboard.press(" ");
    await page.waitForFunction(() => document.getElementById("audio").paused);
  });
});

test("a suspicion asks for a person, and evidence is linked without scripts", async () => {
  let call;
  await visit({}, async (page) => {
    call = await findCall(page, "assessed=suspected");
    assert.match(await page.locator(".suspicion").innerText(), /İnsan təsdiqi lazımdır/);
    assert.ok((await page.locator(".verdict.suspected").count()) > 0);
  });
  await visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(call);
    assert.equal(await page.locator("#audio").getAttribute("controls"), "");
    await page.locator(".evidence a").first().click();
    assert.match(page.url(), /#s\d+$/);
  });
});

test("where the machine could not hear, it abstains and says why", async () => {
  await visit({}, async (page) => {
    await page.goto(`${origin}/calls?assessed=yes`);
    const abstained = page.locator("table.calls tbody tr", { has: page.locator("td:last-child .tag.quiet") }).locator("a.call-link");
    assert.ok((await abstained.count()) > 0, "no call that was abstained from");
    await abstained.first().click();
    const verdict = page.locator(".verdict.abstained").first();
    assert.ok((await verdict.locator(".reason").innerText()).length > 5);
  });
});
