import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ClientMetadata } from "../../src/model/client.ts";
import { hours, minutes, numericDate, seconds } from "../../src/time.ts";
import {
  assertion,
  assertionType,
  type ClientKey,
  claimsOf,
  clientKey,
  encode,
  hmacSigned,
  signedWith,
} from "../support/assertions.ts";
import { createClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_OUTBOUND_ALLOW: "127.0.0.1" });
});
afterAll(() => server.stop());

/** A client of `private_key_jwt` for itself. */
const clientWith = (keys: readonly ClientKey[], metadata: Partial<ClientMetadata> = {}) =>
  createClient(server, {
    grant_types: ["client_credentials"],
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    ...metadata,
  });

const send = (
  client_assertion: string | undefined,
  others: Record<string, string> = {},
  headers: Record<string, string> = {},
) =>
  fetch(`${server.address}/auth/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: assertionType,
      ...(client_assertion === undefined ? {} : { client_assertion }),
      ...others,
    }),
  });

const statusOf = async (response: Promise<Response>) => (await response).status;

/** RFC 7521 §4.2.1: the same refusal, byte for byte, whatever was wrong. */
async function expectRefused(response: Response): Promise<void> {
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe(`Basic realm="${server.issuer}"`);
  expect(await response.text()).toBe('{"error":"invalid_client","error_description":"client authentication failed"}');
}

describe("what is accepted", () => {
  test("7523-2.2-params, 7523-3-alg, 8725bis-ed25519: an assertion signed with each algorithm that is published", async () => {
    for (const algorithm of ["ES256", "RS256", "PS256", "EdDSA"] as const) {
      const key = clientKey(algorithm, "one");
      const { id } = await clientWith([key]);
      expect(await (await send(assertion(server, id, key))).json()).toMatchObject({ token_type: "Bearer" });
    }
    const key = { ...clientKey("EdDSA"), algorithm: "Ed25519" } as const;
    const { id } = await clientWith([key]);
    expect(await statusOf(send(assertion(server, id, key)))).toBe(200);
  });

  test("7523-client-id: client_id may be there and is the same", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    expect(await statusOf(send(assertion(server, id, key), { client_id: id }))).toBe(200);
    const other = await clientWith([key]);
    await expectRefused(await send(assertion(server, id, key), { client_id: other.id }));
  });

  test("7523-bis-typ: typ is left out, JWT or client-authentication+jwt, and nothing else", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    for (const typ of [undefined, "JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"]) {
      expect(await statusOf(send(assertion(server, id, key, {}, { typ })))).toBe(200);
    }
    for (const typ of ["at+jwt", "oauth-authz-req+jwt", "logout+jwt", "dpop+jwt", "", 5, null]) {
      await expectRefused(await send(assertion(server, id, key, {}, { typ })));
    }
  });

  test("7523-keys: the key is chosen by its kid, and without one each that fits is tried", async () => {
    const keys = [clientKey("ES256", "a"), clientKey("RS256", "r"), clientKey("ES256", "b")] as const;
    const [a, r, b] = keys;
    const { id } = await clientWith(keys);
    for (const key of keys) expect(await statusOf(send(assertion(server, id, key)))).toBe(200);
    for (const key of keys) expect(await statusOf(send(assertion(server, id, key, {}, { kid: undefined })))).toBe(200);
    await expectRefused(await send(assertion(server, id, a, {}, { kid: "b" })));
    await expectRefused(await send(assertion(server, id, r, {}, { kid: "b" })));
    await expectRefused(await send(assertion(server, id, b, {}, { kid: "c" })));
  });
});

describe("the claims", () => {
  test("7523-bis-aud, CA-13, CA-14: the audience is the issuer, as the one text there is", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const { issuer } = server;
    for (const aud of [
      `${issuer}/auth/token`,
      [issuer],
      [issuer, "https://other.example"],
      `${issuer}/`,
      undefined,
      null,
      "",
      "https://attacker.example",
      issuer.toUpperCase(),
    ]) {
      await expectRefused(await send(assertion(server, id, key, { aud })));
    }
  });

  test("7523-3-claims, CA-17: issuer and subject are the client, and the key is its own", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const other = await clientWith([clientKey()]);
    for (const changes of [
      { sub: undefined },
      { iss: undefined },
      { iss: other.id },
      { sub: other.id },
      { iss: other.id, sub: other.id },
      { iss: "nobody", sub: "nobody" },
      { iss: 5, sub: 5 },
      { iss: undefined, sub: undefined },
    ]) {
      await expectRefused(await send(assertion(server, id, key, changes)));
    }
  });

  test("7523-3-exp, CA-16, JW-09: exp is a number, in the future, and an hour away at most", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const now = numericDate(server.context.clock.now());
    for (const exp of [
      undefined,
      null,
      now - 300,
      now - 30,
      now + 7200,
      now + 3631,
      `${now + 60}`,
      -1,
      0,
      9007199254740992,
      [now + 60],
      true,
    ]) {
      await expectRefused(await send(assertion(server, id, key, { exp })));
    }
    const huge = JSON.stringify(claimsOf(server, id)).replace(/"exp":\d+/, '"exp":1e400');
    await expectRefused(await send(signedWith(key, { alg: "ES256" }, huge)));
    // A clock that differs by less than half a minute is forgiven.
    for (const exp of [now - 29, now + 1, now + 3600])
      expect(await statusOf(send(assertion(server, id, key, { exp })))).toBe(200);
  });

  test("7523-3-iat-nbf, CA-16: iat and nbf may be a little in the future, or missing", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const now = numericDate(server.context.clock.now());
    for (const name of ["iat", "nbf"]) {
      for (const time of [now + 61, `${now}`, null, true])
        await expectRefused(await send(assertion(server, id, key, { [name]: time })));
      for (const time of [now + 10, now, now - 86_400, undefined])
        expect(await statusOf(send(assertion(server, id, key, { [name]: time })))).toBe(200);
    }
  });

  test("7523-3-jti, CA-15: an assertion is accepted once, and not again after a restart", async () => {
    const own = await startTestServer();
    const key = clientKey();
    const { id } = await createClient(own, {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key.jwk] },
    });
    const sendTo = ({ address }: TestServer, client_assertion: string) =>
      fetch(`${address}/auth/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_assertion_type: assertionType,
          client_assertion,
        }),
      });
    const once = assertion(own, id, key);
    const answers = await Promise.all([1, 2, 3].map(() => sendTo(own, once)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const again = await own.restart();
    expect(await statusOf(sendTo(again, once))).toBe(401);
    await again.stop();
    await own.stop();
  });

  test("7523-3-jti: without a jti of sensible length it is refused; another client may use the same", async () => {
    const key = clientKey();
    const [one, other] = [await clientWith([key]), await clientWith([key])];
    for (const jti of [undefined, null, "", 5, "a".repeat(257)])
      await expectRefused(await send(assertion(server, one.id, key, { jti })));
    for (const { id } of [one, other])
      expect(await statusOf(send(assertion(server, id, key, { jti: "same" })))).toBe(200);
  });

  test("7523-3-jti: who does not hold the key uses up no jti", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    await expectRefused(await send(assertion(server, id, clientKey(), { jti: "wanted" })));
    expect(await statusOf(send(assertion(server, id, key, { jti: "wanted" })))).toBe(200);
  });
});

describe("the signature", () => {
  test("7523-3-alg, CA-18, JW-01, JW-02, 8725-3.2-none: none, HS256 with the public key, and another algorithm than the registered one are refused", async () => {
    const key = clientKey("RS256");
    const { id } = await clientWith([key]);
    const claims = () => claimsOf(server, id);
    for (const alg of ["none", "None", "NONE", "nOnE", "", undefined, null, 5]) {
      await expectRefused(await send(`${encode({ alg })}.${encode(claims())}.`));
      await expectRefused(await send(`${encode({ alg })}.${encode(claims())}.AA`));
      await expectRefused(await send(signedWith(key, { alg }, claims())));
    }
    const pem = key.publicKey.export({ format: "pem", type: "spki" });
    const der = key.publicKey.export({ format: "der", type: "spki" });
    for (const secret of [pem, der, Buffer.from(String(key.jwk.n), "base64url"), ""]) {
      await expectRefused(await send(hmacSigned(secret, { alg: "HS256" }, claims())));
      await expectRefused(await send(hmacSigned(secret, { alg: "RS256" }, claims())));
    }
    const registered = await clientWith([key, clientKey("ES256")], { token_endpoint_auth_signing_alg: "ES256" });
    await expectRefused(await send(assertion(server, registered.id, key)));
    await expectRefused(await send(signedWith({ ...key, algorithm: "PS256" }, { alg: "RS256" }, claims())));
  });

  test("JW-04, 8725-3.8-iss-key: a key that the assertion brings or points to is not looked at", async () => {
    let fetched = 0;
    const attacker = clientKey("ES256", "evil");
    const listener = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => {
        fetched++;
        return Response.json({ keys: [attacker.jwk] });
      },
    });
    const { id } = await clientWith([clientKey()]);
    const address = `http://127.0.0.1:${listener.port}/`;
    for (const header of [{ jku: address }, { x5u: address }, { jwk: attacker.jwk }, { x5c: ["AA"] }]) {
      await expectRefused(await send(assertion(server, id, attacker, {}, header)));
    }
    expect(fetched).toBe(0);
    listener.stop(true);
  });

  test("JW-03, JW-05, JW-08, JW-18, 8725-3.7-utf8, 8725-3.10-kid: a header or claims that parsers may understand differently are refused, however well signed", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const claims = JSON.stringify(claimsOf(server, id));
    const deep = `{"a":${"[".repeat(1000)}${"]".repeat(1000)},${claims.slice(1)}`;
    for (const kid of ["../../etc/passwd", "' OR 1=1--", "a".repeat(10_240), 5, [], {}, null]) {
      await expectRefused(await send(assertion(server, id, key, {}, { kid })));
    }
    for (const crit of [["exp"], ["b64"], [], "exp", null])
      await expectRefused(await send(assertion(server, id, key, {}, { crit })));
    const header = { alg: "ES256" };
    for (const [first, second] of [
      ['{"alg":"ES256","alg":"ES256"}', claims],
      [header, `{"sub":"x",${claims.slice(1)}`],
      [header, deep],
      [header, `[${claims}]`],
      [header, "5"],
      [header, `\uFEFF${claims}`],
      [header, claims.slice(0, -1)],
    ])
      await expectRefused(await send(signedWith(key, first, second)));
    expect(await statusOf(send(signedWith(key, header, claims)))).toBe(200);
  });

  test("JW-06, JW-10, JW-11, 8725bis-format: what is not three base64url parts, or is signed in another form, is refused", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const make = () => assertion(server, id, key).split(".");
    const [header = "", claims = ""] = make();
    const der = Buffer.concat([Buffer.from([0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00])]).toString("base64url");
    for (const signature of [
      "",
      Buffer.alloc(64).toString("base64url"),
      der,
      Buffer.alloc(63, 1).toString("base64url"),
      Buffer.alloc(65, 1).toString("base64url"),
    ]) {
      await expectRefused(await send(`${header}.${claims}.${signature}`));
    }
    const [a, b, c] = make();
    for (const broken of [
      `${a}.${b}`,
      `${a}.${b}.${c}.`,
      `${a}.${b}.${c}.${c}.${c}`,
      `${a}.${b}.${c}=`,
      ` ${a}.${b}.${c}`,
      `${a}. ${b}.${c}`,
      `${a}.${b}+.${c}`,
      `${a}..${c}`,
      `.${b}.${c}`,
      JSON.stringify({ protected: a, payload: b, signature: c }),
      "x",
      "..",
      "a".repeat(16_384),
    ]) {
      await expectRefused(await send(broken));
    }
    expect(await statusOf(send(`${a}.${b}.${c}`))).toBe(200);
    // Well signed, but over 16 KiB.
    await expectRefused(await send(assertion(server, id, key, { padding: "a".repeat(13_000) })));
    const changed = `${a}.${encode({ ...claimsOf(server, id), extra: 1 })}.${c}`;
    await expectRefused(await send(changed));
  });

  test("CA-19, CA-20, JW-12: a request object, and a token that Postern itself signed, are no client assertions", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    await expectRefused(
      await send(signedWith(key, { alg: "ES256", typ: "oauth-authz-req+jwt" }, claimsOf(server, id))),
    );
    const requestObject = {
      iss: id,
      aud: server.issuer,
      client_id: id,
      response_type: "code",
      exp: numericDate(server.context.clock.now()) + 60,
    };
    await expectRefused(await send(signedWith(key, { alg: "ES256" }, requestObject)));
    const { basic } = await createClient(server, { grant_types: ["client_credentials"], access_token_format: "jwt" });
    const answer = await fetch(`${server.address}/auth/token`, {
      method: "POST",
      headers: { authorization: basic },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    await expectRefused(await send((await answer.json()).access_token));
  });

  test("JW-07: a key too weak to be registered is not used where it came another way", async () => {
    const weak = clientKey("RS256", "weak", 1024);
    const listener = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ keys: [weak.jwk] }) });
    const { jwks: _, ...metadata } = { jwks: undefined, jwks_uri: `http://127.0.0.1:${listener.port}/` };
    const { id } = await createClient(server, {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      ...metadata,
    });
    await expectRefused(await send(assertion(server, id, weak)));
    listener.stop(true);
  });
});

describe("the request", () => {
  test("7523-2.2-params, 7523-error: the type is the one of RFC 7523, and comes with an assertion", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    for (const type of [
      "",
      "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
      assertionType.toUpperCase(),
      "jwt",
    ]) {
      await expectRefused(await send(assertion(server, id, key), { client_assertion_type: type }));
    }
    await expectRefused(await send(undefined));
    await expectRefused(await send(undefined, { client_id: id }));
    await expectRefused(await send(""));
  });

  test("6749-2.3-one-method, CA-03: an assertion beside another way to authenticate is refused", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    const { basic } = await createClient(server, { grant_types: ["client_credentials"] });
    await expectRefused(await send(assertion(server, id, key), {}, { authorization: basic }));
    await expectRefused(await send(assertion(server, id, key), { client_secret: "a secret" }));
  });

  test("6749-2.3.1-basic-vs-post, 6749-2.3-public-secret, 6749-2.3-missing, 7523-secret-jwt: a client uses the method that it registered", async () => {
    const key = clientKey();
    const { id } = await clientWith([key]);
    await expectRefused(await send(undefined, { client_assertion_type: "", client_id: id }));
    await expectRefused(await send(undefined, { client_assertion_type: "", client_id: id, client_secret: "a secret" }));
    for (const method of ["none", "client_secret_basic", "client_secret_post"] as const) {
      const other = await clientWith([key], {
        token_endpoint_auth_method: method,
        grant_types: ["authorization_code"],
      });
      await expectRefused(await send(assertion(server, other.id, key)));
      await expectRefused(await send(hmacSigned(other.secret ?? "", { alg: "HS256" }, claimsOf(server, other.id))));
    }
  });

  test("6749-2.3-disabled: a disabled client is refused", async () => {
    const key = clientKey();
    const metadata = {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key.jwk] },
    } as const;
    const { id } = await createClient(server, metadata, { disabled: true });
    await expectRefused(await send(assertion(server, id, key)));
  });
});

describe("keys at an address", () => {
  /** Serves the keys that are in the list at the time. */
  function keyServer(keys: unknown[]) {
    const state = { fetched: 0, status: 200 };
    const listener = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => {
        state.fetched++;
        return Response.json({ keys }, { status: state.status });
      },
    });
    return { state, uri: `http://127.0.0.1:${listener.port}/jwks`, stop: () => listener.stop(true) };
  }

  const remote = (jwks_uri: string) =>
    createClient(server, {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri,
    });

  test("7523-keys, REG-2-jwks_uri, KEY-client-rotation, SS-15: keys are fetched when they are needed, kept for an hour, and asked for again once a minute for a new kid", async () => {
    const old = clientKey("ES256", "old");
    const fresh = clientKey("ES256", "new");
    const published: unknown[] = [{ kty: "oct", k: "AA" }, 5, old.jwk];
    const { state, uri, stop } = keyServer(published);
    const { id } = await remote(uri);
    expect(state.fetched).toBe(0);
    expect(await statusOf(send(assertion(server, id, old)))).toBe(200);
    expect(await statusOf(send(assertion(server, id, old)))).toBe(200);
    expect(state.fetched).toBe(1);

    // Names that nobody published, in a flood: within a minute they cause no request.
    for (let count = 0; count < 5; count++)
      await expectRefused(await send(assertion(server, id, clientKey("ES256", `made-up-${count}`))));
    expect(state.fetched).toBe(1);
    published.push(fresh.jwk);
    await expectRefused(await send(assertion(server, id, fresh)));
    server.advance(seconds(60));
    expect(await statusOf(send(assertion(server, id, fresh)))).toBe(200);
    expect(state.fetched).toBe(2);
    // A wrong signature under a known name is no reason to ask.
    server.advance(minutes(2));
    await expectRefused(await send(assertion(server, id, { ...clientKey("ES256"), jwk: fresh.jwk })));
    expect(state.fetched).toBe(2);

    server.advance(hours(1));
    published.length = 0;
    await expectRefused(await send(assertion(server, id, old)));
    expect(state.fetched).toBe(3);
    stop();
  });

  test("SS-07, SS-13, 7523-keys: a failure is answered like any other, and is not kept", async () => {
    const key = clientKey();
    const { state, uri, stop } = keyServer([key.jwk]);
    const { id } = await remote(uri);
    state.status = 500;
    await expectRefused(await send(assertion(server, id, key)));
    await expectRefused(await send(assertion(server, id, key)));
    expect(state.fetched).toBe(1);
    state.status = 200;
    server.advance(seconds(10));
    expect(await statusOf(send(assertion(server, id, key)))).toBe(200);
    stop();
    const unreachable = await remote("http://127.0.0.1:1/jwks");
    await expectRefused(await send(assertion(server, unreachable.id, key)));
    const elsewhere = await remote("https://localhost/jwks");
    await expectRefused(await send(assertion(server, elsewhere.id, key)));
  });

  test("7523-keys: requests at once cause one fetch", async () => {
    const key = clientKey();
    const { state, uri, stop } = keyServer([key.jwk]);
    const { id } = await remote(uri);
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(assertion(server, id, key))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(state.fetched).toBe(1);
    stop();
  });

  test("7523-keys: nothing is fetched for an assertion that is wrong in itself", async () => {
    const key = clientKey();
    const { state, uri, stop } = keyServer([key.jwk]);
    const { id } = await remote(uri);
    for (const changes of [{ aud: "x" }, { exp: 0 }, { jti: undefined }, { iss: "x" }])
      await expectRefused(await send(assertion(server, id, key, changes)));
    await expectRefused(await send(assertion(server, id, key, {}, { alg: "HS256" })));
    await expectRefused(await send(assertion(server, id, key), { client_id: "other" }));
    expect(state.fetched).toBe(0);
    stop();
  });
});
