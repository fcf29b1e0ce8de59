import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ConfigError } from "../../src/config/fault.ts";
import { issuerFault, load } from "./config-refusal.ts";

describe("POSTERN_ISSUER", () => {
  test("G-24-https: an https issuer with or without port and path is taken as it is", () => {
    for (const issuer of ["https://sso.example.net", "https://nas.example:8443/sso", "https://[fd00::1]/a/b-c_d~e.f"]) {
      expect(load({ POSTERN_ISSUER: issuer })).toMatchObject({ issuer, issuerWasSet: true, warnings: [] });
    }
  });

  test("G-24-https: http is accepted for a loopback issuer, without a warning", () => {
    for (const host of ["localhost", "sso.localhost:9000", "127.0.0.1:8080", "[::1]:8080"]) {
      expect(load({ POSTERN_ISSUER: `http://${host}` }).warnings).toEqual([]);
    }
  });

  test("G-24-https: http on another host stops the start", () => {
    for (const host of ["nas.lan", "192.168.1.5:8080", "localhost.example", "notlocalhost", "[fd00::1]", "128.0.0.1"]) {
      expect(issuerFault(`http://${host}`)).toContain("http on a host that is not loopback");
    }
  });

  test("G-24-https: POSTERN_ALLOW_HTTP=true accepts http on another host and warns at each start", () => {
    const config = load({ POSTERN_ISSUER: "http://nas.lan:8080", POSTERN_ALLOW_HTTP: "true" });
    expect(config.issuer).toBe("http://nas.lan:8080");
    expect(config.warnings).toHaveLength(1);
    expect(config.warnings[0]).toContain("unencrypted");
  });

  test("G-24-https: a query, even an empty one, is refused", () => {
    expect(issuerFault("https://sso.example.net?a=b")).toContain("with a query");
    expect(issuerFault("https://sso.example.net?")).toContain("with a query");
  });

  test("G-24-https: a fragment, even an empty one, is refused", () => {
    expect(issuerFault("https://sso.example.net#a")).toContain("with a fragment");
    expect(issuerFault("https://sso.example.net#")).toContain("with a fragment");
  });

  test("G-24-https: userinfo is refused, and not shown", () => {
    for (const issuer of ["https://ann:hunter2@sso.example.net", "https://hunter2@sso.example.net", "hunter2@:"]) {
      expect(issuerFault(issuer)).toContain("no user name or password");
      expect(issuerFault(issuer)).not.toContain("hunter2");
    }
  });

  test("G-24-https: what is not an absolute http or https URL is refused", () => {
    for (const issuer of [
      "sso.example.net",
      "/sso",
      "//sso.example.net",
      "ftp://sso.example.net",
      "https://",
      "https:// a",
    ]) {
      expect(issuerFault(issuer)).toContain("not an absolute http or https URL");
    }
    expect(issuerFault("sso.example.net:8443")).toContain("not an absolute http or https URL");
  });

  test("8414-3.3-issuer: an issuer that ends in a slash is refused, with the right spelling", () => {
    expect(issuerFault("https://sso.example.net/")).toContain('write "https://sso.example.net".');
    expect(issuerFault("https://SSO.example.net/a//")).toContain('write "https://sso.example.net/a".');
  });

  test.each([
    ["an upper-case host", "https://SSO.example.net", "https://sso.example.net"],
    ["an upper-case scheme", "HTTPS://sso.example.net", "https://sso.example.net"],
    ["the scheme's own port", "https://sso.example.net:443/a", "https://sso.example.net/a"],
    ["dot segments", "https://sso.example.net/a/../b", "https://sso.example.net/b"],
    ["encoded dot segments", "https://sso.example.net/a/%2e%2e/b", "https://sso.example.net/b"],
    ["a dot segment at the end", "https://sso.example.net/a/.", "https://sso.example.net/a"],
    ["a host outside ASCII", "https://b\u00fccher.example", "https://xn--bcher-kva.example"],
    ["backslashes", "https:\\\\sso.example.net\\a", "https://sso.example.net/a"],
    ["a short IPv4 address", "https://127.1", "https://127.0.0.1"],
    ["a long IPv6 address", "https://[0:0::1]", "https://[::1]"],
    ["too few slashes", "https:/sso.example.net", "https://sso.example.net"],
  ])("8414-3.3-issuer: %s is not in normal form, and the fault gives it", (_, issuer, normal) => {
    expect(issuerFault(issuer)).toEndWith(`, not in normal form; write "${normal}".`);
    expect(load({ POSTERN_ISSUER: normal }).issuer).toBe(normal);
  });

  test("8414-3.3-issuer: a path that cookies and routes would read differently is refused", () => {
    for (const path of ["/a;b", "/a%20b", "/a//b", "/a,b", "/a=b", "//a", "/caf%C3%A9", "/a*", "/:id"]) {
      expect(issuerFault(`https://sso.example.net${path}`)).toContain("a path that Postern cannot serve");
    }
  });

  test("8414-3.3-issuer: a host that ends in a dot is refused", () => {
    expect(issuerFault("https://sso.example.net.")).toContain("ends in a dot");
  });

  test("8414-3.3-issuer: whatever is accepted is what every URL parser gives back, and never ends in a slash", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        try {
          const { issuer } = load({ POSTERN_ISSUER: text, POSTERN_ALLOW_HTTP: "true" });
          const url = new URL(issuer);
          expect(issuer).toBe(text);
          expect(issuer).toBe(url.origin + (url.pathname === "/" ? "" : url.pathname));
          expect(issuer).not.toEndWith("/");
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
        }
      }),
    );
  });

  test("unset, it follows the port of the listener, and the scheme where Postern serves TLS", () => {
    const tls = { POSTERN_TLS_CERT_FILE: "/c.pem", POSTERN_TLS_KEY_FILE: "/k.pem" };
    expect(load({ POSTERN_LISTEN: "127.0.0.1:9000" }).issuer).toBe("http://localhost:9000");
    expect(load({ POSTERN_LISTEN: "[::1]:80" }).issuer).toBe("http://localhost");
    expect(load({ POSTERN_LISTEN: "127.0.0.1:443", ...tls }).issuer).toBe("https://localhost");
    expect(load({ POSTERN_LISTEN: "127.0.0.1:0" }).issuer).toBe("http://localhost:8080");
    expect(load({ POSTERN_LISTEN: "unix:/run/p.sock,127.0.0.1:0,[::]:81" }).issuer).toBe("http://localhost:81");
    expect(load({ POSTERN_LISTEN: "unix:/run/postern.sock" }).issuer).toBe("http://localhost:8080");
  });

  test("unset with a listener that is not loopback, the warning has the two lines to set", () => {
    for (const listen of ["0.0.0.0:8080", "[::]:8080", "192.168.1.5:8080", "nas.lan:8080"]) {
      const [warning = "", ...others] = load({ POSTERN_LISTEN: listen }).warnings;
      expect(others).toEqual([]);
      expect(warning).toContain(`POSTERN_ISSUER is not set, and Postern listens on ${listen}`);
      expect(warning.split("\n").filter((line) => line.startsWith("  POSTERN_"))).toEqual([
        "  POSTERN_ISSUER=https://sso.example.net",
        "  POSTERN_TRUSTED_PROXIES=192.0.2.10/32",
      ]);
    }
    expect(load({ POSTERN_LISTEN: "unix:/run/p.sock" }).warnings[0]).toContain("  POSTERN_TRUSTED_PROXIES=unix");
    expect(load({ POSTERN_LISTEN: "127.0.0.1:80,0.0.0.0:8080" }).warnings[0]).toContain("listens on 0.0.0.0:8080");
    expect(load({ POSTERN_LISTEN: "127.0.0.1:0" }).warnings[0]).toContain("POSTERN_ISSUER is not set");
  });

  test("unset with a listener that is not loopback, a line that is already set is not asked for", () => {
    const [warning] = load({ POSTERN_LISTEN: "0.0.0.0:8080", POSTERN_TRUSTED_PROXIES: "10.0.0.1" }).warnings;
    expect(warning).toContain("  POSTERN_ISSUER=");
    expect(warning).not.toContain("  POSTERN_TRUSTED_PROXIES=");
  });

  test("a loopback listener, or an issuer that is set, needs no advice", () => {
    for (const listen of ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "a.localhost:1", "[::1]:1", "[0::1]:1"]) {
      expect(load({ POSTERN_LISTEN: listen }).warnings).toEqual([]);
      expect(load({ POSTERN_LISTEN: `${listen},unix:/run/p.sock` }).warnings).toEqual([]);
    }
    expect(load({ POSTERN_LISTEN: "[::]:1", POSTERN_ISSUER: "https://sso.example.net" }).warnings).toEqual([]);
  });
});
