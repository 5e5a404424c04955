// What people did at their desks stands in the lake without anybody's further doing, and what the program wrote down while they worked gives
// nobody a way in.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { origin, visit } from "../site.mjs";

const { MEYAR_TEST_PROGRAM: program, MEYAR_TEST_DATA: data, MEYAR_TEST_LOG: log, MEYAR_PASSWORD: password } = process.env;

async function lake(question) {
  const { stdout } = await promisify(execFile)(program, ["sql", "--data", data, "--format", "json", question]);
  return JSON.parse(stdout);
}

/// Until the lake answers so; it is told within seconds.
async function eventually(question, enough) {
  const until = Date.now() + 60_000;
  for (;;) {
    const rows = await lake(question);
    if (enough(rows)) return rows;
    assert.ok(Date.now() < until, `not within a minute: ${question}: ${JSON.stringify(rows)}`);
  }
}

async function comeIn(page, login) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click("main button")]);
}

test("an order that was given on a page is a row of the lake, and so is the look at it", async () => {
  await visit({}, async (page) => {
    await comeIn(page, "rauf");
    await page.goto(`${origin}/tasks/new`);
    const title = `Rüblük arayış ${Date.now()}`;
    await page.fill("[name=title]", title);
    await page.fill("[name=text]", "Rüb üzrə müraciətlərin təhlili");
    await page.fill("[name=ordered_by]", "Nazirin müavini");
    await page.fill("[name=form]", "arayış");
    await page.selectOption("[name=responsible]", { label: "Leyla Qasımova" });
    const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    await page.fill("[name=due_on]", day);
    await Promise.all([page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/), page.click("#give button")]);
    const id = new URL(page.url()).pathname.split("/").pop();
    const rows = await eventually(`SELECT state, title FROM qa_records WHERE record_id = '${id}'`, (rows) => rows.length > 0);
    assert.deepEqual(rows, [{ state: "given", title }]);
    await eventually(`SELECT object_id FROM access_log WHERE object_kind = 'task' AND object_id = '${id}'`, (rows) => rows.length > 0);
  });
});

test("neither passwords nor sessions stand in what the program logs", async () => {
  await visit({}, async (page) => {
    await comeIn(page, "leyla");
    await page.goto(`${origin}/queue`);
    const { value: cookie } = (await page.context().cookies()).find((one) => one.name === "meyar-session");
    const written = await readFile(log, "utf8");
    assert.ok(written.includes("path=\"/queue\""), "the log has what was asked for");
    for (const secret of [password, encodeURIComponent(password), cookie]) assert.ok(!written.includes(secret), "a secret was logged");
    assert.ok(!page.url().includes(cookie));
  });
});
