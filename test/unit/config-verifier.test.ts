import { describe, expect, test } from "bun:test";
import { seconds } from "../../src/time.ts";
import { faultyNames, load, refusal } from "./config-refusal.ts";

const addressIn = (text: string, more = {}) => load({ POSTERN_CREDENTIAL_VERIFIER: text, ...more }).verifier?.address;
const refused = (text: string, more = {}) => refusal({ POSTERN_CREDENTIAL_VERIFIER: text, ...more }).message;

describe("POSTERN_CREDENTIAL_VERIFIER", () => {
  test("a socket, a program and an address of this machine are read", () => {
    expect(addressIn("unix:/run/nas/verify.sock")).toEqual({ kind: "unix", path: "/run/nas/verify.sock" });
    expect(addressIn("exec:/usr/libexec/nas check")).toEqual({ kind: "exec", path: "/usr/libexec/nas check" });
    for (const url of ["http://127.0.0.1:9000/verify", "https://localhost/", "http://[::1]:9000/"])
      expect(addressIn(url)).toEqual({ kind: "http", url });
  });

  test("by default there is none, it may take five seconds, and it is asked at sign-in alone", () => {
    expect(load().verifier).toBeUndefined();
    expect(load({ POSTERN_CREDENTIAL_VERIFIER: "unix:/a" }).verifier).toMatchObject({
      timeout: seconds(5),
      recheck: 0,
    });
  });

  test("what is none of them is refused, and a name and password in a URL are not shown", () => {
    for (const text of [
      "/run/verify.sock",
      "unix:verify.sock",
      "exec:check",
      "exec:/usr/bin/",
      "ftp://localhost/",
      "http:/x",
    ])
      expect(refused(text)).toContain("POSTERN_CREDENTIAL_VERIFIER");
    for (const text of [
      "http://user:planted@localhost/",
      "http://localhost/?key=planted",
      "http://localhost/#planted",
    ]) {
      expect(refused(text)).toContain("more than a host and a path");
      expect(refused(text)).not.toContain("planted");
    }
  });

  test("another machine is one that POSTERN_OUTBOUND_ALLOW names: a network there is not enough", () => {
    const url = "https://nas.lan/verify";
    expect(refused(url)).toContain("passwords would be sent there");
    expect(refused("http://127.0.0.1.evil.example/")).toContain("passwords would be sent there");
    expect(refused("http://10.0.0.5/", { POSTERN_OUTBOUND_ALLOW: "10.0.0.0/8" })).toContain("passwords would be sent");
    expect(addressIn(url, { POSTERN_OUTBOUND_ALLOW: "nas.lan" })).toEqual({ kind: "http", url });
    expect(addressIn("http://10.0.0.5/", { POSTERN_OUTBOUND_ALLOW: "10.0.0.5" })).toBeDefined();
  });

  test("http to another machine is warned of, and https is not", () => {
    const warnings = (url: string) =>
      load({ POSTERN_CREDENTIAL_VERIFIER: url, POSTERN_OUTBOUND_ALLOW: "nas.lan" }).warnings.filter((warning) =>
        warning.includes("POSTERN_CREDENTIAL_VERIFIER"),
      );
    expect(warnings("http://nas.lan/verify")).toHaveLength(1);
    expect(warnings("https://nas.lan/verify")).toEqual([]);
    expect(warnings("http://localhost/verify")).toEqual([]);
  });

  test("an answer is waited for one to eight seconds", () => {
    for (const timeout of ["0", "9s"])
      expect(faultyNames({ POSTERN_CREDENTIAL_VERIFIER_TIMEOUT: timeout })).toEqual([
        "POSTERN_CREDENTIAL_VERIFIER_TIMEOUT",
      ]);
  });
});
