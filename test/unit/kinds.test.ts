import { describe, expect, test } from "bun:test";
import {
  type ClientKind,
  clientKinds,
  fieldsOfKind,
  type KindAnswers,
  kindOf,
  metadataOfKind,
  noAnswers,
} from "../../src/clients/kinds.ts";
import { readClientMetadata } from "../../src/clients/metadata.ts";
import { german } from "../../src/languages/applications/de.ts";
import { english } from "../../src/languages/applications/en.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import { OAuthError } from "../../src/oauth-error.ts";
import { clientProblem } from "../../src/pages/admin/client-problem.ts";
import type { JsonObject } from "../../src/rules/json.ts";

const policy = { registrant: "administrator", config: { outboundAllow: [] } } as const;

/** Every question answered, whether the kind asks it or not. */
const everything: KindAnswers = {
  name: "Wiki",
  redirectUris: ["https://app.example/cb"],
  postLogoutRedirectUris: ["https://app.example/bye"],
  scope: ["openid", "mail"],
  accepts: ["mail"],
  isFirstParty: true,
  needsSecondFactor: true,
  isWithoutPkce: true,
};

const member: Readonly<Record<(typeof fieldsOfKind)[ClientKind][number], string>> = {
  redirectUris: "redirect_uris",
  postLogoutRedirectUris: "post_logout_redirect_uris",
  scope: "scope",
  accepts: "accepts",
  isFirstParty: "first_party",
  needsSecondFactor: "require_mfa",
  isWithoutPkce: "require_pkce",
};

describe.each(clientKinds.map((kind) => [kind] as const))("%s", (kind) => {
  test("has exactly the members that it is asked for", () => {
    const made = metadataOfKind(kind, everything);
    const asked: readonly string[] = fieldsOfKind[kind].map((field) => member[field]);
    for (const name of Object.values(member)) expect([name, name in made]).toEqual([name, asked.includes(name)]);
  });

  test("is accepted as it is made, and known again", () => {
    const metadata = readClientMetadata(metadataOfKind(kind, everything), policy);
    expect(kindOf(metadata)).toBe(kind);
  });

  test("with no answer but the name and an address it leaves out what nobody said", () => {
    const { name, redirectUris } = everything;
    const made = metadataOfKind(kind, { ...noAnswers, name, redirectUris });
    for (const left of [
      "scope",
      "accepts",
      "first_party",
      "require_mfa",
      "require_pkce",
      "post_logout_redirect_uris",
    ]) {
      expect(made).not.toHaveProperty(left);
    }
    expect(kindOf(readClientMetadata(made, policy))).toBe(kind);
  });
});

test("RFC 8252 §8.4: what runs on its user's machine or in the browser has no secret", () => {
  const methods = clientKinds.map((kind) => [kind, metadataOfKind(kind, noAnswers).token_endpoint_auth_method]);
  expect(Object.fromEntries(methods)).toEqual({
    web: "client_secret_basic",
    "single-page": "none",
    native: "none",
    device: "none",
    service: "client_secret_basic",
    "resource-server": "client_secret_basic",
  });
});

test("a client that was made otherwise counts as the kind that it comes nearest to", () => {
  const kind = (changes: JsonObject) =>
    kindOf(readClientMetadata({ redirect_uris: ["https://app.example/cb"], ...changes }, policy));
  expect(kind({ grant_types: ["authorization_code", "client_credentials"] })).toBe("web");
  expect(kind({ grant_types: ["authorization_code", deviceCodeGrantType], application_type: "native" })).toBe("web");
  expect(kind({ grant_types: [deviceCodeGrantType] })).toBe("device");
  expect(kind({ grant_types: ["client_credentials"], resource_server: true })).toBe("resource-server");
  expect(kind({ grant_types: ["refresh_token"] })).toBe("resource-server");
});

describe("what is wrong with an app", () => {
  /** The problem with one member, as a reader of either language is told. */
  function problem(changes: JsonObject): readonly [string, string, readonly string[]] {
    try {
      readClientMetadata({ redirect_uris: ["https://app.example/cb"], ...changes }, policy);
    } catch (error) {
      const [inEnglish, inGerman] = [clientProblem(error, english), clientProblem(error, german)];
      if (inEnglish !== undefined && inGerman !== undefined) {
        return [inEnglish.message, inGerman.message, inEnglish.fields];
      }
    }
    throw new Error(`nothing is wrong with ${JSON.stringify(changes)}`);
  }

  test("is told in the words of the reader, with the line", () => {
    expect(problem({ redirect_uris: ["https://app.example/cb", "https://app.example/#x"] })).toEqual([
      "Redirect URIs, line 2: it has a part after #, which is not allowed.",
      "Redirect-URIs, Zeile 2: hat einen Teil hinter #, was nicht erlaubt ist.",
      ["redirect_uris"],
    ]);
  });

  const wrong: readonly JsonObject[] = [
    ...[
      "app.example",
      "http://app.example/cb",
      "https://app.example/*",
      "https://app.example/ü",
      "https://app.example/%0a",
      "https://me@app.example/",
      "https://app.example/../x",
      "javascript:alert(1)",
      "https://0x7f000001/",
      "custom:/cb",
      `https://app.example/${"x".repeat(2100)}`,
    ].map((uri) => ({ redirect_uris: [uri] })),
    { redirect_uris: ["https://a.example/", "https://a.example/"] },
    { redirect_uris: Array.from({ length: 21 }, (_, index) => `https://a.example/${index}`) },
    { redirect_uris: ["custom:/cb"], application_type: "native", token_endpoint_auth_method: "none" },
    { redirect_uris: ["com.example:cb"], application_type: "native", token_endpoint_auth_method: "none" },
    { redirect_uris: ["http://app.example/"], application_type: "native", token_endpoint_auth_method: "none" },
    { redirect_uris: [] },
    { client_name: "\u202e" },
    { client_uri: "http://app.example" },
    { scope: '"' },
    { post_logout_redirect_uris: Array.from({ length: 11 }, (_, index) => `https://a.example/${index}`) },
    { contacts: Array.from({ length: 6 }, (_, index) => `a${index}@example.org`) },
    { default_max_age: "soon" },
    { software_id: "x".repeat(300) },
    { software_id: "\u0007" },
    { require_pkce: false, token_endpoint_auth_method: "none" },
    { first_party: true, token_endpoint_auth_method: "none" },
    { resource_server: true, token_endpoint_auth_method: "none" },
    { accepts: "mail" },
    { token_endpoint_auth_method: "private_key_jwt" },
    { token_endpoint_auth_method: "client_secret_jwt" },
    { grant_types: ["password"] },
    { grant_types: ["client_credentials"], token_endpoint_auth_method: "none" },
    { jwks_uri: "http://10.0.0.1/keys" },
    { jwks: { keys: [] } },
    { jwks: { keys: [{ kty: "oct", k: "x" }] } },
  ];

  test.each(wrong.map((changes) => [JSON.stringify(changes).slice(0, 80), changes] as const))(
    "is explained in both languages: %s",
    (_, changes) => {
      const [inEnglish, inGerman] = problem(changes);
      const [, reason = ""] = /: (?:it )?(.*)\.$/s.exec(inGerman) ?? [];
      expect(Object.values<string>(german.reasons)).toContain(reason);
      expect(Object.values<string>(english.reasons)).toContain(/: it (.*)\.$/s.exec(inEnglish)?.[1] ?? "");
    },
  );

  test("what is no matter of the form is not told as one", () => {
    expect(clientProblem(new Error("a bug"), english)).toBeUndefined();
    expect(clientProblem(new OAuthError("server_error", "the disk is full"), english)).toBeUndefined();
  });
});
