import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from "oauth4webapi";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { bodyOf, introspection, post } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type ApprovingPerson, createApprovingPerson } from "./approving-person.ts";
import { asText } from "./as-text.ts";

// What clients of the Model Context Protocol do, call by call: they find the server by themselves, register by themselves,
// have no secret, ask for no scope, and come back on whichever port was free.

const redirectUris = [
  "https://www.editor.example/agents/mcp/oauth/callback",
  "http://127.0.0.1/callback",
  "http://localhost:33418/callback",
  "cursor://anysphere.cursor-mcp/oauth/callback",
] as const;
const [hosted, loopback, , privateScheme] = redirectUris;

let server: TestServer;
let alice: ApprovingPerson;
let resourceServer: TestClient;
let registered: Readonly<Record<string, unknown>>;
let clientId: string;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "open" });
  alice = await createApprovingPerson(server);
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  registered = await bodyOf(register(redirectUris));
  clientId = asText(registered.client_id);
});

/** The body as such clients send it: no application_type, no scope. */
const register = (uris: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<Response> =>
  fetch(server.issuer + paths.registration, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      client_name: "Editor",
      client_uri: "https://www.editor.example",
      redirect_uris: uris,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      ...more,
    }),
  });

/** The code flow; gives the callback and what the token endpoint said. */
async function connect(redirectUri: string, more: Readonly<Record<string, string>> = {}) {
  const verifier = generateRandomCodeVerifier();
  const url = new URL(server.issuer + paths.authorize);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    redirect_uri: redirectUri,
    state: "xyz",
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const callback = await alice.callback(url);
  const answer = await post(server, paths.token, {
    grant_type: "authorization_code",
    client_id: clientId,
    code: callback.searchParams.get("code") ?? "",
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...more,
  });
  return { callback, answer, tokens: await bodyOf(answer) };
}

const refresh = async (refreshToken: string) =>
  bodyOf(post(server, paths.token, { grant_type: "refresh_token", client_id: clientId, refresh_token: refreshToken }));

describe("an MCP client", () => {
  test("8414-3-path-root, 7636-metadata, 8414-member-token_endpoint_auth_methods_supported, 8414-member-registration_endpoint: finds all that it needs where it looks first", async () => {
    const metadata = await bodyOf(fetch(`${server.issuer}/.well-known/oauth-authorization-server`));
    expect(metadata).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: server.issuer + paths.authorize,
      token_endpoint: server.issuer + paths.token,
      registration_endpoint: server.issuer + paths.registration,
      response_types_supported: expect.arrayContaining(["code"]),
      grant_types_supported: expect.arrayContaining(["authorization_code", "refresh_token"]),
      code_challenge_methods_supported: expect.arrayContaining(["S256"]),
      token_endpoint_auth_methods_supported: expect.arrayContaining(["none"]),
      scopes_supported: expect.arrayContaining(["offline_access"]),
    });
  });

  test("7591-member-redirect_uris, 7591-member-application_type, 8252-7.1-scheme, 7591-3.2.1-secret: registers web, loopback and private-scheme redirects in one request, and has no secret", async () => {
    const answer = await register(redirectUris);
    expect(answer.status).toBe(201);
    const body = await bodyOf(answer);
    expect(body).toMatchObject({
      redirect_uris: redirectUris,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      application_type: "native",
    });
    expect(body).not.toHaveProperty("client_secret");
    // Strict clients fail on a null where they expect a string or nothing.
    expect(Object.values(body)).not.toContain(null);
  });

  test("6749-3.3-default, 9207-2-always, 6749-6-rotate: signs in without a scope on a loopback port of its own, and refreshes", async () => {
    const { callback, answer, tokens } = await connect(loopback.replace("127.0.0.1", "127.0.0.1:51763"));
    expect(callback.href).toStartWith("http://127.0.0.1:51763/callback?");
    expect(callback.searchParams.get("state")).toBe("xyz");
    expect(callback.searchParams.get("iss")).toBe(server.issuer);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    // RFC 6749 §3.3: who asks for nothing gets what it is registered for.
    expect(tokens.scope).toBe(registered.scope);
    const refreshToken = asText(tokens.refresh_token);
    const next = await refresh(refreshToken);
    expect(asText(next.refresh_token)).not.toBe(refreshToken);
    const seen = await bodyOf(introspection(server, resourceServer, asText(next.access_token)));
    expect(seen).toMatchObject({ active: true, client_id: clientId, sub: alice.person.user.id });
  });

  test.each([hosted, "http://localhost:40001/callback", privateScheme])(
    "8252-7-three, 8252-8.3-localhost: comes back to %s",
    async (uri) => {
      const { callback, tokens } = await connect(uri);
      expect(callback.href).toStartWith(`${uri}?code=`);
      expect(tokens).toMatchObject({ token_type: "Bearer" });
    },
  );

  test("8252-8.6-consent: is asked about each time it connects", async () => {
    await connect(hosted);
    alice.seen.length = 0;
    await connect(hosted);
    expect(alice.seen).toEqual(["consent"]);
  });

  test("G-08-unknown: may name the resource that it wants, before the server knows of resources", async () => {
    const { tokens } = await connect(hosted, { resource: "https://mcp.example/mcp" });
    expect(tokens).toMatchObject({ token_type: "Bearer" });
  });

  test("6749-6-rt-retry, 6749-6-replay: may ask for offline_access alone, and tries again when an answer was lost", async () => {
    const { tokens } = await connect(hosted, { scope: "offline_access" });
    expect(tokens.scope).toBe("offline_access");
    const first = asText(tokens.refresh_token);
    const answers = await Promise.all([refresh(first), refresh(first)]);
    const [second, again] = answers.map((answer) => asText(answer.refresh_token));
    expect(again).toBe(second ?? "");
    // Whoever keeps the old one for later is a thief: the whole grant ends.
    server.advance(minutes(1));
    expect(await refresh(first)).toMatchObject({ error: "invalid_grant" });
    expect(await refresh(second ?? "")).toMatchObject({ error: "invalid_grant" });
  });

  test("7636-4.4.1-required-public, 9700-4.11.2-as-redirect: hears that PKCE is missing when the person goes on to it", async () => {
    const url = new URL(server.issuer + paths.authorize);
    for (const [name, value] of Object.entries({ response_type: "code", client_id: clientId, redirect_uri: hosted })) {
      url.searchParams.set(name, value);
    }
    const { status, location, body } = await alice.authorize(url);
    expect([status, location]).toEqual([400, undefined]);
    const [, link = ""] = /href="(https:\/\/www\.editor\.example[^"]*)"/.exec(body) ?? [];
    const { searchParams } = new URL(link.replaceAll("&amp;", "&"));
    expect([searchParams.get("error"), searchParams.get("iss")]).toEqual(["invalid_request", server.issuer]);
  });
});
