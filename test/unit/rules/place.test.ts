import { expect, test } from "bun:test";
import { type Place, placeOf } from "../../../src/rules/place.ts";

const known: readonly (readonly [Place, readonly (string | undefined)[]])[] = [
  ["this-box", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "unix"]],
  ["home-network", ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.178.20", "169.254.1.1"]],
  ["home-network", ["fd12::1", "fe80::1", "fe80::1%eth0", "::ffff:10.0.0.1"]],
  ["elsewhere", ["172.32.0.1", "100.64.0.1", "203.0.113.9", "2001:db8::1", "8.8.8.8", "no address"]],
  ["unknown", [undefined, "unknown"]],
];

for (const [place, addresses] of known) {
  test(`${place}: ${addresses.join(", ")}`, () => {
    expect(addresses.map(placeOf)).toEqual(addresses.map(() => place));
  });
}
