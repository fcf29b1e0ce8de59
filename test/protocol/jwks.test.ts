import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { paths } from "../../src/http/paths.ts";
import { minutes, seconds } from "../../src/time.ts";
import { createClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const jwks = () => fetch(server.address + paths.jwks);
async function keySet(): Promise<JSONWebKeySet> {
  const set: unknown = await (await jwks()).json();
  if (!isKeySet(set)) throw new Error("this is no key set");
  return set;
}
const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys);

test("KEY-10.1-jwks: the first answer has public keys of every algorithm, RS256 among them, each with kid, use and alg", async () => {
  // The RSA key is still being made when the server starts: the answer waits for it.
  const { keys } = await keySet();
  expect(keys.map(({ alg }) => alg).sort()).toEqual(["ES256", "EdDSA", "RS256"]);
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3);
  const publicMembers: Readonly<Record<string, readonly string[]>> = {
    RSA: ["n", "e"],
    EC: ["crv", "x", "y"],
    OKP: ["crv", "x"],
  };
  for (const key of keys) {
    expect(key.use).toBe("sig");
    expect(Object.keys(key).sort()).toEqual(
      ["kty", "use", "alg", "kid", ...(publicMembers[key.kty ?? ""] ?? [])].sort(),
    );
    for (const member of ["n", "e", "x", "y"] as const) expect(key[member] ?? "").toMatch(/^[\w-]*$/);
  }
});

test("KEY-10.1-type, KR-05: it is JSON that any origin may read, cached for five minutes, revalidated by its ETag", async () => {
  const answer = await jwks();
  const etag = answer.headers.get("etag") ?? "";
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  const again = await fetch(server.address + paths.jwks, { headers: { "if-none-match": etag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("KEY-10.1.1-rotate, KR-01, KR-03: a new key is published ten minutes before it signs, and the old one verifies on", async () => {
  const client = await createClient(server, { access_token_format: "jwt" });
  const signed = async () => (await grantTokens(server, { client: client.client })).accessToken;
  const [before, etag] = [await keySet(), (await jwks()).headers.get("etag")];
  const old = await signed();
  await server.context.keys.rotate({ kind: "cli" });
  const both = await keySet();
  expect(both.keys).toHaveLength(6);
  expect((await jwks()).headers.get("etag")).not.toBe(etag);
  const signer = async () => decodeProtectedHeader(await signed()).kid;
  server.advance(seconds(599));
  expect(before.keys.map(({ kid }) => kid)).toContain((await signer()) ?? "");
  server.advance(seconds(1));
  const young = await signed();
  expect(before.keys.map(({ kid }) => kid)).not.toContain(decodeProtectedHeader(young).kid);
  const currentDate = new Date(server.context.clock.now());
  for (const token of [old, young])
    await jwtVerify(token, createLocalJWKSet(both), { currentDate, issuer: server.issuer, typ: "at+jwt" });
  server.advance(minutes(30));
  expect((await keySet()).keys).toHaveLength(6);
});

test("IDT-sign: what a client registered is what signs, and the header names the key and nothing to fetch", async () => {
  for (const algorithm of ["RS256", "ES256", "EdDSA"] as const) {
    const client = await createClient(server, { id_token_signed_response_alg: algorithm });
    const { tokens } = await grantTokens(server, { client: client.client });
    const token = tokens.id_token ?? "";
    const header = decodeProtectedHeader(token);
    expect(header).toEqual({ alg: algorithm, typ: "JWT", kid: expect.any(String) });
    const currentDate = new Date(server.context.clock.now());
    await jwtVerify(token, createLocalJWKSet(await keySet()), {
      currentDate,
      issuer: server.issuer,
      audience: client.id,
    });
  }
});
