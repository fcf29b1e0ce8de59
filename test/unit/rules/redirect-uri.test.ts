import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  appendToRedirectUri,
  checkPostLogoutRedirectUris,
  checkRedirectUris,
  isLoopbackRedirectUri,
  isRegisteredRedirectUri,
  type RedirectUriPolicy,
} from "../../../src/rules/redirect-uri.ts";
import { refusalOf } from "./refusal.ts";

const web: RedirectUriPolicy = { applicationType: "web" };
const native: RedirectUriPolicy = { applicationType: "native" };
const mixed: RedirectUriPolicy = { applicationType: "mixed" };
const faultOf = (uri: string, policy: RedirectUriPolicy) => refusalOf(() => checkRedirectUris([uri], policy));

describe("matching", () => {
  const registered = ["https://app.example/cb"];
  const others = [
    "https://evil.example/cb",
    "https://app.example/cb/",
    "https://app.example/CB",
    "https://APP.example/cb",
    "HTTPS://app.example/cb",
    "https://app.example:443/cb",
    "https://app.example./cb",
    "https://app.example/cb?x=1",
    "https://app.example/cb?",
    "https://app.example/cb#f",
    "https://app.example/cb%23f",
    "https://app.example/cb/../evil",
    "https://app.example/cb/%2e%2e/evil",
    "https://app.example/cb/..;/evil",
    "https://app.example/cb%2f..%2fevil",
    "https://app.example@evil.example/cb",
    "https://app.example%40evil.example/cb",
    "https://evil.example\\@app.example/cb",
    "https://app.example\\.evil.example/cb",
    "https://app.example.evil.example/cb",
    "https://evilapp.example/cb",
    "https://app.example%00.evil.example/cb",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://app.example/cb\r\nSet-Cookie:x=y",
    "https://app.example/c%62",
    "",
  ] as const;
  test.each(others)(
    "RU-01, RU-02, RU-03, RU-04, RU-05, RU-06, RU-07, RU-08, RU-22, G-25, 6749-3.1.2.3-match: not the registered string: %p",
    (uri) => {
      expect(isRegisteredRedirectUri(uri, registered, "web")).toBe(false);
      expect(isRegisteredRedirectUri(uri, registered, "native")).toBe(false);
    },
  );

  test("6749-3.1.2.3-match, 9700-2.1-exact: each registered string is accepted", () => {
    const list = ["https://app.example/cb", "com.example.app:/cb", "https://app.example/cb?x=1"];
    for (const uri of list) expect(isRegisteredRedirectUri(uri, list, "web")).toBe(true);
    expect(isRegisteredRedirectUri("https://app.example/cb", [], "web")).toBe(false);
  });

  test("8252-7.3-port, RU-12: a native client's loopback URI is accepted with any port from 1 to 65535, or none", () => {
    for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
      for (const own of ["", ":3000"]) {
        for (const port of ["", ":1", ":51004", ":65535"]) {
          for (const rest of ["", "/", "/cb", "/cb?a=b", "?a=b"]) {
            expect(
              isRegisteredRedirectUri(`http://${host}${port}${rest}`, [`http://${host}${own}${rest}`], "native"),
            ).toBe(true);
          }
        }
      }
    }
  });

  test("8252-7.3-literal, 8252-8.3-localhost, RU-12: all but the port must be the same", () => {
    for (const uri of [
      "http://127.0.0.1:51004/cb2",
      "http://127.0.0.1:51004/cb?x=1",
      "http://127.0.0.1:51004/cb#f",
      "http://127.0.0.1:51004/cb\n",
      "http://127.0.0.1:51004",
      "http://localhost:51004/cb",
      "http://[::1]:51004/cb",
      "http://[::ffff:127.0.0.1]:51004/cb",
      "http://0.0.0.0:51004/cb",
      "http://127.0.0.2:51004/cb",
      "http://127.1/cb",
      "http://127.0.0.1./cb",
      "http://2130706433/cb",
      "http://0x7f000001/cb",
      "http://127.0.0.1:0/cb",
      "http://127.0.0.1:/cb",
      "http://127.0.0.1:080/cb",
      "http://127.0.0.1:65536/cb",
      "http://127.0.0.1:99999/cb",
      "http://127.0.0.1:+80/cb",
      "http://127.0.0.1:51004@evil.example/cb",
      "http://user@127.0.0.1:51004/cb",
      "http://127.0.0.1.evil.example/cb",
      "http://127.0.0.1:51004.evil.example/cb",
      "https://127.0.0.1:51004/cb",
      "HTTP://127.0.0.1:51004/cb",
    ]) {
      expect(isRegisteredRedirectUri(uri, ["http://127.0.0.1/cb"], "native")).toBe(false);
    }
  });

  test("8252-7.3-https-loopback: any port is for http alone", () => {
    expect(isRegisteredRedirectUri("https://127.0.0.1:51004/cb", ["https://127.0.0.1/cb"], "native")).toBe(false);
  });

  test("8252-7.3-web: a web client's loopback URI has the port it was registered with", () => {
    expect(isRegisteredRedirectUri("http://127.0.0.1:51004/cb", ["http://127.0.0.1/cb"], "web")).toBe(false);
  });

  test("6749-3.1.2.3-match: whatever is asked, a web client's URI is the registered string", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string({ unit: "binary" }), (uri, text) => {
        expect(isRegisteredRedirectUri(uri + text, [uri], "web")).toBe(text === "");
        expect(isRegisteredRedirectUri(text + uri, [uri], "native")).toBe(text === "");
      }),
    );
  });

  test("8252-7.3-port: whatever is asked of a native client, a browser stays on the loopback host and path", () => {
    const piece = fc.constantFrom(
      "http://",
      "127.0.0.1",
      "[::1]",
      ":",
      "80",
      "51004",
      "@",
      "/cb",
      "?",
      "#",
      "\\",
      ".",
      "evil.example",
      "%00",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const uri = `http://127.0.0.1${pieces.join("")}`;
        if (!isRegisteredRedirectUri(uri, ["http://127.0.0.1/cb"], "native")) return;
        const { hostname, pathname, search, hash, username } = new URL(uri);
        expect({ hostname, pathname, search, hash, username }).toEqual({
          hostname: "127.0.0.1",
          pathname: "/cb",
          search: "",
          hash: "",
          username: "",
        });
      }),
      { numRuns: 2000 },
    );
  });

  test("8252-8.3-localhost: loopback URIs are told from others", () => {
    expect(isLoopbackRedirectUri("http://localhost:3000/cb")).toBe(true);
    expect(isLoopbackRedirectUri("http://localhost:70000/cb")).toBe(false);
    expect(isLoopbackRedirectUri("https://localhost/cb")).toBe(false);
    expect(isLoopbackRedirectUri("http://localhost.example/cb")).toBe(false);
  });
});

describe("answering", () => {
  test("6749-3.1.2-query, RU-16: what was registered stays byte for byte", () => {
    const answer = { code: "a b&c", state: undefined, iss: "https://op.example" };
    expect(appendToRedirectUri("https://app.example/cb?a=b%20c&d", answer)).toBe(
      "https://app.example/cb?a=b%20c&d&code=a%20b%26c&iss=https%3A%2F%2Fop.example",
    );
    expect(appendToRedirectUri("https://app.example", { code: "x" })).toBe("https://app.example?code=x");
    expect(appendToRedirectUri("com.example.app:/cb?", { code: "x" })).toBe("com.example.app:/cb?code=x");
    expect(appendToRedirectUri("https://app.example/cb?a?", { code: "x" })).toBe("https://app.example/cb?a?&code=x");
    expect(appendToRedirectUri("https://app.example/cb", {})).toBe("https://app.example/cb");
  });

  test("6749-4.1.1-state: whatever the state is, the client reads the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.webUrl({ withQueryParameters: true }), (state, uri) => {
        const location = appendToRedirectUri(uri, { state });
        expect(location.startsWith(uri)).toBe(true);
        expect(new URL(location).searchParams.getAll("state").at(-1)).toBe(state);
        expect(location).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });
});

describe("registration", () => {
  test("RU-08: schemes that run or read are always refused, on the operator's list too", () => {
    const schemes = ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss", "mailto", "tel"];
    for (const scheme of schemes) {
      for (const uri of [`${scheme}:/x`, `${scheme.toUpperCase()}://host/x`]) {
        for (const policy of [web, native, { applicationType: "mixed", nativeSchemes: schemes } as const]) {
          expect(faultOf(uri, policy)?.[0]).toBe("invalid_redirect_uri");
        }
      }
    }
  });

  test("RU-13, 9700-2.6-http-redirect: http is refused but for the loopback interface of a native client", () => {
    expect(faultOf("http://app.example/cb", web)).toEqual([
      "invalid_redirect_uri",
      "redirect_uris[0] must use https; http on this machine is for native clients",
    ]);
    expect(faultOf("http://127.0.0.1/cb", web)?.[0]).toBe("invalid_redirect_uri");
    for (const uri of [
      "http://app.example/cb",
      "http://127.0.0.2/cb",
      "http://127.0.0.1:0/cb",
      "http://localhost:70000/",
      "http://[::ffff:127.0.0.1]/",
    ]) {
      expect(faultOf(uri, native)?.[0]).toBe("invalid_redirect_uri");
    }
    for (const uri of [
      "http://127.0.0.1/cb",
      "http://127.0.0.1:33418",
      "http://[::1]:5/cb",
      "http://localhost:3000/callback",
    ]) {
      expect(faultOf(uri, native)).toBeUndefined();
    }
  });

  test("RU-14, 8252-7.1-scheme: a private-use scheme has a dot, or is on the operator's list", () => {
    expect(faultOf("myapp:/cb", native)?.[0]).toBe("invalid_redirect_uri");
    for (const uri of [
      "com.example.app:/cb",
      "com.example.App://host/path",
      "com.example.app://host",
      "cursor://anysphere.cursor-mcp/oauth/callback",
    ]) {
      expect(faultOf(uri, native)).toBeUndefined();
      expect(faultOf(uri, web)?.[0]).toBe("invalid_redirect_uri");
    }
    expect(faultOf("myapp:/cb", { applicationType: "native", nativeSchemes: ["myapp"] })).toBeUndefined();
    expect(faultOf("cursor:/cb", { applicationType: "native", nativeSchemes: ["myapp"] })?.[0]).toBe(
      "invalid_redirect_uri",
    );
    expect(faultOf("com.example.app:cb", native)?.[0]).toBe("invalid_redirect_uri");
    expect(faultOf("urn:ietf:wg:oauth:2.0:oob", native)?.[0]).toBe("invalid_redirect_uri");
  });

  test("RU-15: wildcards are refused", () => {
    for (const uri of ["https://*.example/cb", "https://app.example/*", "com.example.app:/*"]) {
      expect(faultOf(uri, mixed)).toEqual(["invalid_redirect_uri", "redirect_uris[0] has a wildcard"]);
    }
  });

  test("RU-17, 6749-3.1.2-fragment: what parsers read differently is refused for every kind of client", () => {
    for (const uri of [
      "",
      "/cb",
      "//app.example/cb",
      "app.example/cb",
      "https:app.example/cb",
      "https:/app.example/cb",
      "https:///cb",
      "https://",
      "https://?x",
      "https://app.example/cb#",
      "https://app.example/cb#f",
      "https://user@app.example/cb",
      "https://user:secret@app.example/cb",
      "https://@app.example/cb",
      "com.example.app://user@host/cb",
      "https://app.example/c\tb",
      "https://app.example/cb\n",
      " https://app.example/cb",
      "https://app.example/c b",
      "https://app.example\\cb",
      "https://äpp.example/cb",
      "https://app.example/cb%0d%0aSet-Cookie:x=y",
      "https://app.example%00.evil.example/cb",
      "https://app.example%2eevil.example/cb",
      "https://app.example/cb%zz",
      "https://app.example/cb%2",
      "https://app.example:0/cb",
      "https://app.example:99999/cb",
      "https://app.example:/cb",
      "https://127.1/cb",
      "https://0x7f000001/cb",
      "https://2130706433/cb",
      "https://[::1/cb",
      "https://[::g]/cb",
      "HTTPS://app.example/cb",
      "https://app.example/a/../b",
      "https://app.example/..",
      "https://app.example/a/%2e%2E/b",
      "https://app.example/a/.%2e",
      "https://app.example/a/..;x/b",
      "https://app.example/a%2f..%2fb",
      "https://app.example/a%5c..%5cb",
      "com.example.app:/../cb",
      `https://app.example/${"a".repeat(2029)}`,
    ]) {
      for (const policy of [web, native, mixed])
        expect([uri, faultOf(uri, policy)?.[0]]).toEqual([uri, "invalid_redirect_uri"]);
    }
  });

  test("8252-7-three: https URIs are accepted from every kind of client", () => {
    for (const uri of [
      "https://app.example/cb",
      "https://app.example",
      "https://App.example:8443/cb?a=b%20c&d",
      "https://app.example/a..b/...",
      "https://app.example/cb?next=../x",
      "https://192.168.1.5/cb",
      "https://[2001:DB8::1]:8443/cb",
      "https://my_box.local/cb",
      `https://app.example/${"a".repeat(2028)}`,
    ]) {
      for (const policy of [web, native, mixed]) expect(faultOf(uri, policy)).toBeUndefined();
    }
  });

  test("RG-16, mcp-real-redirects: a public client may mix kinds; one bad URI is named by its index alone", () => {
    const uris = [
      "https://vscode.dev/redirect",
      "http://127.0.0.1:33418",
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "https://claude.ai/api/mcp/auth_callback",
    ];
    expect(refusalOf(() => checkRedirectUris(uris, mixed))).toBeUndefined();
    expect(
      refusalOf(() => checkRedirectUris([...uris.slice(0, 2), "javascript:alert(1)", ...uris.slice(2)], mixed)),
    ).toEqual(["invalid_redirect_uri", "redirect_uris[2] has a scheme that is not allowed"]);
  });

  test("RG-02: 20 URIs of 2048 bytes are accepted, 21 are refused, and so is one twice", () => {
    const uris = (count: number) =>
      Array.from({ length: count }, (_, index) => `https://app.example/${index + 10}/${"a".repeat(2025)}`);
    expect(refusalOf(() => checkRedirectUris(uris(20), web))).toBeUndefined();
    expect(refusalOf(() => checkRedirectUris(uris(21), web))).toEqual([
      "invalid_redirect_uri",
      "redirect_uris has more than 20 entries",
    ]);
    expect(refusalOf(() => checkRedirectUris(["https://a.example/", "https://a.example/"], web))?.[1]).toBe(
      "redirect_uris[1] is a repetition",
    );
  });

  test("REG-post-logout: https, and http on the loopback interface for native clients; at most 10", () => {
    const codeFor = (uri: string, policy: RedirectUriPolicy) =>
      refusalOf(() => checkPostLogoutRedirectUris([uri], policy))?.[0];
    expect(codeFor("https://app.example/bye", web)).toBeUndefined();
    expect(codeFor("http://127.0.0.1/bye", native)).toBeUndefined();
    expect(codeFor("http://127.0.0.1/bye", web)).toBe("invalid_client_metadata");
    expect(codeFor("com.example.app:/bye", native)).toBe("invalid_client_metadata");
    expect(codeFor("https://app.example/bye#f", web)).toBe("invalid_client_metadata");
    const many = Array.from({ length: 11 }, (_, index) => `https://app.example/${index}`);
    expect(refusalOf(() => checkPostLogoutRedirectUris(many.slice(1), web))).toBeUndefined();
    expect(refusalOf(() => checkPostLogoutRedirectUris(many, web))?.[0]).toBe("invalid_client_metadata");
  });

  test("RU-17: an accepted web URI is one that a browser reads as https with the host that stands there", () => {
    const piece = fc.constantFrom(
      "https://",
      "app.example",
      "/",
      "cb",
      "..",
      "%2e",
      "@",
      ":",
      "8443",
      "?",
      "#",
      "\\",
      "*",
      " ",
      ".",
      "[::1]",
      "127.1",
      "é",
      "%00",
      "javascript:",
      "http://",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const uri = `https://${pieces.join("")}`;
        if (faultOf(uri, web) !== undefined) return;
        const parsed = new URL(uri);
        expect(parsed.protocol).toBe("https:");
        expect(uri.startsWith(`https://${parsed.hostname}`)).toBe(true);
        expect(parsed.username + parsed.password + parsed.hash).toBe("");
        expect(parsed.pathname.split("/")).not.toContain("..");
      }),
      { numRuns: 2000 },
    );
  });
});
