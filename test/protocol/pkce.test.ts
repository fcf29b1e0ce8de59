import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeChallengeOf } from "../../src/rules/pkce.ts";
import {
  approve,
  authorizationCode,
  authorize,
  challenge,
  newVerifier,
  redeem,
  refusalIn,
  verifier,
} from "../support/authorization.ts";
import { answerParameters, type TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let spa: TestClient;
/** An administrator lets it do without. */
let lax: TestClient;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server);
  spa = await createClient(server, { token_endpoint_auth_method: "none" });
  lax = await createClient(server, { require_pkce: false });
  browser = await signedInBrowser(server, await createUser(server));
});
afterAll(() => server.stop());

const without = { code_challenge: undefined, code_challenge_method: undefined };
const invalidGrant = "400 invalid_grant";

test("7636-4.2-s256, OIDC-3.1.2.1-pkce, 9700-2.1.1-pkce: the vector of RFC 7636 App. B goes through", async () => {
  for (const client of [app, spa, lax]) {
    const code = await authorizationCode(browser, client, { code_challenge: challenge });
    expect((await redeem(server, client, code, { code_verifier: verifier })).status).toBe(200);
  }
});

test("7636-4.2-plain, 2.1-s256-mti, PC-02: plain, named or by default, and every other method is refused", async () => {
  for (const code_challenge_method of ["plain", undefined, "", "s256", "S512"]) {
    for (const code_challenge of [challenge, verifier]) {
      const refusal = refusalIn(await authorize(browser, app, { code_challenge, code_challenge_method }));
      expect(refusal.error).toBe("invalid_request");
      expect(refusal.error_description).toContain("S256");
    }
  }
});

test("7636-4.3-method-alone: a method without a challenge is refused", async () => {
  for (const client of [app, lax]) {
    expect(refusalIn(await authorize(browser, client, { code_challenge: undefined })).error).toBe("invalid_request");
  }
});

test("7636-4.3-syntax, PC-03: a challenge has 43 characters of base64url", async () => {
  for (const code_challenge of [
    challenge.slice(1),
    `${challenge}A`,
    `${challenge}=`,
    `+/${challenge.slice(2)}`,
    challenge.replace("-", "~"),
    "é".repeat(43),
  ]) {
    expect(refusalIn(await authorize(browser, app, { code_challenge })).error).toBe("invalid_request");
  }
});

test("7636-4.4.1-required-public, 7636-required-confidential, 2.1-pkce, PC-01: no client does without, unless an administrator says so", async () => {
  const publicAndLax = await createClient(server, { token_endpoint_auth_method: "none", require_pkce: false });
  for (const client of [app, spa, publicAndLax]) {
    expect(refusalIn(await authorize(browser, client, without)).error).toBe("invalid_request");
    expect(refusalIn(await authorize(browser, client, { code_challenge: "", code_challenge_method: "" })).error).toBe(
      "invalid_request",
    );
  }
  const code = await authorizationCode(browser, lax, without);
  expect((await redeem(server, lax, code, { code_verifier: undefined })).status).toBe(200);
});

test("7636-4.5-missing, 2.1-verifier-iff, PC-06: a bound code without a verifier is invalid_grant", async () => {
  for (const client of [app, spa]) {
    for (const code_verifier of [undefined, ""]) {
      expect(await refusalOf(redeem(server, client, await authorizationCode(browser, client), { code_verifier }))).toBe(
        invalidGrant,
      );
    }
  }
});

test("7636-4.6-mismatch, 7636-4.1-verifier, PC-05: so is a wrong verifier, or one that is none", async () => {
  const code = await authorizationCode(browser, app);
  for (const code_verifier of [newVerifier().verifier, verifier.slice(1), "a".repeat(129), challenge]) {
    expect(await refusalOf(redeem(server, app, code, { code_verifier }))).toBe(invalidGrant);
  }
  expect((await redeem(server, app, code)).status).toBe(200);
});

test("7636-4.1-verifier: 43 and 128 unreserved characters are a verifier, other characters are not", async () => {
  for (const code_verifier of ["a".repeat(43), "-._~".repeat(32)]) {
    const code = await authorizationCode(browser, app, { code_challenge: codeChallengeOf(code_verifier) });
    expect((await redeem(server, app, code, { code_verifier })).status).toBe(200);
  }
  for (const code_verifier of ["a".repeat(42), "a".repeat(129), "+".repeat(43), " ".repeat(43)]) {
    const code = await authorizationCode(browser, app, { code_challenge: codeChallengeOf(code_verifier) });
    expect(await refusalOf(redeem(server, app, code, { code_verifier }))).toBe(invalidGrant);
  }
});

test("7636-downgrade, 9700-4.8-downgrade, 9700-2.1.1-pkce, 2.1-verifier-iff, PC-04: a verifier for a code without a challenge is invalid_grant", async () => {
  const code = await authorizationCode(browser, lax, without);
  expect(await refusalOf(redeem(server, lax, code, { code_verifier: verifier }))).toBe(invalidGrant);
});

test("9700-4.5-code-injection, PC-11: a code that somebody else's browser got does not fit the victim's verifier", async () => {
  const attacker = await signedInBrowser(server, await createUser(server));
  const injected = await authorizationCode(attacker, app, { code_challenge: newVerifier().challenge });
  const victim = newVerifier();
  expect(await refusalOf(redeem(server, app, injected, { code_verifier: victim.verifier }))).toBe(invalidGrant);
});

test("7636-private: the challenge comes back nowhere", async () => {
  const own = newVerifier();
  const consent = await browser.follow(
    await authorize(browser, app, { code_challenge: own.challenge, prompt: "consent" }),
  );
  expect(consent.url + consent.body).not.toContain(own.challenge);
  const answer = await approve(browser, consent);
  expect(answer.location).not.toContain(own.challenge);
  const tokens = await (
    await redeem(server, app, answerParameters(answer).code ?? "", { code_verifier: own.verifier })
  ).text();
  expect(tokens).not.toContain(own.challenge);
  expect(tokens).not.toContain(own.verifier);
});
