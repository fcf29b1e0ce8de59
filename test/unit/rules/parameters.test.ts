import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OAuthError } from "../../../src/oauth-error.ts";
import { encodeFormComponent } from "../../../src/rules/form-encoding.ts";
import { checkNotInQuery, checkParameters, parseParameters, readParameters } from "../../../src/rules/parameters.ts";
import { refusalOf } from "./refusal.ts";

const recognised = new Set(["grant_type", "client_id", "scope", "state", "redirect_uri"]);
const read = (encoded: string) => Object.fromEntries(readParameters(encoded, recognised));
const refused = (encoded: string) => refusalOf(() => readParameters(encoded, recognised));

describe("encoding", () => {
  test("G-03: percent escapes are octets of UTF-8, and plus is a space (RFC 6749 App. B)", () => {
    expect(read("state=+%25%26%2B%C2%A3%E2%82%AC")).toEqual({ state: " %&+£€" });
    expect(read("client%5Fid=a&scope=openid+profile")).toEqual({ client_id: "a", scope: "openid profile" });
    expect(read("state=a=b==&client_id=x")).toEqual({ state: "a=b==", client_id: "x" });
    expect(read("state=%EF%BB%BFa")).toEqual({ state: "\uFEFFa" }); // a byte order mark is a character like any other
    expect(read("scope=openid profile")).toEqual({ scope: "openid profile" });
  });

  const malformed = [
    "%",
    "%2",
    "%zz",
    "%u0041",
    "%ff%fe",
    "%c0%af",
    "%ed%a0%80",
    "%f4%90%80%80",
    "%e2%82",
    "ü",
    "\uFFFD",
  ];
  test.each(malformed)("G-04, HT-23: a recognised parameter that is not UTF-8 is refused: %p", (value) => {
    expect(refused(`client_id=${value}`)).toEqual(["invalid_request", "a parameter is malformed: client_id"]);
    expect(parseParameters(`client_id=${value}&state=a`, recognised)).toEqual({
      values: new Map([["state", "a"]]),
      duplicated: new Set(),
      malformed: new Set(["client_id"]),
    });
  });

  test("G-04, HT-22, HT-24: control characters are refused in recognised parameters", () => {
    for (const value of ["%00", "a%0d%0aX-Injected:+1", "%1f", "%7f", "\u0001", "%09"]) {
      expect(refused(`state=${value}`)).toEqual(["invalid_request", "a parameter is malformed: state"]);
    }
    expect(read("state=%E2%80%A8%22%3C")).toEqual({ state: '\u2028"<' });
  });

  test("MX-01, HT-24: a tab or line break in a scope is left to the grammar of scopes; a NUL is not", () => {
    expect(read("scope=a%09b%0Ac")).toEqual({ scope: "a\tb\nc" });
    expect(refused("scope=a%00b")).toEqual(["invalid_request", "a parameter is malformed: scope"]);
  });
});

describe("names", () => {
  test("G-05, HT-03: a recognised parameter twice is refused, equal or not, empty or not, escaped or not", () => {
    for (const body of [
      "scope=a&scope=b",
      "scope=a&scope=a",
      "scope=&scope=a",
      "scope=a&scope",
      "sc%6Fpe=a&scope=a",
      "scope=%zz&scope=a",
    ]) {
      expect(refused(body)).toEqual(["invalid_request", "a parameter is repeated: scope"]);
    }
  });

  test("6749-4.1.2.1-dup-other, RU-09: what is sent twice has no value at all", () => {
    const parsed = parseParameters("redirect_uri=a&redirect_uri=b&redirect_uri=c&state=s", recognised);
    expect(parsed.values).toEqual(new Map([["state", "s"]]));
    expect(parsed.duplicated).toEqual(new Set(["redirect_uri"]));
    expect(() => checkParameters(parsed)).toThrow(OAuthError);
  });

  test("G-05: the same name in another letter case is another, unknown parameter", () => {
    expect(read("scope=a&Scope=b&SCOPE=c")).toEqual({ scope: "a" });
  });

  test("G-06, G-08, HT-04: unknown parameters are ignored, repeated and malformed ones too", () => {
    expect(read("foo=1&client_id=a&foo=2&bar=%zz&%zz=1&%ff=2&=x&=y&ü=1&z=%00")).toEqual({ client_id: "a" });
  });

  test("G-07: a parameter with an empty value counts as absent", () => {
    expect(read("scope=&client_id&state=&&grant_type=x&")).toEqual({ grant_type: "x" });
    expect(read("")).toEqual({});
  });

  test("HT-05: brackets, dots and indexes make other names", () => {
    expect(read("client_id[]=x&client_id[0]=x&client_id.x=1&client_id%5B%5D=x")).toEqual({});
  });

  test("HT-06: names of the object prototype are unknown names", () => {
    const body = "__proto__=1&__proto__[isAdmin]=1&constructor[prototype][x]=1&hasOwnProperty=1&toString=1&client_id=a";
    const values = readParameters(body, recognised);
    expect([...values]).toEqual([["client_id", "a"]]);
    expect(values.get("toString")).toBeUndefined();
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });
});

describe("limits", () => {
  test("HT-10: 100 parameters are read, 101 are refused", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join("&");
    expect(read(`${many(99)}&client_id=a`)).toEqual({ client_id: "a" });
    expect(refused(many(101))).toEqual(["invalid_request", "the request has too many parameters"]);
    expect(refused(many(10_000))).toEqual(["invalid_request", "the request has too many parameters"]);
  });

  test("HT-10: a name of 128 bytes is read over, one of 129 is refused", () => {
    expect(read(`${"n".repeat(128)}=1`)).toEqual({});
    expect(read(`${"%6E".repeat(128)}=1`)).toEqual({});
    for (const name of ["n".repeat(129), "%6E".repeat(129), "n".repeat(1_000_000), `${"%C3%BC".repeat(64)}n`]) {
      expect(refused(`${name}=1`)).toEqual(["invalid_request", "the name of a parameter is too long"]);
    }
  });
});

describe("query of a POST", () => {
  test("G-09, CA-08: a recognised parameter in the URI is refused, whatever its value", () => {
    for (const query of ["client_id=a", "x=1&client_id=%zz", "client_id=a&client_id=b"]) {
      const description = "a parameter belongs in the body, not in the URI: client_id";
      expect(refusalOf(() => checkNotInQuery(query, recognised))).toEqual(["invalid_request", description]);
    }
  });

  test("G-09: other parameters in the URI are ignored", () => {
    expect(() => checkNotInQuery("", recognised)).not.toThrow();
    expect(() => checkNotInQuery("tracking=1&client_id=", recognised)).not.toThrow();
  });
});

describe("for all requests", () => {
  const names = fc.constantFrom("grant_type", "client_id", "scope", "state", "redirect_uri", "foo", "__proto__");

  test("G-03: what is encoded is read back", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !/\p{Cc}/u.test(value));
    const sent = fc.dictionary(fc.constantFrom(...recognised), text, { noNullPrototype: true });
    fc.assert(
      fc.property(sent, fc.boolean(), (parameters, isPlus) => {
        const body = Object.entries(parameters)
          .map(
            ([name, value]) =>
              `${name}=${isPlus ? encodeFormComponent(value).replaceAll("%20", "+") : encodeFormComponent(value)}`,
          )
          .join("&");
        expect(read(body)).toEqual(parameters);
        const platform = Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, value]));
        expect(read(body)).toEqual(platform);
      }),
    );
  });

  test("G-04: octets are accepted exactly when they are UTF-8 without control characters", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (octets) => {
        let expected: string | undefined;
        try {
          expected = decoder.decode(octets);
        } catch {
          expected = undefined;
        }
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
        if (expected !== undefined && /[\u0000-\u001f\u007f]/.test(expected)) expected = undefined;
        const encoded = [...octets].map((octet) => `%${octet.toString(16).padStart(2, "0")}`).join("");
        expect(parseParameters(`state=${encoded}`, recognised).values.get("state")).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test("G-04, G-17: nothing but an OAuthError is thrown, and it echoes nothing", () => {
    const piece = fc.oneof(
      names,
      fc.string({ unit: "binary" }),
      fc.constantFrom("=", "&", "%", "%f", "%00", "+", "%2", "=&"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        const body = pieces.join("");
        try {
          for (const [name, value] of readParameters(body, recognised)) {
            expect(recognised.has(name)).toBe(true);
            expect(value).not.toBe("");
          }
        } catch (error) {
          if (!(error instanceof OAuthError)) throw error;
          expect(error.code).toBe("invalid_request");
          expect(error.description).toMatch(
            /^(a parameter is (repeated|malformed): (grant_type|client_id|scope|state|redirect_uri)|the request has too many parameters|the name of a parameter is too long)$/,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});
