import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import {
  approve,
  authorize,
  authorizePath,
  outcomeOf,
  redeem,
  refusalIn,
  requestOf,
} from "../support/authorization.ts";
import { answerParameters, type TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { bodyOf, post, textOf } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";
import { startWithRedirects } from "../support/starting-points.ts";

let server: TestServer;
let app: TestClient;
let alice: User;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, app, alice } = await startWithRedirects());
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, alice);
});

const answered = async (changes: Parameters<typeof requestOf>[1], client = app) =>
  approve(browser, await authorize(browser, client, changes));

describe("the request", () => {
  test("6749-3.1-post, OIDC-3.1.2.1-get-post: a form is answered by 303 to a GET, takes no cookie and sets none, and goes on in the browser with its session", async () => {
    const stranger = await post(server, paths.authorize, requestOf(app));
    expect(stranger.status).toBe(303);
    expect(stranger.headers.getSetCookie()).toEqual([]);
    const location = stranger.headers.get("location") ?? "";
    expect(location).toStartWith(`${server.issuer}/auth/authorize/continue?handle=`);
    // Reload-safe: each load of the address is an authorization of its own.
    for (const _ of [1, 2]) {
      const answer = await approve(browser, await browser.get(location));
      expect(answerParameters(answer)).toMatchObject({ state: "af0ifjsldkj", code: expect.any(String) });
    }
  });

  test("6749-3.1-post, RU-10: a form with a parameter in the URL too is a 400 page, whichever it is", async () => {
    for (const query of ["redirect_uri=https%3A%2F%2Fevil.example%2Fcb", "state=x", "client_id=x"]) {
      expect(outcomeOf(await browser.post(`${paths.authorize}?${query}`, requestOf(app)))).toBe("400 page");
    }
    expect(outcomeOf(await browser.post(`${paths.authorize}?utm=x`, requestOf(app)))).toBe(
      "303 /auth/authorize/continue",
    );
    const json = await browser.post(paths.authorize, "{}", { headers: { "content-type": "application/json" } });
    expect(outcomeOf(json)).toBe("400 page");
  });

  test("6749-3.1-order, OIDC-3.1.2.1-order: neither parameters nor scopes have an order", async () => {
    const reversed = Object.entries(requestOf(app, { scope: "email profile openid" })).reverse();
    const answer = await approve(browser, await browser.get(`${paths.authorize}?${new URLSearchParams(reversed)}`));
    const code = answerParameters(answer).code ?? "";
    expect((await textOf(redeem(server, app, code), "scope")).split(" ").sort()).toEqual([
      "email",
      "openid",
      "profile",
    ]);
  });

  test("OIDC-3.1.2.1-unknown-param, G-08-unknown, G-06-dup-unknown, OIDC-3.1.2.1-display, OIDC-5.2-claims_locales, OIDC-3.1.2.1-acr_values: what nobody knows and what is only a wish changes nothing", async () => {
    const path = `${authorizePath(app, { claims_locales: "de-x-!! fr", acr_values: "mfa 0" })}&extra=1&extra=2&resource=a&resource=b`;
    for (const display of ["page", "popup", "touch", "wap", "hologram"]) {
      expect(outcomeOf(await approve(browser, await browser.get(`${path}&display=${display}`)))).toBe("303 code");
    }
  });

  test("6749-4.1.2.1-client: a client that is missing, repeated, unknown or disabled is a 400 page", async () => {
    const disabled = await createClient(server, {}, { disabled: true });
    for (const client_id of [undefined, "", "nobody", disabled.id]) {
      expect(outcomeOf(await authorize(browser, app, { client_id }))).toBe("400 page");
    }
    for (const extra of [`&client_id=${app.id}`, "&client_id=", "&client_id=other"]) {
      expect(outcomeOf(await browser.get(authorizePath(app) + extra))).toBe("400 page");
    }
    expect(outcomeOf(await browser.get(authorizePath(app).replace(app.id, `${app.id}%00`)))).toBe("400 page");
  });

  test("6749-4.1.2.1-redirect, RU-11: a redirect URI that is not registered is a 400 page, whatever else is wrong", async () => {
    for (const other of [{}, { prompt: "none" }, { response_type: "token" }, { scope: '"' }, { state: "\u0000" }]) {
      expect(outcomeOf(await authorize(browser, app, { redirect_uri: "https://evil.example/cb", ...other }))).toBe(
        "400 page",
      );
    }
  });

  test("6749-3.1.2.3-omitted, OIDC-3.1.2.1-redirect: the redirect URI may be left out where one is registered, without openid", async () => {
    const single = await createClient(server, { scope: "openid profile" });
    const left = { redirect_uri: undefined };
    expect(outcomeOf(await answered({ ...left, scope: "profile" }, single))).toBe("303 code");
    expect(outcomeOf(await answered({ ...left, scope: "openid profile" }, single))).toBe("400 page");
    // The client's own scope counts where none is named.
    expect(outcomeOf(await answered({ ...left, scope: undefined }, single))).toBe("400 page");
    expect(outcomeOf(await answered({ ...left, scope: "profile" }))).toBe("400 page");
    expect(outcomeOf(await browser.get(`${authorizePath(single, { ...left, scope: "profile" })}&scope=openid`))).toBe(
      "400 page",
    );
  });

  test("6749-3.1.1-missing, 6749-3.1.1-unknown, OIDC-3.1.2.1-response_type, PC-19: code and nothing else", async () => {
    for (const response_type of [undefined, ""]) {
      expect(refusalIn(await answered({ response_type })).error).toBe("invalid_request");
    }
    for (const response_type of [
      "token",
      "id_token",
      "id_token token",
      "code token",
      "code id_token",
      "code code",
      "none",
      "CODE",
      "code ",
    ]) {
      const { status, location = "" } = await answered({ response_type });
      expect(status).toBe(303);
      expect(new URL(location).searchParams.get("error")).toBe("unsupported_response_type");
      expect(new URL(location).hash).toBe("");
    }
  });

  test("6749-4.1.1-unauth: a client that is not registered for codes", async () => {
    const machine = await createClient(server, {
      grant_types: ["client_credentials"],
      redirect_uris: ["https://app.example/cb"],
    });
    expect(refusalIn(await answered({}, machine)).error).toBe("unauthorized_client");
  });

  test("6749-4.1.2.1-dup-other: a repeated parameter is invalid_request; a repeated state does not come back", async () => {
    for (const name of ["scope", "response_type", "code_challenge", "prompt", "nonce", "response_mode"]) {
      const answer = await browser.get(`${authorizePath(app, { prompt: "login" })}&${name}=x&${name}=y`);
      expect(refusalIn(answer)).toMatchObject({ error: "invalid_request", state: "af0ifjsldkj" });
    }
    const twoStates = refusalIn(await browser.get(`${authorizePath(app)}&state=again`));
    expect(twoStates.error).toBe("invalid_request");
    expect(twoStates).not.toHaveProperty("state");
  });

  test("G-04-bad-encoding, G-17-errdesc: what is badly encoded is refused and not repeated", async () => {
    for (const [name, value] of [
      ["nonce", "%00"],
      ["nonce", "%zz"],
      ["state", "%ff"],
      ["state", "%C0%AF"],
      ["login_hint", "a%0D%0Ab"],
    ]) {
      const path = authorizePath(app, name === "state" ? { state: undefined } : {});
      const { error, error_description, state } = refusalIn(await browser.get(`${path}&${name}=${value}`));
      expect(error).toBe("invalid_request");
      expect(error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(state).toBe(name === "state" ? undefined : "af0ifjsldkj");
    }
  });

  test("OIDC-6-request, OIDC-6-request_uri, OIDC-6-none, OIDC-7-registration: what is not offered is refused by name", async () => {
    for (const [name, error] of [
      ["request", "request_not_supported"],
      ["request_uri", "request_uri_not_supported"],
      ["registration", "registration_not_supported"],
    ] as const) {
      expect(refusalIn(await answered({ [name]: "eyJhbGciOiJub25lIn0.e30." })).error).toBe(error);
    }
    const metadata = await bodyOf(fetch(`${server.issuer}/.well-known/openid-configuration`));
    expect(metadata.request_uri_parameter_supported).toBe(false);
    expect(metadata).not.toHaveProperty("request_object_signing_alg_values_supported");
  });
});

describe("state", () => {
  test("6749-4.1.1-state, OIDC-3.1.2.1-state, UI-15: it comes back exactly, up to 4096 bytes of anything; a longer one is a 400 page", async () => {
    for (const state of [
      "a b+c%20&d=e#f",
      "https://app.example/?x=1&y=2",
      "£€😀",
      '"'.repeat(4096),
      "\\".repeat(4096),
      "é".repeat(2048),
      "x".repeat(1001),
    ]) {
      expect(answerParameters(await answered({ state, prompt: "consent" })).state).toBe(state);
    }
    for (const state of ["x".repeat(4097), "é".repeat(2049), "x".repeat(10_000)]) {
      expect(outcomeOf(await answered({ state }))).toBe("400 page");
    }
  });

  test("6749-4.1.1-state: none is returned where none was sent", async () => {
    for (const state of [undefined, ""]) {
      expect(answerParameters(await answered({ state }))).not.toHaveProperty("state");
      expect(refusalIn(await answered({ state, scope: '"' }))).not.toHaveProperty("state");
    }
  });

  test("6749-4.1-url-length: a request that is too large to be carried through the pages is refused, and a URL that is too long is 414", async () => {
    const claims = JSON.stringify({ userinfo: Object.fromEntries([...Array(400).keys()].map((n) => [`c${n}`, null])) });
    const answer = await answered({ state: "x".repeat(4096), nonce: "n".repeat(1024), claims });
    expect(refusalIn(answer)).toMatchObject({ error: "invalid_request", state: "x".repeat(4096) });
    expect(outcomeOf(await browser.get(`${authorizePath(app)}&x=${"y".repeat(15_200)}`))).toBe("414 page");
    expect((await fetch(`${server.issuer}/auth/authorize?x=${"y".repeat(17_000)}`)).status).toBe(431);
  });
});

describe("scope", () => {
  test("6749-3.3-unknown-scope, OIDC-3.1.2.1-unknown-scope, 6749-3.3-narrowed: unknown and forbidden scopes are dropped; if nothing is left it is invalid_scope", async () => {
    const client = await createClient(server, { scope: "openid profile" });
    const answer = await answered({ scope: "openid email no-such-scope postern:admin profile" }, client);
    const code = answerParameters(answer).code ?? "";
    expect(await textOf(redeem(server, client, code), "scope")).toBe("openid profile");
    for (const scope of ["email", "no-such-scope", "postern:admin"]) {
      expect(refusalIn(await answered({ scope }, client)).error).toBe("invalid_scope");
    }
  });

  test("6749-3.3-default: without a scope it is the client's own, or none", async () => {
    const client = await createClient(server, { scope: "profile email" });
    for (const scope of [undefined, "", "  "]) {
      const code = answerParameters(await answered({ scope }, client)).code ?? "";
      expect(await textOf(redeem(server, client, code), "scope")).toBe("profile email");
    }
    const code = answerParameters(await answered({ scope: undefined })).code ?? "";
    expect(await bodyOf(redeem(server, app, code))).not.toHaveProperty("scope");
  });

  test("6749-3.3-scope-grammar: a character outside the grammar is invalid_scope; spaces and repetitions are forgiven", async () => {
    for (const scope of ['open"id', "open\\id", "öpenid", "open\tid"]) {
      expect(refusalIn(await answered({ scope })).error).toBe("invalid_scope");
    }
    const code = answerParameters(await answered({ scope: "  openid  email openid " })).code ?? "";
    expect(await textOf(redeem(server, app, code), "scope")).toBe("openid email");
  });
});
