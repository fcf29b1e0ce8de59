import { expect, test } from "bun:test";
import { checkFormContentType } from "../../../src/rules/form-content-type.ts";
import { refusalOf } from "./refusal.ts";

const codeFor = (type: string | null) => refusalOf(() => checkFormContentType(type))?.[0];

test("G-01: a form in UTF-8 is accepted in any letter case, with any parameters", () => {
  for (const type of [
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-UrlEncoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    'application/x-www-form-urlencoded;charset="UTF-8"',
    "application/x-www-form-urlencoded ; foo=bar",
  ]) {
    expect(codeFor(type)).toBeUndefined();
  }
});

test("G-02, HT-01: other types and no type are refused", () => {
  for (const type of [
    null,
    "",
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/x-www-form-urlencodedx",
  ]) {
    expect(codeFor(type)).toBe("invalid_request");
  }
});

test("G-03, HT-02: a charset other than UTF-8 is refused", () => {
  for (const charset of ["iso-8859-1", '"utf-16"', "", "utf-8x"]) {
    expect(codeFor(`application/x-www-form-urlencoded; charset=${charset}`)).toBe("invalid_request");
  }
});
