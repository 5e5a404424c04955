// Several assessors at once, and a server that dies while they judge: no mark that was shown as saved is lost, and what could not be saved is
// sent again by itself when the server is back.
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const program = process.env.MEYAR_TEST_PROGRAM;
const data = process.env.MEYAR_TEST_DATA;
const password = process.env.MEYAR_PASSWORD;
const ASSESSORS = ["aysel", "kamran", "lale"];

const free = () =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

async function until(what, ready) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await ready().catch(() => false)) {
      return;
    }
    await pause(100);
  }
  throw new Error(`${what}: not within 30 s`);
}

test("assessors judge at once while the server dies, and no mark is lost", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meyar-restart-"));
  const port = await free();
  const env = { ...process.env, MEYAR_WORK: path.join(folder, "work.db") };
  const add = (login, ...more) => execFileSync(program, ["work", "--data", data, "people", "add", login, "--name", login, ...more], { env, stdio: "pipe" });
  ASSESSORS.forEach((login) => add(login, "--role", "assessor"));
  add("rehber2", "--role", "lead");
  const started = [];
  const begin = async () => {
    const site = spawn(program, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data], { env, stdio: "ignore" });
    started.push(site);
    await until("the site is served", async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status > 0);
    return site;
  };
  let site = await begin();
  process.env.MEYAR_URL = `http://127.0.0.1:${port}`;
  // A site of its own: the module takes the address when it is loaded.
  const { visit } = await import(`../site.mjs?restart=${port}`);
  const at = process.env.MEYAR_URL;
  const comeIn = async (page, login) => {
    await page.goto(`${at}/login`);
    await page.fill("#login", login);
    await page.fill("#password", password);
    await Promise.all([page.waitForURL(`${at}/queue`), page.click("main button")]);
  };
  const allow = ["Failed to load resource", "net::ERR", "status 409"];
  try {
    await visit({ allow }, async (page) => {
      await comeIn(page, "rehber2");
      await page.goto(`${at}/plans/new`);
      await page.fill("[name=name]", "Birlikdə");
      await page.fill("[name=first_day]", "2026-01-01");
      await page.fill("[name=last_day]", "2026-01-31");
      await page.fill("[name=each]", "3");
      for (const box of await page.locator("input[type=checkbox][name^=takes-]").all()) {
        const label = await box.evaluate((element) => element.closest("label, tr, li, div").textContent);
        await box.setChecked(ASSESSORS.some((login) => label.includes(login)));
      }
      await Promise.all([page.waitForURL(/\/plans\/[0-9a-f-]{36}/), page.click("#plan .toolbar button")]);
    });

    let dead = 0;
    // All of them to their ends, also where one fails.
    const all = await Promise.allSettled(
      ASSESSORS.map(async (login, which) => {
        let kept;
        await visit({ allow }, async (page) => {
          await comeIn(page, login);
          await Promise.all([page.waitForURL("**/assess/**"), page.locator("form[action$=begin] button").first().click()]);
          await page.locator("#player.ready").waitFor();
          const criteria = page.locator("#sheet .criterion");
          const count = await criteria.count();
          for (let n = 0; n < count; n += 1) {
            await criteria.nth(n).focus();
            await page.keyboard.press((n + which) % 3 === 0 ? "0" : "1");
            // A 0 on a gate is asked about.
            if ((await page.locator("#confirm-critical[open]").count()) > 0) {
              await page.keyboard.type("həddi keçmədi");
              await page.keyboard.press("Enter");
            }
            // In the middle of everybody's work, and twice.
            if (which === 0 && (n === 4 || n === 9)) {
              site.kill("SIGKILL");
              dead += 1;
              await pause(700);
              site = await begin();
            }
          }
          await page.waitForFunction(() => document.getElementById("saved").textContent.trim() === "Yadda saxlanıb", undefined, { timeout: 30_000 });
          const marks = () => page.locator("#sheet .marks input:checked").evaluateAll((all) => all.map((one) => `${one.name}=${one.value}`));
          const shown = await marks();
          assert.equal(shown.length, count);
          // It may be starting anew for somebody else's work just now.
          await until("the page is there again", async () => (await page.reload()).ok());
          await page.locator("#player.ready").waitFor();
          assert.deepEqual(await marks(), shown, `${login}: what was shown as saved`);
          assert.equal(await page.locator("#decided").textContent(), String(count));
          kept = page.url();
        });
        return kept;
      }),
    );
    const failed = all.find((one) => one.status === "rejected");
    if (failed) {
      throw failed.reason;
    }
    const judged = all.map((one) => one.value);
    assert.equal(dead, 2);
    assert.equal(new Set(judged).size, ASSESSORS.length, "each has a call of their own");
  } finally {
    started.forEach((one) => one.kill("SIGKILL"));
    await rm(folder, { recursive: true, force: true });
  }
});
