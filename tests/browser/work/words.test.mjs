// A word that was heard otherwise: corrected where it is read, kept, shown as corrected, and only by who may.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { findCall, origin, visit } from "../site.mjs";

const AXE = "Applying inline style";
const password = process.env.MEYAR_PASSWORD;

async function comeIn(page, login, first) {
  await page.goto(`${origin}/login`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await Promise.all([page.waitForURL(`${origin}${first}`), page.click("main button")]);
}

test("words are corrected where they are read", async () => {
  let call;
  await visit({ allow: [AXE, "status 409", "status 422", "Failed to load resource"] }, async (page, context) => {
    await comeIn(page, "leyla", "/queue");
    call = await findCall(page);
    const segment = page.locator("#s1");
    const machine = await segment.locator("p").textContent();
    await segment.hover();
    await segment.locator(".correct").click();
    const field = segment.locator("textarea");
    assert.equal(await field.inputValue(), machine);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const found = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), [], colorScheme);
    }
    // Escape leaves everything as it was.
    await field.fill("başqa söz");
    await page.keyboard.press("Escape");
    assert.equal(await segment.locator("p").textContent(), machine);
    // Another reader has the page open meanwhile.
    const other = await context.newPage();
    await other.goto(call);
    // By the keyboard, from where one listens.
    await segment.locator(".at").click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await page.locator("#s1 textarea").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Vergi borcumu bilmək istəyirəm");
    await page.keyboard.press("Enter");
    await segment.locator(".corrected").waitFor();
    assert.equal(await segment.locator("p").textContent(), "Vergi borcumu bilmək istəyirəm");
    await page.reload();
    assert.equal(await segment.locator("p").textContent(), "Vergi borcumu bilmək istəyirəm");
    assert.ok((await segment.locator(".corrected").getAttribute("title")).includes(machine.trim()), "the machine's words can be seen");
    // Who saw the old words writes over nothing.
    const stale = other.locator("#s1");
    await stale.hover();
    await stale.locator(".correct").click();
    await stale.locator("textarea").fill("tamam başqa");
    await stale.locator("textarea").press("Enter");
    await stale.locator(".problem:not([hidden])").waitFor();
    await page.reload();
    assert.equal(await segment.locator("p").textContent(), "Vergi borcumu bilmək istəyirəm");
  });
  // The head reads calls, and corrects no words.
  await visit({ allow: [AXE] }, async (page) => {
    await comeIn(page, "rauf", "/reviews");
    await page.goto(call);
    assert.equal(await page.locator("#s1 p").textContent(), "Vergi borcumu bilmək istəyirəm");
    assert.equal(await page.locator(".correct").count(), 0);
  });
});
