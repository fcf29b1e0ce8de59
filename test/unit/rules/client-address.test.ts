import { describe, expect, test } from "bun:test";
import { isIP } from "node:net";
import fc from "fast-check";
import {
  addressMatcher,
  isLoopback,
  isNetwork,
  isPrivateAddress,
  matchesCidr,
  normaliseAddress,
  resolveClientAddress,
} from "../../../src/rules/client-address.ts";

describe("addresses", () => {
  test("G-23: an address has one form", () => {
    expect(normaliseAddress("192.0.2.1")).toBe("192.0.2.1");
    expect(normaliseAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(normaliseAddress("::FFFF:C000:0201")).toBe("192.0.2.1");
    expect(normaliseAddress("2001:DB8:0:0:1:0:0:1")).toBe("2001:db8::1:0:0:1");
    expect(normaliseAddress("0:0:0:0:0:0:0:0")).toBe("::");
    expect(normaliseAddress("1:0:2:3:4:5:6:7")).toBe("1:0:2:3:4:5:6:7");
    expect(normaliseAddress("fe80::1%eth0")).toBe("fe80::1");
    expect(normaliseAddress("1::")).toBe("1::");
  });

  test("8252-7.3-literal, SS-02: other spellings are no addresses", () => {
    for (const text of [
      "",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.0.0.1.",
      "256.0.0.1",
      "1.2.3",
      "1.2.3.4.5",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "::g",
      "1.2.3.4::",
      "::1.2.3",
      "unix",
      "localhost",
      "::1 ",
      "1:2:3:4:5:6:7:8::",
    ]) {
      expect([text, normaliseAddress(text)]).toEqual([text, undefined]);
    }
  });

  test("G-23: every address that the platform knows is read, and nothing else", () => {
    const piece = fc.constantFrom("0", "1", "ff", "fe80", "255", "256", ":", "::", ".", "12345", "1.2.3.4");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.array(piece, { maxLength: 15 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const normal = normaliseAddress(text);
          expect([text, normal !== undefined]).toEqual([text, isIP(text) !== 0]);
          if (normal === undefined) return;
          expect(isIP(normal)).not.toBe(0);
          expect(normaliseAddress(normal)).toBe(normal);
          // Bun 1.4.5 takes "::0:0:0:0:0.0.0.0" for no address, Node and RFC 4291 §2.2 for one.
          if (isIP(normal) === 6 && URL.canParse(`http://[${text}]/`))
            expect(new URL(`http://[${text}]/`).hostname).toBe(`[${normal}]`);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("G-23: networks contain what they should", () => {
    expect(matchesCidr("10.1.2.3", ["192.168.0.0/16", "10.0.0.0/8"])).toBe(true);
    expect(matchesCidr("::ffff:10.1.2.3", ["10.0.0.0/8"])).toBe(true);
    expect(matchesCidr("10.1.2.3", ["::ffff:10.0.0.0/104"])).toBe(true);
    expect(matchesCidr("11.1.2.3", ["10.0.0.0/8"])).toBe(false);
    expect(matchesCidr("192.168.1.127", ["192.168.1.0/25"])).toBe(true);
    expect(matchesCidr("192.168.1.128", ["192.168.1.0/25"])).toBe(false);
    expect(matchesCidr("203.0.113.9", ["203.0.113.9"])).toBe(true);
    expect(matchesCidr("203.0.113.8", ["203.0.113.9"])).toBe(false);
    expect(matchesCidr("1.2.3.4", ["0.0.0.0/0"])).toBe(true);
    expect(matchesCidr("2001:db8::1", ["0.0.0.0/0"])).toBe(false);
    expect(matchesCidr("fd12:3456::1", ["fd00::/8"])).toBe(true);
    expect(matchesCidr("unix", ["unix"])).toBe(true);
    expect(matchesCidr("unix", ["0.0.0.0/0", "::/0"])).toBe(false);
    expect(matchesCidr("nonsense", ["0.0.0.0/0", "::/0", "unix"])).toBe(false);
    expect(matchesCidr("1.2.3.4", [])).toBe(false);
  });

  test("G-23: what is no network is a fault", () => {
    for (const text of [
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/",
      "10/8",
      "localhost",
      "10.0.0.0/8/8",
      "",
      "::ffff:10.0.0.0/95",
    ]) {
      expect(isNetwork(text)).toBe(false);
      expect(() => addressMatcher([text])).toThrow(RangeError);
    }
    expect(isNetwork("10.0.0.0/8")).toBe(true);
  });

  test("SS-02, SS-03: loopback, private, carrier, test, multicast and embedded private addresses are private", () => {
    for (const address of [
      "127.0.0.1",
      "127.255.255.255",
      "::1",
      "::ffff:127.0.0.1",
      "0.0.0.0",
      "::",
      "::127.0.0.1",
      "169.254.169.254",
      "10.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.0.1",
      "100.64.0.1",
      "100.127.255.255",
      "fc00::1",
      "fdff::1",
      "fe80::1",
      "fe80::1%eth0",
      "febf::1",
      "fec0::1",
      "64:ff9b::10.0.0.1",
      "64:ff9b::7f00:1",
      "64:ff9b:1::808:808",
      "2002:7f00:1::",
      "2002:c0a8:101::1",
      "198.18.0.1",
      "198.19.255.255",
      "224.0.0.1",
      "255.255.255.255",
      "240.0.0.1",
      "ff02::1",
      "2001::1",
      "2001:db8::1",
      "192.0.0.1",
      "192.0.2.1",
      "198.51.100.1",
      "203.0.113.1",
      "100::1",
      "localhost",
      "127.1",
      "",
    ]) {
      expect([address, isPrivateAddress(address)]).toEqual([address, true]);
    }
  });

  test("SS-03: public addresses are not, and neither are public ones inside others", () => {
    for (const address of [
      "1.1.1.1",
      "8.8.8.8",
      "172.15.255.255",
      "172.32.0.1",
      "100.63.255.255",
      "100.128.0.1",
      "198.17.0.1",
      "198.20.0.1",
      "223.255.255.255",
      "2606:4700::1111",
      "2001:4860:4860::8888",
      "64:ff9b::8.8.8.8",
      "2002:808:808::1",
      "::ffff:8.8.8.8",
    ]) {
      expect([address, isPrivateAddress(address)]).toEqual([address, false]);
    }
  });

  test("G-23: loopback is 127/8 and ::1", () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) expect(isLoopback(address)).toBe(true);
    for (const address of ["128.0.0.1", "::2", "unix", "localhost", "0.0.0.0"]) expect(isLoopback(address)).toBe(false);
  });
});

describe("forwarded headers", () => {
  const isTrusted = addressMatcher(["10.0.0.0/8", "::1", "unix"]);
  const resolve = (hops: Omit<Parameters<typeof resolveClientAddress>[0], "peer">, peer = "10.0.0.1") =>
    resolveClientAddress({ peer, ...hops }, isTrusted);

  test("G-23, HT-15: from an untrusted peer the headers mean nothing", () => {
    const hops = { forwardedFor: "1.2.3.4", forwardedProto: "https", forwarded: "for=1.2.3.4;proto=https" };
    expect(resolve(hops, "203.0.113.5")).toEqual({ address: "203.0.113.5", protocol: undefined });
    expect(resolveClientAddress({ peer: "127.0.0.1", ...hops }, addressMatcher([]))).toEqual({
      address: "127.0.0.1",
      protocol: undefined,
    });
    expect(resolve(hops, "::ffff:203.0.113.5").address).toBe("203.0.113.5");
  });

  test("9700-4.13-proxy: from a trusted peer the client is the last address that is no proxy of ours", () => {
    expect(resolve({ forwardedFor: "203.0.113.5" }).address).toBe("203.0.113.5");
    expect(resolve({ forwardedFor: "1.2.3.4, 203.0.113.5" }).address).toBe("203.0.113.5");
    expect(resolve({ forwardedFor: "1.2.3.4, 203.0.113.5, 10.9.9.9, 10.8.8.8" }).address).toBe("203.0.113.5");
    expect(resolve({ forwardedFor: "10.1.1.1,10.2.2.2" }).address).toBe("10.1.1.1");
    expect(resolve({ forwardedFor: "[2001:DB8::1]:4711" }).address).toBe("2001:db8::1");
    expect(resolve({ forwardedFor: "203.0.113.5:4711" }, "unix").address).toBe("203.0.113.5");
    expect(resolve({}).address).toBe("10.0.0.1");
    expect(resolve({}, "unix").address).toBe("unix");
  });

  test("9700-4.13-proxy: what is no address ends the walk at the last proxy", () => {
    for (const entry of ["unknown", "", "_hidden", "1.2.3.4.5", "<script>", "127.1"]) {
      expect(resolve({ forwardedFor: `1.2.3.4, ${entry}` }).address).toBe("10.0.0.1");
      expect(resolve({ forwardedFor: `1.2.3.4, ${entry}, 10.5.5.5` }).address).toBe("10.5.5.5");
    }
  });

  test("9700-4.13-proxy: the protocol is what the client spoke to the outermost proxy", () => {
    expect(resolve({ forwardedFor: "203.0.113.5", forwardedProto: "HTTPS" }).protocol).toBe("https");
    expect(resolve({ forwardedProto: "http" }).protocol).toBe("http");
    expect(resolve({ forwardedFor: "203.0.113.5", forwardedProto: "https, http" }).protocol).toBe("http");
    expect(resolve({ forwardedFor: "203.0.113.5, 10.5.5.5", forwardedProto: "https, http" }).protocol).toBe("https");
    expect(resolve({ forwardedFor: "203.0.113.5, 10.5.5.5", forwardedProto: "https" }).protocol).toBe("https");
    expect(resolve({ forwardedFor: "203.0.113.5", forwardedProto: "javascript" }).protocol).toBeUndefined();
  });

  test("9700-4.13-proxy: Forwarded is read with its quotes and ports (RFC 7239 §4)", () => {
    expect(resolve({ forwarded: 'for="[2001:db8:cafe::17]:4711";proto=https;by=203.0.113.43' })).toEqual({
      address: "2001:db8:cafe::17",
      protocol: "https",
    });
    expect(resolve({ forwarded: "for=1.2.3.4, For=203.0.113.5; Proto=HTTP, for=10.5.5.5;proto=https" })).toEqual({
      address: "203.0.113.5",
      protocol: "http",
    });
    expect(resolve({ forwarded: 'for="a,for=1.2.3.4"' }).address).toBe("10.0.0.1");
    expect(resolve({ forwarded: "for=_secret" }).address).toBe("10.0.0.1");
    expect(resolve({ forwarded: "proto=https" })).toEqual({ address: "10.0.0.1", protocol: "https" });
  });

  test("HT-15: a Forwarded that the client made up does not count beside the proxy's X-Forwarded-For", () => {
    expect(resolve({ forwarded: "for=1.2.3.4", forwardedFor: "203.0.113.5" }).address).toBe("203.0.113.5");
  });

  test("HT-15: whatever a client puts before it, the address is the one its proxy saw", () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(resolve({ forwardedFor: `${forged}, 203.0.113.5`, forwardedProto: `${forged}, https` })).toEqual({
          address: "203.0.113.5",
          protocol: "https",
        });
        resolve({ forwarded: forged, forwardedFor: "" });
      }),
    );
  });
});
