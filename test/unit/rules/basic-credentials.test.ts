import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseBasicCredentials } from "../../../src/rules/basic-credentials.ts";
import { encodeFormComponent } from "../../../src/rules/form-encoding.ts";
import { refusalOf } from "./refusal.ts";

const base64 = (pair: string) => Buffer.from(pair).toString("base64");
const parse = (pair: string) => parseBasicCredentials(`Basic ${base64(pair)}`);

test("6749-2.3.1-basic, CA-04: both halves are form-decoded after the split at the first colon", () => {
  expect(parse("a%3Ab:p%2Bq+r")).toEqual({ clientId: "a:b", clientSecret: "p+q r" });
  expect(parse("id:a:b")).toEqual({ clientId: "id", clientSecret: "a:b" });
  expect(parse("id:%C3%BC")).toEqual({ clientId: "id", clientSecret: "ü" });
  expect(parse("id:")).toEqual({ clientId: "id", clientSecret: "" });
});

test("CA-06: the scheme is case-insensitive and extra spaces are tolerated", () => {
  for (const header of ["basic ", "BASIC ", "Basic  "]) {
    expect(parseBasicCredentials(`${header}${base64("id:secret")} `)).toEqual({
      clientId: "id",
      clientSecret: "secret",
    });
  }
});

test("6749-2.3.1-basic-broken, CA-05, CA-07, CA-12: what is no Basic credential is none", () => {
  for (const pair of ["", "id", ":secret", "id:%zz", "%zz:secret", "id:%00", "id:a\n", "i%0Ad:a", "id:ü", "id:%ff"]) {
    expect([pair, parse(pair)]).toEqual([pair, undefined]);
  }
  for (const header of [
    "",
    "Basic",
    "Basic ",
    "Bearer x",
    "Basicaa",
    `Basic\t${base64("id:s")}`,
    "Basic aWQ6cw",
    "Basic aWQ6cx==",
    "Basic aWQ6*cw=",
    "Basic a",
    `Basic ${base64("id:s")} x`,
    "Basic aWQ6_-==",
  ]) {
    expect([header, parseBasicCredentials(header)]).toEqual([header, undefined]);
  }
});

test("6749-2.3.1-basic-two: two headers, or a list in one, is invalid_request", () => {
  for (const header of [`Basic ${base64("a:b")}, Basic ${base64("a:b")}`, "Bearer x,Basic y", "Basic a,"]) {
    expect(refusalOf(() => parseBasicCredentials(header))?.[0]).toBe("invalid_request");
  }
});

test("6749-2.3.1-basic: what a client encodes is read back; our own ids and secrets need no encoding", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !/\p{Cc}/u.test(value));
  fc.assert(
    fc.property(text, text, (clientId, clientSecret) => {
      expect(parse(`${encodeFormComponent(clientId)}:${encodeFormComponent(clientSecret)}`)).toEqual({
        clientId,
        clientSecret,
      });
    }),
  );
  const own = fc.stringMatching(/^[A-Za-z0-9._~-]{1,60}$/);
  fc.assert(
    fc.property(own, own, (clientId, clientSecret) =>
      expect(parse(`${clientId}:${clientSecret}`)).toEqual({ clientId, clientSecret }),
    ),
  );
});

test("6749-2.3.1-basic-broken: no header makes it throw anything but a refusal", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => void refusalOf(() => [parseBasicCredentials(text), parse(text)]),
    ),
  );
});
