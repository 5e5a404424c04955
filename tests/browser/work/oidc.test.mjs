// Coming in through a provider of identities, with a real one: node's certified oidc-provider, started here. What it sends can be spoilt on the
// way, signed by its own key, so that each check of the ID token is seen to refuse.
import AxeBuilder from "@axe-core/playwright";
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import { visit } from "../site.mjs";

const AXE = "Applying inline style";
// What a header of `Basic` must encode stands in it.
const SECRET = "sirr:32 isareden/uzun+olsun%21&son";
const program = process.env.MEYAR_TEST_PROGRAM;
const data = process.env.MEYAR_TEST_DATA;
// What the browser opens beside the site of the other tests, and what refusals look like.
const allow = [AXE, "external request: http://127.0.0.1:", "external request: http://localhost:", "status 40", "status 502", "Failed to load resource"];

/** Who the provider knows: its own name for them, and what they are called. */
const known = { kenan: "kenan", yad: "yad", sevda: "sevda", oxsar: "kenan", adsiz: undefined };

let issuer, site, provider, server, meyar, keys, spoil;

const listening = (one) => new Promise((resolve) => one.listen(0, "127.0.0.1", () => resolve(one.address().port)));

async function freePort() {
  const one = createServer();
  const port = await listening(one);
  await new Promise((resolve) => one.close(resolve));
  return port;
}

function work(...words) {
  return execFileSync(program, ["work", "--data", data, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

const looks = (login) => JSON.parse(work("log", "--format", "json", "--person", login));

/** The token as the provider made it, with other claims, signed again by the provider's key unless told otherwise. */
async function spoilt(body) {
  const told = JSON.parse(body);
  const claims = { ...decodeJwt(told.id_token), ...spoil.claims };
  const header = { alg: "RS256", kid: "own", ...spoil.header };
  if (header.alg === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    told.id_token = `${part(header)}.${part(claims)}.`;
  } else {
    told.id_token = await new SignJWT(claims).setProtectedHeader(header).sign(spoil.key ?? keys.privateKey);
  }
  return JSON.stringify(told);
}

function loginPage(uid) {
  return `<!doctype html><html lang="az"><title>Nazirlik</title><h1>Nazirlik</h1>
    <form method="post" action="/interaction/${uid}"><label>Ad <input name="login"></label><button>Daxil ol</button></form>
    <a id="abort" href="/interaction/${uid}/abort">İmtina</a></html>`;
}

async function interaction(request, response) {
  const [, , uid, abort] = request.url.split("/");
  if (abort) {
    return provider.interactionFinished(request, response, { error: "access_denied", error_description: "imtina" });
  }
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(loginPage(uid));
  }
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  return provider.interactionFinished(request, response, { login: { accountId: new URLSearchParams(body).get("login") } });
}

before(async () => {
  keys = await generateKeyPair("RS256", { extractable: true });
  const port = await freePort();
  site = `http://127.0.0.1:${port}`;
  server = createServer();
  // localhost for the provider and 127.0.0.1 for the site: to a browser they are not the same site.
  issuer = `http://localhost:${await listening(server)}`;
  provider = new Provider(issuer, {
    clients: [{ client_id: "meyar", client_secret: SECRET, redirect_uris: [`${site}/oidc/callback`], grant_types: ["authorization_code"], response_types: ["code"] }],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), kid: "own", use: "sig", alg: "RS256" }] },
    cookies: { keys: ["bir", "iki"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, one) => `/interaction/${one.uid}` },
    findAccount: (_, id) => (id in known ? { accountId: id, claims: () => ({ sub: `s-${id}`, preferred_username: known[id] }) } : undefined),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url.startsWith("/interaction/")) {
      interaction(request, response).catch((error) => response.writeHead(500).end(String(error)));
      return;
    }
    if (request.url === "/token" && spoil) {
      const end = response.end.bind(response);
      response.end = (body) => {
        spoilt(body).then((other) => {
          response.setHeader("content-length", Buffer.byteLength(other));
          end(other);
        });
        return response;
      };
    }
    answer(request, response);
  });
  // Names of their own: the other tests share this store.
  for (const [login, role] of [["kenan", "assessor"], ["sevda", "assessor"]]) {
    work("people", "add", login, "--name", `${login} (nazirlik)`, "--role", role, "--without-password");
  }
  work("people", "change", "sevda", "--inactive");
  const words = ["serve", "--listen", `127.0.0.1:${port}`, "--data", data, "--oidc-issuer", issuer, "--oidc-client-id", "meyar"];
  meyar = spawn(program, words, { env: { ...process.env, MEYAR_OIDC_CLIENT_SECRET: SECRET }, stdio: ["ignore", "pipe", "pipe"] });
  meyar.said = "";
  meyar.stderr.on("data", (chunk) => (meyar.said += chunk));
  await new Promise((resolve, reject) => {
    meyar.stdout.once("data", resolve);
    meyar.once("exit", (code) => reject(new Error(`ended with ${code}: ${meyar.said}`)));
  });
});

after(() => {
  meyar?.kill();
  server?.close();
  server?.closeAllConnections();
});

const session = async (page) => (await page.context().cookies()).find((cookie) => cookie.name === "meyar-session");

/** From the login's page to the provider, as somebody, and back. Gives the address that led back. */
async function through(page, login, from = "/login") {
  await page.goto(`${site}${from}`);
  let back;
  const listen = (request) => {
    back = request.url().startsWith(`${site}/oidc/callback`) ? request.url() : back;
  };
  page.on("request", listen);
  await page.click("#oidc");
  await page.waitForURL(`${issuer}/interaction/**`);
  await page.fill("[name=login]", login);
  await Promise.all([page.waitForURL(`${site}/**`), page.click("button")]);
  await page.waitForLoadState();
  page.off("request", listen);
  return back;
}

test("somebody with an account comes in, is bound to their identity, and it is logged", async () => {
  await visit({ allow }, async (page) => {
    await page.goto(`${site}/login`);
    assert.equal((await page.locator("#oidc").innerText()).trim(), "Nazirliyin hesabı ilə daxil ol");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const found = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(found.violations.map((one) => one.id), []);
    }
    await through(page, "kenan");
    assert.equal(page.url(), `${site}/queue`);
    const cookie = await session(page);
    assert.ok(cookie.httpOnly && cookie.sameSite === "Lax");
    assert.ok(!(await page.context().cookies()).some((one) => one.name === "meyar-oidc"), "the ticket is gone");
    const [last] = looks("kenan").filter((entry) => entry.action === "login");
    assert.equal(last.detail, "oidc");
    assert.ok(looks("kenan").some((entry) => entry.action === "change" && entry.detail === "bound to an identity"));
    // Whoever wanted a page gets there.
    await page.context().clearCookies();
    await through(page, "kenan", "/live");
    assert.equal(page.url(), `${site}/live`);
  });
  assert.ok(!meyar.said.includes(SECRET), "the secret is in the log");
});

test("who has no active account, another's name, or no name does not come in", async () => {
  for (const [login, words] of [
    ["yad", "«yad» adlı fəal hesab yoxdur"],
    ["sevda", "«sevda» adlı fəal hesab yoxdur"],
    ["oxsar", "başqa hesabına bağlıdır"],
    ["adsiz", "fəal hesab yoxdur"],
  ]) {
    await visit({ allow }, async (page) => {
      await through(page, login);
      assert.match(await page.locator(".problem").innerText(), new RegExp(words), login);
      assert.equal(await session(page), undefined, login);
    });
  }
  assert.ok(looks("yad").some((entry) => entry.action === "login_refused" && entry.detail.startsWith("oidc")));
  assert.equal(JSON.parse(work("people", "list", "--format", "json")).filter((one) => one.login === "yad").length, 0, "no account is made");
});

test("an answer is good once, for the browser that asked, and for its own question", async () => {
  let used;
  await visit({ allow }, async (page) => {
    used = await through(page, "kenan");
    await page.context().clearCookies({ name: "meyar-session" });
    await page.goto(used);
    assert.match(await page.locator(".problem").innerText(), /artıq istifadə olunub/);
    assert.equal(await session(page), undefined, "played again");
  });
  await visit({ allow }, async (page) => {
    // Somebody else's answer, pushed into this browser, with and without a question of its own.
    await page.goto(used);
    assert.equal(await session(page), undefined);
    await page.goto(`${site}/login`);
    await page.click("#oidc");
    await page.waitForURL(`${issuer}/interaction/**`);
    await page.goto(used);
    await page.locator(".problem").waitFor();
    assert.equal(await session(page), undefined, "another browser's answer");
  });
  await visit({ allow }, async (page) => {
    await page.goto(`${site}/login`);
    await page.click("#oidc");
    await page.waitForURL(`${issuer}/interaction/**`);
    await Promise.all([page.waitForURL(`${site}/**`), page.click("#abort")]);
    assert.match(await page.locator(".problem").innerText(), /sizi buraxmadı/);
  });
});

test("an ID token that is not for this site, this question and this moment is refused", async () => {
  const now = Math.floor(Date.now() / 1000);
  const other = await generateKeyPair("RS256");
  const cases = {
    "another audience": { claims: { aud: "başqa" } },
    "two audiences, made for the other": { claims: { aud: ["meyar", "başqa"], azp: "başqa" } },
    "another nonce": { claims: { nonce: "başqa" } },
    "no nonce": { claims: { nonce: undefined } },
    "another issuer": { claims: { iss: "http://localhost:1" } },
    "run out": { claims: { exp: now - 3600, iat: now - 7200 } },
    "an end in words": { claims: { exp: "sabah" } },
    "of the future": { claims: { iat: now + 3600 } },
    "signed by nobody": { header: { alg: "none" } },
    "signed by the client's secret": { header: { alg: "HS256" }, key: new TextEncoder().encode(SECRET) },
    "signed by another key": { key: other.privateKey },
    "signed by an unknown key": { key: other.privateKey, header: { kid: "naməlum" } },
  };
  try {
    for (const [what, how] of Object.entries(cases)) {
      spoil = how;
      await visit({ allow }, async (page) => {
        await through(page, "kenan");
        assert.match(await page.locator(".problem").innerText(), /təsdiqlənmədi/, what);
        assert.equal(await session(page), undefined, what);
      });
    }
    // The same way with nothing spoilt: it was the spoiling that was refused.
    spoil = {};
    await visit({ allow }, async (page) => {
      await through(page, "kenan");
      assert.equal(page.url(), `${site}/queue`);
    });
  } finally {
    spoil = undefined;
  }
});

test("settings that cannot work end the start with one line, and without the secret", async () => {
  const start = async (...words) => {
    const started = spawn(program, ["serve", "--listen", "127.0.0.1:0", "--data", data, ...words], {
      env: { ...process.env, MEYAR_OIDC_CLIENT_SECRET: SECRET },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 60_000,
    });
    let said = "";
    started.stderr.on("data", (chunk) => (said += chunk));
    const code = await new Promise((resolve) => started.once("close", resolve));
    assert.ok(code > 0, said);
    assert.ok(!said.includes(SECRET));
    const lines = said.split("\n").filter((line) => line.startsWith("meyar: "));
    assert.equal(lines.length, 1, said);
    return lines[0];
  };
  assert.match(await start("--oidc-issuer", "http://localhost:1", "--oidc-client-id", "meyar"), /--oidc-issuer.*cannot be reached/);
  assert.match(await start("--oidc-issuer", `${issuer}/`, "--oidc-client-id", "meyar"), /calls itself/);
  assert.match(await start("--oidc-issuer", "http://nazirlik.example", "--oidc-client-id", "meyar"), /https/);
  assert.match(await start("--oidc-issuer", issuer), /--oidc-client-id/);
});
