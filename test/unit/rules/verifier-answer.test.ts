import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MalformedAnswer, readVerifierAnswer } from "../../../src/rules/verifier-answer.ts";

const allowed = { version: 1, allowed: true, subject: "1000" };
const read = (answer: unknown) => readVerifierAnswer(JSON.stringify(answer));

function faultOf(text: string): string {
  try {
    readVerifierAnswer(text);
  } catch (error) {
    if (error instanceof MalformedAnswer) return error.message;
    throw error;
  }
  return "read";
}

describe("an answer that lets somebody in", () => {
  test("may hold the subject alone: all else the person does not have", () => {
    expect(read(allowed)).toEqual({
      kind: "allowed",
      person: {
        subject: "1000",
        username: undefined,
        displayName: undefined,
        email: undefined,
        emailVerified: false,
        groups: [],
        role: "user",
      },
    });
  });

  test("null and an empty text say that there is none; what is not known is passed over", () => {
    const answer = { ...allowed, display_name: "", email: null, groups: null, role: null, uid: 1000 };
    expect(read(answer)).toEqual(read(allowed));
  });

  test("says the name in Postern's form, and an address is verified only if there is one", () => {
    expect(read({ ...allowed, username: "ＡＮＮ", email: " ann@example.net ", email_verified: true })).toMatchObject({
      person: { username: "ann", email: "ann@example.net", emailVerified: true },
    });
    expect(read({ ...allowed, email_verified: true })).toMatchObject({ person: { emailVerified: false } });
  });

  test("one member that is wrong spoils it, and the fault names the member and no value", () => {
    for (const [member, values] of Object.entries({
      version: [0, 2, "1", null],
      allowed: ["true", 1, null],
      subject: [undefined, "", 1000, "with space", "ä", "x".repeat(256), "a\u0000"],
      username: ["two words", "x".repeat(65), "a\u202eb", 7],
      display_name: ["a\u202eb", "x".repeat(101), "line\nbreak", ["Ann"]],
      email: ["no address", "a@b\r\nBcc: c@d", {}],
      email_verified: ["yes", 1],
      groups: ["family", [1], ["with space"], [""], Array.from({ length: 51 }, (_, index) => `g${index}`)],
      role: ["root", "Admin", true],
    })) {
      for (const value of values) {
        const text = JSON.stringify({ ...allowed, [member]: value });
        expect([text, faultOf(text)]).toEqual([text, member]);
      }
    }
  });
});

describe("an answer that lets nobody in", () => {
  test("may say why, in one of the words that there are", () => {
    expect(read({ version: 1, allowed: false })).toEqual({ kind: "refused", reason: "credentials" });
    expect(read({ version: 1, allowed: false, reason: "disabled" })).toEqual({ kind: "refused", reason: "disabled" });
    expect(faultOf('{"version":1,"allowed":false,"reason":"wrong password: hunter2"}')).toBe("reason");
  });
});

test("what is no JSON, or read in two ways, is no answer", () => {
  for (const text of [
    "",
    "OK",
    "[]",
    "null",
    '{"version":1,"allowed":true,"allowed":false}',
    '{"version":1',
    "\ufeff{}",
  ])
    expect(faultOf(text)).not.toBe("read");
});

test("nothing but a malformed answer is ever thrown, and nothing of what was said is repeated", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(faultOf(text).length).toBeLessThan(80);
    }),
  );
});
