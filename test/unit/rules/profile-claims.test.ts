import { describe, expect, test } from "bun:test";
import { type OwnClaim, readOwnClaim } from "../../../src/rules/profile-claims.ts";

const claims: readonly (readonly [OwnClaim, accepted: Readonly<Record<string, string>>, refused: readonly string[]])[] =
  [
    ["given_name", { " Ada ": "Ada", José: "José" }, ["", "A\u0000da", "\u202eada", "x".repeat(101)]],
    ["family_name", { "O’Neill": "O’Neill" }, ["   "]],
    ["nickname", { "😀": "😀" }, ["\u200b"]],
    [
      "website",
      {
        "https://ada.example/~a?b=c#d": "https://ada.example/~a?b=c#d",
        "http://ada.example": "http://ada.example/",
        " ada.example/me ": "https://ada.example/me",
        "https://köln.example/ä": "https://xn--kln-sna.example/%C3%A4",
      },
      [
        "javascript:alert(1)",
        "javascript://ada.example/%0aalert(1)",
        "data:text/html,x",
        "https://me:secret@ada.example",
        "https://localhost",
        "ada",
        "https://ada.example/a b<>\\".repeat(100),
        "",
      ],
    ],
    [
      "birthdate",
      { "1990-12-31": "1990-12-31", " 2000-02-29 ": "2000-02-29", "0000-02-29": "0000-02-29" },
      ["1990", "31.12.1990", "1990-13-01", "1990-00-10", "1990-04-31", "1900-02-29", "1990-01-00", "1990-1-1"],
    ],
    ["zoneinfo", { "Europe/Berlin": "Europe/Berlin", UTC: "UTC" }, ["europe/berlin", "Mars/Base", "+01:00", ""]],
  ];

for (const [claim, accepted, refused] of claims) {
  describe(`OIDC Core §5.1: ${claim}`, () => {
    for (const [typed, value] of Object.entries(accepted)) {
      test(`“${typed}” is ${value}`, () => {
        expect(readOwnClaim(claim, typed)).toBe(value);
      });
    }
    test(`refused: ${refused.map((text) => JSON.stringify(text.slice(0, 30))).join(", ")}`, () => {
      expect(refused.filter((text) => readOwnClaim(claim, text) !== undefined)).toEqual([]);
    });
  });
}
