import { describe, expect, test } from "bun:test";
import { faultyNames, load, refusal } from "./config-refusal.ts";

const tcp = (host: string, port: number) => ({ kind: "tcp" as const, host, port });
const unix = (path: string, mode = 0o660) => ({ kind: "unix" as const, path, mode });

describe("POSTERN_LISTEN", () => {
  test("host:port, a bracketed IPv6 address and a unix socket are read", () => {
    expect(load({ POSTERN_LISTEN: "0.0.0.0:443" }).listen).toEqual([tcp("0.0.0.0", 443)]);
    expect(load({ POSTERN_LISTEN: "[::]:8080" }).listen).toEqual([tcp("::", 8080)]);
    expect(load({ POSTERN_LISTEN: "[FD00::1]:65535" }).listen).toEqual([tcp("fd00::1", 65535)]);
    expect(load({ POSTERN_LISTEN: "NAS.lan:0" }).listen).toEqual([tcp("nas.lan", 0)]);
    expect(load({ POSTERN_LISTEN: "unix:/run/postern.sock" }).listen).toEqual([unix("/run/postern.sock")]);
  });

  test("several are separated by commas; one that is there twice counts once", () => {
    const { listen } = load({ POSTERN_LISTEN: "127.0.0.1:8080, [::1]:8080,unix:/run/Postern.sock,127.0.0.1:8080," });
    expect(listen).toEqual([tcp("127.0.0.1", 8080), tcp("::1", 8080), unix("/run/Postern.sock")]);
    expect(refusal({ POSTERN_LISTEN: "127.0.0.1:8080,8081" }).message).toContain('"8081"');
    expect(refusal({ POSTERN_LISTEN: "," }).message).toContain("not an address to listen on");
  });

  test("a socket is for its owner and group, or as its mode says", () => {
    expect(load({ POSTERN_LISTEN: "unix:/run/p.sock?mode=0600" }).listen).toEqual([unix("/run/p.sock", 0o600)]);
    expect(load({ POSTERN_LISTEN: "unix:/run/p.sock?mode=666" }).listen).toEqual([unix("/run/p.sock", 0o666)]);
    for (const query of ["?", "?mode=", "?mode=0680", "?mode=rw", "?mode=04755", "?mode=0660?", "?group=www"]) {
      expect(refusal({ POSTERN_LISTEN: `unix:/run/p.sock${query}` }).message).toContain("?mode=0660");
    }
  });

  test("what is none of them is refused", () => {
    for (const listen of ["8080", ":8080", "*:8080", "::1:8080", "[::1]", "127.0.0.1", "127.0.0.1:", "1.2.3.256:80"]) {
      expect(refusal({ POSTERN_LISTEN: listen }).message).toContain("not an address to listen on");
    }
    for (const listen of [
      "http://a:80",
      "[nas]:80",
      "a b:80",
      "nas:-1",
      "nas:8e1",
      "01.2.3.4:80",
      "[fe80::1%eth0]:80",
    ]) {
      expect(refusal({ POSTERN_LISTEN: listen }).message).toContain("not an address to listen on");
    }
    expect(refusal({ POSTERN_LISTEN: "127.0.0.1:65536" }).message).toContain("port above 65535");
  });

  test("a socket path is absolute and short enough for the system", () => {
    expect(refusal({ POSTERN_LISTEN: "unix:run/postern.sock" }).message).toContain("absolute path");
    expect(refusal({ POSTERN_LISTEN: "unix:" }).message).toContain("absolute path");
    expect(refusal({ POSTERN_LISTEN: "unix:/run/" }).message).toContain("absolute path");
    expect(load({ POSTERN_LISTEN: `unix:/${"a".repeat(106)}` }).listen).toHaveLength(1);
    expect(refusal({ POSTERN_LISTEN: `unix:/${"a".repeat(107)}` }).message).toContain("107 bytes");
  });
});

describe("lists of addresses", () => {
  test("G-23-proxy: CIDRs of both families and unix are trusted as proxies", () => {
    const list = "10.0.0.0/8, FD00::/8 ,unix,, 192.168.1.0/24,unix";
    expect(load({ POSTERN_TRUSTED_PROXIES: list }).trustedProxies).toEqual([
      "10.0.0.0/8",
      "fd00::/8",
      "unix",
      "192.168.1.0/24",
    ]);
  });

  test("G-23-proxy: a bare address is the CIDR of that one address", () => {
    expect(load({ POSTERN_TRUSTED_PROXIES: "10.0.0.1,::1" }).trustedProxies).toEqual(["10.0.0.1/32", "::1/128"]);
  });

  test("G-23-proxy: what is not a CIDR is refused", () => {
    for (const entry of [
      "nas.lan",
      "10.0.0.0/33",
      "::/129",
      "10.0.0/8",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "/8",
      "10.0.0.0/08",
    ]) {
      expect(refusal({ POSTERN_TRUSTED_PROXIES: `127.0.0.1,${entry}` }).message).toContain(
        `names "${entry}", not a CIDR`,
      );
    }
    for (const entry of ["1:2", "::g/8", "10.0.0.0/-1", "10.0.0.0/1e1", "010.0.0.0/8", "[::1]/128", "fe80::1%eth0"]) {
      expect(faultyNames({ POSTERN_TRUSTED_PROXIES: entry })).toEqual(["POSTERN_TRUSTED_PROXIES"]);
    }
  });

  test("G-23-proxy: trusting every address is warned of", () => {
    expect(load({ POSTERN_TRUSTED_PROXIES: "0.0.0.0/0" }).warnings[0]).toContain("trusts every address");
    expect(load({ POSTERN_TRUSTED_PROXIES: "10.0.0.0/8" }).warnings).toEqual([]);
  });

  test("hosts and CIDRs are allowed for outbound calls", () => {
    const list = "NAS.lan,my_host,192.168.1.0/24,10.0.0.5,fd00::1";
    const expected = ["nas.lan", "my_host", "192.168.1.0/24", "10.0.0.5/32", "fd00::1/128"];
    expect(load({ POSTERN_OUTBOUND_ALLOW: list }).outboundAllow).toEqual(expected);
  });

  test("URLs, ports, wildcards and wrong addresses are refused for outbound calls", () => {
    for (const entry of ["https://nas.lan", "nas.lan:80", "*.lan", "10.0.0.300", "nas..lan", "-nas", "nas/24", "*"]) {
      expect(refusal({ POSTERN_OUTBOUND_ALLOW: entry }).message).toContain("neither a host nor a CIDR");
    }
  });
});
