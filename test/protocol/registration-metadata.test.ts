import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import {
  bearer,
  initialAccessToken,
  type Json,
  outcome,
  register,
  registered,
  webClient,
} from "../support/registration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "open", POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
});
afterAll(() => server.stop());

/** Each, added to a plain web client, is refused with this error. */
async function refuses(
  error: "invalid_client_metadata" | "invalid_redirect_uri",
  cases: readonly Json[],
): Promise<void> {
  for (const metadata of cases) {
    const answer = await outcome(register(server, { ...webClient, ...metadata }));
    expect({ metadata, answer }).toEqual({ metadata, answer: [400, error] });
  }
}

/** The value comes back for each. */
async function accepts(name: string, values: readonly unknown[], others: Json = {}): Promise<void> {
  for (const value of values) {
    const body = await registered(server, { ...webClient, ...others, [name]: value });
    expect(body[name]).toEqual(value);
  }
}

const jwk = (
  type: "rsa" | "ec" | "ed25519",
  options: { size?: number; exponent?: number; curve?: string } = {},
): Json => {
  if (type === "rsa") {
    const { publicKey } = generateKeyPairSync("rsa", {
      modulusLength: options.size ?? 2048,
      publicExponent: options.exponent ?? 65_537,
    });
    return { ...publicKey.export({ format: "jwk" }) };
  }
  const { publicKey } =
    type === "ec"
      ? generateKeyPairSync("ec", { namedCurve: options.curve ?? "P-256" })
      : generateKeyPairSync("ed25519");
  return { ...publicKey.export({ format: "jwk" }) };
};

describe("redirect URIs", () => {
  test("7591-member-redirect_uris, REG-2-redirect: one bad URI fails the request, and the answer names its index alone", async () => {
    const bad = [
      "https://app.example/cb#part",
      "https://app.example/*",
      "https://user@app.example/",
      "https://app.example/a b",
      "https://app.example/\\x",
      "https://app.example/../x",
      "//app.example/cb",
      "cb",
      "javascript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
      "blob:x",
      "about:blank",
      "ftp://app.example/",
      "ws://app.example/",
      "wss://app.example/",
      "mailto:a@b",
      "tel:1",
      "http://app.example/cb",
      `https://app.example/${"a".repeat(2048)}`,
      "https://app.example/%0d%0a",
      "myapp:/cb",
    ];
    for (const uri of bad) {
      const response = await register(server, { redirect_uris: ["https://app.example/cb", uri] });
      const body = await response.json();
      expect({ uri, ...body }).toEqual({
        uri,
        error: "invalid_redirect_uri",
        error_description: expect.stringMatching(/^redirect_uris\[1\] /),
      });
      expect(body.error_description).not.toContain(uri);
    }
  });

  test("RG-13, 7591-member-redirect_uris: what is no list of different texts is refused", async () => {
    const lists = [
      "https://app.example/cb",
      5,
      {},
      [5],
      [null],
      [["https://app.example/cb"]],
      [""],
      ["https://app.example/cb", "https://app.example/cb"],
    ];
    await refuses(
      "invalid_redirect_uri",
      lists.map((list) => ({ redirect_uris: list })),
    );
  });

  test("RG-02: twenty URIs of two kilobytes are accepted, 21 are not", async () => {
    const uris = Array.from({ length: 21 }, (_, index) => `https://app.example/${index}/`.padEnd(2048, "a"));
    await accepts("redirect_uris", [uris.slice(0, 20)]);
    await refuses("invalid_redirect_uri", [{ redirect_uris: uris }]);
  });

  test("7591-5-redirect-required, REG-2-redirect: a client of the code flow needs one", async () => {
    for (const redirect_uris of [undefined, null, []]) {
      expect(await outcome(register(server, { redirect_uris }))).toEqual([400, "invalid_redirect_uri"]);
    }
    const device = await registered(server, {
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
      token_endpoint_auth_method: "none",
    });
    expect(device).not.toHaveProperty("redirect_uris");
    expect(device.response_types).toEqual([]);
  });

  test("REG-2-application_type, 7591-member-application_type, 8252-7-three, 8252-7.1-scheme, 9700-2.6-http-redirect: a web client has https alone, a native one its own schemes and loopback too", async () => {
    const own = [
      ["com.example.app:/cb"],
      ["com.example.app://host/cb"],
      ["http://127.0.0.1/cb"],
      ["http://[::1]:8080/cb"],
      ["http://localhost/cb"],
    ];
    await refuses(
      "invalid_redirect_uri",
      own.map((uris) => ({ redirect_uris: uris })),
    );
    await refuses(
      "invalid_redirect_uri",
      own.map((uris) => ({ redirect_uris: uris, application_type: "web", token_endpoint_auth_method: "none" })),
    );
    await accepts("redirect_uris", [...own, ["https://app.example/cb"]], { application_type: "native" });
    await refuses("invalid_redirect_uri", [
      { redirect_uris: ["http://192.168.0.1/cb"], application_type: "native" },
      { redirect_uris: ["myapp:/cb"], application_type: "native" },
    ]);
    await refuses("invalid_client_metadata", [{ application_type: "service" }, { application_type: 1 }]);
  });

  test("RG-16, 7591-member-application_type, 8252-8.3-localhost: a public client that does not say what it is may mix all kinds, and is native", async () => {
    const mixed = [
      "https://app.example/cb",
      "http://127.0.0.1:33418",
      "http://localhost/cb",
      "cursor://anysphere.cursor-mcp/oauth/callback",
    ];
    const body = await registered(server, { redirect_uris: mixed, token_endpoint_auth_method: "none" });
    expect(body).toMatchObject({ redirect_uris: mixed, application_type: "native" });
    const answer = await (
      await register(server, { redirect_uris: [...mixed, "javascript:alert(1)"], token_endpoint_auth_method: "none" })
    ).json();
    expect(answer).toEqual({
      error: "invalid_redirect_uri",
      error_description: "redirect_uris[4] has a scheme that is not allowed",
    });
  });

  test("RG-14, 8252-8.4-register: a native client may have a secret of its own", async () => {
    const body = await registered(server, { redirect_uris: ["http://127.0.0.1/cb"], application_type: "native" });
    expect(body).toMatchObject({ application_type: "native", client_secret: expect.any(String) });
  });

  test("REG-post-logout: after a sign-out people are sent to https, or to loopback in a native client", async () => {
    const uris = (...list: readonly unknown[]) => ({ post_logout_redirect_uris: list });
    await refuses("invalid_client_metadata", [
      uris("http://app.example/"),
      uris("http://127.0.0.1/"),
      uris("https://app.example/#a"),
      uris("com.example.app:/bye"),
      uris(5),
      { post_logout_redirect_uris: "https://app.example/" },
      uris(...Array.from({ length: 11 }, (_, index) => `https://app.example/${index}`)),
    ]);
    await accepts("post_logout_redirect_uris", [["https://app.example/bye"]]);
    await accepts("post_logout_redirect_uris", [["http://127.0.0.1/bye"]], { application_type: "native" });
    await refuses("invalid_client_metadata", [{ application_type: "native", ...uris("com.example.app:/bye") }]);
  });
});

describe("flows and authentication", () => {
  test("7591-member-grant_types, RG-04: what is not offered is refused", async () => {
    for (const types of [
      ["password"],
      ["implicit"],
      ["authorization_code", "implicit"],
      ["urn:ietf:params:oauth:grant-type:saml2-bearer"],
      [],
      ["AUTHORIZATION_CODE"],
    ]) {
      await refuses("invalid_client_metadata", [{ grant_types: types, response_types: [] }, { grant_types: types }]);
    }
    await refuses("invalid_client_metadata", [
      { grant_types: "authorization_code" },
      { grant_types: [1] },
      { grant_types: {} },
    ]);
    await accepts("grant_types", [["authorization_code", "refresh_token"]]);
  });

  test("RG-04: client_credentials needs an initial access token and a secret, and works at once", async () => {
    const metadata = { grant_types: ["client_credentials"], scope: "openid mail.read" };
    expect(await outcome(register(server, metadata))).toEqual([400, "invalid_client_metadata"]);
    const token = await initialAccessToken(server, { uses: 5 });
    expect(await outcome(register(server, { ...metadata, token_endpoint_auth_method: "none" }, bearer(token)))).toEqual(
      [400, "invalid_client_metadata"],
    );
    const { client_id, client_secret } = await registered(server, metadata, bearer(token));
    const answer = await fetch(`${server.address}/auth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: String(client_id),
        client_secret: String(client_secret),
      }),
    });
    expect(await answer.json()).toMatchObject({ access_token: expect.any(String), scope: "mail.read" });
  });

  test("RG-06, 7591-member-response_types: response types that contradict the grant types are refused", async () => {
    const device = ["urn:ietf:params:oauth:grant-type:device_code"];
    await refuses("invalid_client_metadata", [
      { response_types: ["code"], grant_types: device },
      { response_types: [], grant_types: ["authorization_code"] },
      { response_types: ["token"] },
      { response_types: ["code", "id_token"] },
      { response_types: ["code id_token"] },
      { response_types: "code" },
    ]);
    await accepts("response_types", [["code"]]);
    await accepts("response_types", [[]], { grant_types: device });
  });

  test("7591-member-token_endpoint_auth_method: a method that is not offered is refused, not replaced", async () => {
    await refuses(
      "invalid_client_metadata",
      [
        "client_secret_jwt",
        "tls_client_auth",
        "self_signed_tls_client_auth",
        "NONE",
        "private_key_jwt",
        1,
        ["none"],
      ].map((method) => ({ token_endpoint_auth_method: method })),
    );
    await accepts("token_endpoint_auth_method", ["none", "client_secret_basic", "client_secret_post"]);
  });

  test("7591-member-token_endpoint_auth_signing_alg, REG-2-alg: the algorithm is asymmetric, supported, and fits a key", async () => {
    const signing = (algorithm: unknown, ...keys: readonly Json[]) => ({
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: algorithm,
      jwks: { keys },
    });
    const [rsa, p256, p384, ed] = [jwk("rsa"), jwk("ec"), jwk("ec", { curve: "P-384" }), jwk("ed25519")];
    await refuses("invalid_client_metadata", [
      signing("none", rsa),
      signing("HS256", rsa),
      signing("RS384", rsa),
      signing("ES256", rsa),
      signing("EdDSA", p256),
      signing("RS256", p256),
      signing("ES256", p384),
      signing(undefined, p384),
      signing("RS256", { ...rsa, alg: "PS256" }),
      signing("ES256", { ...p256, use: "enc" }),
    ]);
    for (const [algorithm, key] of [
      ["RS256", rsa],
      ["PS256", rsa],
      ["ES256", p256],
      ["EdDSA", ed],
    ] as const) {
      const { response_types: _, ...metadata } = { response_types: [], ...signing(algorithm, p384, key) };
      expect(await registered(server, { ...webClient, ...metadata })).toMatchObject(metadata);
    }
  });
});

describe("keys", () => {
  const set = (...keys: readonly unknown[]) => ({ jwks: { keys } });

  test("RG-07, 7591-member-jwks: private, symmetric and malformed keys are refused, and so are too many, none, and two of one name", async () => {
    const p256 = jwk("ec");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await refuses("invalid_client_metadata", [
      set(privateKey.export({ format: "jwk" })),
      set({ kty: "oct", k: "c2VjcmV0" }),
      set({ ...p256, d: null }),
      set({ ...p256, d: "AA" }),
      set({ ...jwk("rsa"), p: "AA" }),
      set(),
      set(1),
      set(null),
      set({}),
      set({ kty: "EC" }),
      set({ ...p256, x: p256.y }),
      set({ ...p256, x: "A A" }),
      set({ ...p256, crv: "secp256k1" }),
      set({ ...p256, kid: 5 }),
      set({ ...p256, kid: "" }),
      set(...Array.from({ length: 11 }, () => p256)),
      set(...Array.from({ length: 1000 }, () => ({ kty: "EC" }))),
      set({ ...p256, kid: "a" }, { ...jwk("ed25519"), kid: "a" }),
      { jwks: {} },
      { jwks: [p256] },
      { jwks: "text" },
      { jwks: { keys: p256 } },
      { ...set(p256), jwks_uri: "https://app.example/jwks" },
    ]);
    expect(
      (
        await registered(server, {
          ...webClient,
          ...set({ ...p256, kid: "a", x5c: ["AA"] }, { ...jwk("ed25519"), kid: "b" }),
        })
      ).jwks,
    ).toEqual({
      keys: [
        { ...p256, kid: "a" },
        { kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: "b" },
      ],
    });
  });

  test("JW-07, 7591-member-jwks: an RSA key of 1024 bits or with exponent 3 is refused", async () => {
    await refuses("invalid_client_metadata", [set(jwk("rsa", { size: 1024 })), set(jwk("rsa", { exponent: 3 }))]);
  });

  test("REG-2-jwks_uri, SS-01, SS-02, SS-09, 7591-member-jwks: jwks_uri is an https address that may be fetched, and is not fetched yet", async () => {
    await refuses(
      "invalid_client_metadata",
      [
        "http://app.example/jwks",
        "https://127.0.0.1/jwks",
        "https://[::1]/",
        "https://localhost/",
        "https://localhost./",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://user@app.example/",
        "https://app.example/#a",
        "https://app.example:22/",
        "javascript:x",
        "jwks",
        5,
      ].map((uri) => ({ jwks_uri: uri })),
    );
    await accepts("jwks_uri", ["https://nowhere.invalid/jwks?a=b"], { token_endpoint_auth_method: "private_key_jwt" });
  });
});

describe("what people see", () => {
  test("XS-01, XS-02, 7591-member-client_name: a name has 1 to 100 visible characters; markup is text like any other", async () => {
    await refuses(
      "invalid_client_metadata",
      [
        "\u202Egoogle",
        "a\u200Bb",
        "a\nb",
        "a\u0000b",
        "a".repeat(101),
        "a".repeat(10_000),
        "   ",
        "\u3164",
        "\uFEFF",
        `a${"\u0333".repeat(5)}`,
        5,
        ["a"],
        {},
      ].map((name) => ({ client_name: name })),
    );
    await accepts("client_name", [
      "a",
      "a".repeat(100),
      "<script>alert(1)</script>",
      '"><img src=x onerror=1>',
      "{{7*7}}",
      "日本語",
      "Việt",
      "😀".repeat(100),
    ]);
    expect((await registered(server, { ...webClient, client_name: "  Mail  " })).client_name).toBe("Mail");
  });

  test("7591-member-client_uri, XS-03: links are https, without a user name and without what could end an attribute", async () => {
    for (const member of ["client_uri", "logo_uri", "policy_uri", "tos_uri"]) {
      await refuses(
        "invalid_client_metadata",
        [
          "javascript:alert(1)",
          "data:text/html,x",
          "http://app.example/",
          'https://app.example/"onload="x',
          "https://app.example/<",
          "https://user@app.example/",
          "https://",
          "https:///x",
          "//app.example",
          "https://app.example\\@evil.example/",
          `https://app.example/${"a".repeat(2048)}`,
          5,
          [],
        ].map((uri) => ({ [member]: uri })),
      );
      await accepts(member, ["https://app.example/a?b=c#d"]);
    }
  });

  test("7591-2.2-lang: the five members for people may be there in other languages", async () => {
    const localized = {
      "client_name#de": "Post",
      "client_name#ja-Hani-JP": "メール",
      "client_uri#de": "https://app.example/de",
      "logo_uri#de": "https://app.example/de.png",
      "policy_uri#de": "https://app.example/de/p",
      "tos_uri#de": "https://app.example/de/t",
    };
    expect(await registered(server, { ...webClient, client_name: "Mail", ...localized })).toMatchObject(localized);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`client_name#de-x-${index}`, "a"]));
    await refuses("invalid_client_metadata", [
      { "client_name#": "a" },
      { "client_name#no_tag": "a" },
      { "client_name#de": "a", "client_name#DE": "a" },
      { "client_uri#de": "http://app.example/" },
      { "client_name#de": "\u202E" },
      many,
    ]);
    const body = await registered(server, { ...webClient, "scope#de": "x", "redirect_uris#de": "x" });
    expect(Object.keys(body).filter((name) => name.includes("#"))).toEqual([]);
  });

  test("7591-member-contacts, REG-2-contacts: five contacts of 320 characters are accepted", async () => {
    await accepts("contacts", [
      ["a@app.example"],
      Array.from({ length: 5 }, (_, index) => `${index}`.padEnd(320, "a")),
    ]);
    await refuses("invalid_client_metadata", [
      { contacts: "a@app.example" },
      { contacts: [5] },
      { contacts: ["a".repeat(321)] },
      { contacts: ["a", "b", "c", "d", "e", "f"] },
      { contacts: ["a@app.example\nclient_id  another"] },
    ]);
  });

  test("7591-member-software_id: software is named in 255 characters", async () => {
    for (const member of ["software_id", "software_version"]) {
      await accepts(member, ["a".repeat(255)]);
      await refuses("invalid_client_metadata", [
        { [member]: "a".repeat(256) },
        { [member]: 5 },
        { [member]: "a\u0000" },
      ]);
    }
  });
});

describe("scopes and OpenID", () => {
  test("RG-05, 7591-member-scope: scopes that are not to be had are left out, and a client without any is refused", async () => {
    expect(
      (await registered(server, { ...webClient, scope: "postern:admin mail.read unknown openid mail.read" })).scope,
    ).toBe("mail.read openid");
    await refuses("invalid_client_metadata", [
      { scope: "postern:admin" },
      { scope: "postern:introspect postern:admin" },
      { scope: "unknown" },
      { scope: '"' },
      { scope: 5 },
      { scope: ["openid"] },
      { scope: " " },
      { scope: "a".repeat(4097) },
    ]);
  });

  test("REG-2-subject, 7591-member-subject_type: subjects are public", async () => {
    await accepts("subject_type", ["public"]);
    await refuses("invalid_client_metadata", [{ subject_type: "pairwise" }, { subject_type: "other" }]);
  });

  test("REG-2-alg, IDT-none: algorithms that are not published are refused", async () => {
    await accepts("id_token_signed_response_alg", ["RS256", "ES256", "EdDSA"]);
    await refuses("invalid_client_metadata", [
      { id_token_signed_response_alg: "none" },
      { id_token_signed_response_alg: "HS256" },
      { id_token_signed_response_alg: "PS256" },
      { userinfo_signed_response_alg: "RS256" },
      { request_object_signing_alg: "none" },
    ]);
  });

  test("REG-2-enc: a wish for encryption is refused", async () => {
    const wishes = [
      "id_token_encrypted_response_alg",
      "id_token_encrypted_response_enc",
      "userinfo_encrypted_response_alg",
      "request_object_encryption_alg",
      "request_object_encryption_enc",
    ];
    await refuses(
      "invalid_client_metadata",
      wishes.map((member) => ({ [member]: "RSA-OAEP" })),
    );
  });

  test("REG-2-max_age: default_max_age, require_auth_time and default_acr_values have their types", async () => {
    await accepts("default_max_age", [0, 3600]);
    await accepts("require_auth_time", [true, false]);
    await accepts("default_acr_values", [["urn:a", "urn:b"]]);
    await refuses("invalid_client_metadata", [
      { default_max_age: -1 },
      { default_max_age: 1.5 },
      { default_max_age: "1" },
      { default_max_age: 1e300 },
      { require_auth_time: "true" },
      { require_auth_time: 1 },
      { default_acr_values: "urn:a" },
      { default_acr_values: [1] },
    ]);
  });

  test("REG-2-initiate, REG-2-request_uris: a login starts at https, and request URIs are ten https addresses at most", async () => {
    await refuses("invalid_client_metadata", [
      { initiate_login_uri: "http://app.example/login" },
      { initiate_login_uri: "login" },
      { request_uris: ["http://app.example/r"] },
      { request_uris: Array.from({ length: 11 }, (_, index) => `https://app.example/${index}`) },
      { request_uris: "https://app.example/r" },
    ]);
    await accepts("initiate_login_uri", ["https://app.example/login"]);
    await accepts("request_uris", [["https://app.example/r#hash"]]);
  });
});
