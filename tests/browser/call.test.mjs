import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { findCall, origin, visit } from "./site.mjs";

const audio = (page, read) => page.locator("#audio").evaluate(read);

async function open(page, query) {
  await findCall(page, query);
  await page.waitForFunction(() => document.getElementById("audio").duration > 0);
  await page.locator("#player.ready").waitFor();
}

/** Keeps what is heard, moment by moment, in `window.heard`. */
async function watch(page) {
  await page.evaluate(() => {
    window.heard = [];
    const sound = document.getElementById("audio");
    const look = () => {
      if (!sound.paused && !sound.seeking) {
        window.heard.push(sound.currentTime);
      }
      requestAnimationFrame(look);
    };
    look();
  });
}

/** As by dragging the slider. */
async function goTo(page, time) {
  await page.locator("#seek").fill(String(Math.round(time * 1000)));
  await page.locator("h1").click();
  await page.waitForFunction((to) => Math.abs(document.getElementById("audio").currentTime - to) < 0.05 && !document.getElementById("audio").seeking, time);
}

/** A call in which nobody speaks for a while, and that while. */
async function openWithGap(page) {
  await page.goto(`${origin}/calls?assessed=yes`);
  const links = await page.locator("table.calls tbody tr", { has: page.locator(".sound") }).locator("a.call-link").evaluateAll((all) => all.map((link) => link.href));
  for (const link of links) {
    await page.goto(link);
    const gap = await page.locator(".segment").evaluateAll((all) => {
      let heard = Infinity;
      for (const { dataset } of all) {
        if (dataset.start / 1000 - heard > 2) {
          return { start: heard, end: dataset.start / 1000 };
        }
        heard = Math.max(heard === Infinity ? 0 : heard, dataset.end / 1000);
      }
      return undefined;
    });
    if (gap) {
      await page.locator("#player.ready").waitFor();
      await page.waitForFunction(() => document.getElementById("audio").duration > 0);
      return gap;
    }
  }
  throw new Error("no call has two seconds of silence");
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

test("a quote plays its span and stops at its end", async () => {
  await visit({}, async (page) => {
    await open(page);
    const evidence = page.locator(".evidence a").last();
    const { start, end, segment, quote } = await evidence.evaluate((link) => ({
      start: Number(link.dataset.seek) / 1000,
      end: Number(link.dataset.end) / 1000,
      segment: link.dataset.segment,
      quote: link.querySelector("q").textContent,
    }));
    await watch(page);
    await evidence.click();
    assert.equal(await evidence.getAttribute("aria-current"), "true");
    assert.ok(await page.locator(".wave-span").isVisible(), "the span is not marked in the waveform");
    const words = await page.locator(`#s${segment}`).innerText();
    assert.ok(words.includes(quote), `«${quote}» is not in «${words}»`);
    await page.waitForFunction((id) => {
      const box = document.getElementById(id).getBoundingClientRect();
      return box.top >= 0 && box.bottom <= window.innerHeight;
    }, `s${segment}`);
    await page.waitForFunction((to) => document.getElementById("audio").paused && Math.abs(document.getElementById("audio").currentTime - to) < 0.1, end);
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.length > 3, `${heard.length} moments of sound`);
    assert.ok(heard.every((time) => time >= start - 0.05 && time <= end + 0.1), `${start} – ${end}: heard ${Math.min(...heard)} – ${Math.max(...heard)}`);
  });
});

test("a second click or a key stops a quote", async () => {
  await visit({}, async (page) => {
    await open(page);
    const spans = await page.locator(".evidence a").evaluateAll((links) => links.map((link) => Number(link.dataset.end) - Number(link.dataset.seek)));
    const quote = page.locator(".evidence a").nth(spans.indexOf(Math.max(...spans)));
    const end = Number(await quote.getAttribute("data-end")) / 1000;
    for (const stop of [() => quote.click(), () => page.keyboard.press(" "), () => page.keyboard.press("Escape")]) {
      await quote.click();
      await page.locator(".evidence a.playing").waitFor();
      await stop();
      await page.waitForFunction(() => document.getElementById("audio").paused);
      assert.ok((await audio(page, (element) => element.currentTime)) < end - 0.05, "it was stopped before its end");
      assert.equal(await page.locator(".evidence a.playing").count(), 0);
    }
    assert.equal(await page.locator(".wave-span").isVisible(), false, "Esc takes the mark away");
  });
});

test("silence is skipped, and heard when it is not", async () => {
  await visit({}, async (page) => {
    const gap = await openWithGap(page);
    const inside = (times) => times.filter((time) => time > gap.start + 0.35 && time < gap.end - 0.35);
    await goTo(page, gap.start - 0.4);
    await watch(page);
    await page.keyboard.press(" ");
    await page.waitForFunction((to) => document.getElementById("audio").currentTime > to, gap.start + 0.7);
    await page.keyboard.press(" ");
    assert.ok(inside(await page.evaluate(() => window.heard)).length > 3, "without skipping the silence is heard");

    await goTo(page, gap.start - 0.4);
    await page.keyboard.press("s");
    assert.equal(await page.locator("[data-do=skip]").getAttribute("aria-pressed"), "true");
    await page.locator(".wave-silence").first().waitFor();
    await page.evaluate(() => (window.heard = []));
    await page.keyboard.press(" ");
    await page.waitForFunction((to) => document.getElementById("audio").currentTime > to, gap.end);
    await page.keyboard.press(" ");
    const heard = await page.evaluate(() => window.heard);
    assert.deepEqual(inside(heard), [], "a moment of silence was heard");
    assert.ok(heard.some((time) => time < gap.start), "nothing was heard before the silence");
    // How one listens stays with the next call.
    await page.locator("#speed").selectOption("1.5");
    await page.reload();
    await page.locator("#player.ready").waitFor();
    assert.equal(await page.locator("[data-do=skip]").getAttribute("aria-pressed"), "true");
    await page.keyboard.press(" ");
    await page.waitForFunction(() => document.getElementById("audio").currentTime > 0.5);
    assert.equal(await audio(page, (element) => element.playbackRate), 1.5);
  });
});

test("where no text tells it, silence is found by ear, by the server's peaks and by the browser's own", async () => {
  await visit({ allow: ["/peaks/", "Failed to load resource"] }, async (page) => {
    const gap = await openWithGap(page);
    const call = page.url();
    await page.route(call, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/<li class="segment[\s\S]*?<\/li>/g, "");
      await route.fulfill({ response, body });
    });
    for (const peaks of ["the server's", "the browser's"]) {
      if (peaks === "the browser's") {
        await page.route("**/peaks/**", (route) => route.fulfill({ status: 404, contentType: "application/json", body: "{}" }));
      }
      await page.goto(call);
      await page.locator("#player.ready").waitFor();
      assert.equal(await page.locator(".segment").count(), 0);
      if ((await page.locator("[data-do=skip]").getAttribute("aria-pressed")) === "false") {
        await page.keyboard.press("s");
      }
      const middle = (gap.start + gap.end) / 2;
      const found = await page.locator(".wave-silence").evaluateAll((all, at) => {
        const part = at / document.getElementById("audio").duration;
        return all.filter(({ style }) => parseFloat(style.left) / 100 < part && (parseFloat(style.left) + parseFloat(style.width)) / 100 > part).length;
      }, middle);
      assert.equal(found, 1, `by ${peaks} peaks no silence at ${middle} s`);
    }
  });
});

test("a segment is heard again and again until looping ends", async () => {
  await visit({}, async (page) => {
    await open(page);
    const segments = await page.locator(".segment").evaluateAll((all) => all.map(({ dataset }) => ({ start: dataset.start / 1000, end: dataset.end / 1000 })));
    const at = segments.reduce((best, { start, end }, index) => (end - start < segments[best].end - segments[best].start ? index : best), 0);
    const { start, end } = segments[at];
    await page.locator(".segment a.at").nth(at).click();
    await page.keyboard.press("l");
    assert.equal(await page.locator("[data-do=loop]").getAttribute("aria-pressed"), "true");
    await watch(page);
    await page.keyboard.press(" ");
    await page.waitForFunction(() => window.heard.filter((time, index, all) => index > 0 && time < all[index - 1] - 0.05).length >= 2);
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.every((time) => time >= start - 0.05 && time <= end + 0.1), `${start} – ${end}: heard ${Math.min(...heard)} – ${Math.max(...heard)}`);
    await page.keyboard.press("l");
    await page.waitForFunction((to) => document.getElementById("audio").currentTime > to || document.getElementById("audio").ended, Math.min(end + 0.3, await audio(page, (element) => element.duration - 0.1)));
    assert.equal(await page.locator(".wave-span").isVisible(), false, "the mark of the loop is gone with it");
  });
});

test("dragging in the waveform marks what is looped, a click goes there", async () => {
  await visit({}, async (page) => {
    await open(page);
    const { x, y, width, height } = await page.locator(".wave-layer").boundingBox();
    const duration = await audio(page, (element) => element.duration);
    await page.mouse.move(x + width * 0.3, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.32, y + height / 2, { steps: 3 });
    await page.mouse.up();
    assert.ok(await page.locator(".wave-span").isVisible());
    await page.keyboard.press("l");
    await watch(page);
    await page.keyboard.press(" ");
    await page.waitForFunction(() => window.heard.some((time, index, all) => index > 0 && time < all[index - 1] - 0.05));
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.every((time) => time > duration * 0.3 - 0.2 && time < duration * 0.32 + 0.2), `${Math.min(...heard)} – ${Math.max(...heard)} of ${duration}`);
    await page.keyboard.press("Escape");
    await page.mouse.click(x + width * 0.6, y + height / 2);
    await page.waitForFunction((to) => Math.abs(document.getElementById("audio").currentTime - to) < 0.2, duration * 0.6);
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

test("the help lists every key, and keys are letters in a field", async () => {
  await visit({ allow: ["Applying inline style"] }, async (page) => {
    await open(page);
    await page.keyboard.press("?");
    const help = page.locator("#keys");
    await help.waitFor();
    const keys = await help.locator("kbd").allInnerTexts();
    assert.deepEqual(keys, ["boşluq", "←", "→", "j", "k", "[", "]", "l", "s", "Esc", "/", "?"]);
    const meanings = await help.locator("dd").allInnerTexts();
    assert.ok(meanings.every((text) => text.length > 2 && !/[_.]/.test(text)), meanings.join(" | "));
    const { violations } = await new AxeBuilder({ page }).include("#keys").analyze();
    assert.deepEqual(violations.map(({ id }) => id), []);
    // Behind the help nothing happens.
    await page.keyboard.press("j");
    assert.equal(await audio(page, (element) => element.currentTime), 0);
    await page.keyboard.press("Escape");
    assert.equal(await help.isVisible(), false);

    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "find");
    await page.keyboard.type("jl s[]");
    assert.equal(await page.locator("#find").inputValue(), "jl s[]");
    assert.equal(await audio(page, (element) => element.currentTime), 0);
    assert.equal(await page.locator("#speed").inputValue(), "1");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");

    await page.keyboard.press("]");
    assert.equal(await audio(page, (element) => element.playbackRate), 1.25);
    // The key that writes [ on an English keyboard writes ö on an Azerbaijani one.
    await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ö", code: "BracketLeft", bubbles: true })));
    await page.keyboard.press("[");
    assert.equal(await audio(page, (element) => element.playbackRate), 0.75);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => Math.abs(document.getElementById("audio").currentTime - 5) < 0.1);
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.getElementById("audio").currentTime < 0.1);
  });
});

/** The demo's calls are in English: the first segment is given other words, with a quote among them. */
async function speakAzerbaijani(page) {
  await page.locator(".segment p").first().evaluate((words) => {
    words.innerHTML = 'Şikayətim <mark title="K01">işıqla</mark> bağlıdır: İSTİLİK də, IŞIQ da yoxdur. Nə vaxt düzələcək? Çox gözlədim.';
  });
}

const hits = (page) => page.locator("#search output").innerText();

async function searchAll(page, now) {
  await speakAzerbaijani(page);
  const before = await page.locator(".segment p").first().innerHTML();
  await page.keyboard.press("/");
  const found = async (query) => {
    await page.locator("#find").fill(query);
    return [await hits(page), await now()];
  };
  assert.deepEqual(await found("işıq"), ["1 / 2", "işıq"]);
  assert.deepEqual(await found("isiq"), ["1 / 2", "işıq"], "without diacritics");
  assert.deepEqual(await found("IŞIQ"), ["1 / 2", "işıq"], "I is a capital ı");
  assert.deepEqual(await found("istilik"), ["1 / 1", "İSTİLİK"], "İ is a capital i");
  assert.deepEqual(await found("sikayetim  işıqla bag"), ["1 / 1", "Şikayətim işıqla bağ"], "across the edges of a quote");
  assert.deepEqual(await found("cox gozledim"), ["1 / 1", "Çox gözlədim"]);
  assert.deepEqual(await found("nə vaxt duzelecek?"), ["1 / 1", "Nə vaxt düzələcək?"]);
  assert.deepEqual(await found("bəğlıdır"), ["tapılmadı", ""], "a letter that is typed with its mark is that letter");
  await found("isiq");
  await page.keyboard.press("Enter");
  assert.deepEqual([await hits(page), await now()], ["2 / 2", "IŞIQ"]);
  await page.keyboard.press("Enter");
  assert.equal(await hits(page), "1 / 2", "after the last comes the first");
  await page.keyboard.press("Shift+Enter");
  assert.equal(await hits(page), "2 / 2");
  assert.equal(await page.locator(".segment p").first().locator("mark").innerText(), "işıqla", "the quote is whole");
  await page.keyboard.press("Escape");
  assert.deepEqual([await page.locator("#find").inputValue(), await hits(page), await now()], ["", "", ""]);
  assert.equal(await page.locator(".segment p").first().innerHTML(), before);
}

test("the transcript is searched in Azerbaijani, with and without diacritics, across quotes", async () => {
  await visit({}, async (page) => {
    await open(page);
    await searchAll(page, () => page.evaluate(() => [...CSS.highlights.get("hit-now")].join("")));
  });
});

test("browsers that paint no highlights wrap the hits and lose nothing", async () => {
  await visit({}, async (page) => {
    await page.addInitScript(() => Object.defineProperty(CSS, "highlights", { value: undefined }));
    await open(page);
    await searchAll(page, () => page.locator(".hit.now").evaluateAll((pieces) => pieces.map((piece) => piece.textContent).join("")));
  });
});

test("reading elsewhere is left alone until one comes back", async () => {
  await visit({ viewport: { width: 1280, height: 560 } }, async (page) => {
    await open(page);
    const box = page.locator("#words-part .bench-scroll");
    // The demo's calls are short: their segments are drawn apart, as if more were said.
    await page.locator(".segment").evaluateAll((all) => all.forEach((segment) => (segment.style.marginBottom = "200px")));
    await page.locator(".segment a.at").first().click();
    await page.keyboard.press("]");
    await page.keyboard.press(" ");
    await page.locator(".segment.current").waitFor();
    await box.hover();
    await page.mouse.wheel(0, 5000);
    await page.locator("#follow").waitFor();
    const top = await box.evaluate((element) => element.scrollTop);
    const first = await page.locator(".segment.current").getAttribute("id");
    await page.waitForFunction((id) => document.querySelector(".segment.current") && document.querySelector(".segment.current").id !== id, first);
    assert.equal(await box.evaluate((element) => element.scrollTop), top, "the text moved under the reader");
    await page.locator("#follow").click();
    await page.waitForFunction(() => {
      const view = document.querySelector("#words-part .bench-scroll").getBoundingClientRect();
      const heard = document.querySelector(".segment.current")?.getBoundingClientRect();
      return heard && heard.top >= view.top && heard.bottom <= view.bottom;
    });
    assert.equal(await page.locator("#follow").isVisible(), false);
  });
});

test("a recording that cannot be opened says so", async () => {
  await visit({ allow: ["/audio/", "Failed to load resource"] }, async (page) => {
    const call = await findCall(page);
    await page.route("**/audio/**", (route) => route.fulfill({ status: 200, contentType: "audio/wav", body: "not a sound" }));
    await page.goto(call);
    await page.locator(".player-problem").waitFor();
    assert.match(await page.locator(".player-problem").innerText(), /açılmadı/);
  });
});
