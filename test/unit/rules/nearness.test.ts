import { expect, test } from "bun:test";
import { nearness } from "../../../src/rules/nearness.ts";

test.each([
  ["8.8.8.8", "8.8.8.8", "same"],
  ["8.8.8.8", "8.8.8.9", "other"],
  ["192.168.1.20", "192.168.1.30", "same"],
  ["192.168.1.20", "192.168.2.20", "other"],
  ["10.0.0.5", "192.168.1.5", "other"],
  ["192.168.1.20", "8.8.8.8", "other"],
  ["2001:470:1:2::1", "2001:470:1:2:aaaa::9", "same"],
  ["2001:470:1:2::1", "2001:470:1:3::1", "other"],
  ["fd00:1:2:3::1", "fd00:1:2:3::2", "same"],
  ["fd00:1:2:3::1", "2001:470:1:2::1", "other"],
  ["127.0.0.1", "127.0.0.1", "same"],
  ["127.0.0.1", "::1", "same"],
  ["unix", "127.0.0.1", "same"],
  ["127.0.0.1", "192.168.1.20", "same"],
  ["::1", "192.168.1.20", "same"],
  ["127.0.0.1", "8.8.8.8", "other"],
  ["unix", "2001:470:1:2::1", "other"],
  ["8.8.8.8", "2001:470:1:2::1", "unknown"],
  ["192.168.1.20", "fd00:1:2:3::1", "unknown"],
  ["unknown", "8.8.8.8", "unknown"],
  ["unknown", "127.0.0.1", "unknown"],
  ["", "unix", "unknown"],
  ["", "", "unknown"],
  ["unknown", "unknown", "unknown"],
] as const)("%s and %s: %s, either way round", (one, other, expected) => {
  expect([nearness(one, other), nearness(other, one)]).toEqual([expected, expected]);
});
