import { expect, test } from "bun:test";
import { parseResponseMode } from "../../../src/rules/response-mode.ts";
import { refusalOf } from "./refusal.ts";

const codeFor = (text: string, uri: string) => refusalOf(() => parseResponseMode(text, uri))?.[0];

test("FP-modes: query is accepted and the default; form_post is accepted for web addresses", () => {
  expect(parseResponseMode(undefined, "com.example.app:/cb")).toBe("query");
  expect(parseResponseMode("query", "https://app.example/cb")).toBe("query");
  expect(parseResponseMode("form_post", "https://app.example/cb")).toBe("form_post");
  expect(parseResponseMode("form_post", "http://127.0.0.1:3000/cb")).toBe("form_post");
});

test("FP-modes, PC-20: fragment, jwt and unknown modes are invalid_request", () => {
  for (const mode of ["fragment", "web_message", "jwt", "javascript", "Query", "query "]) {
    expect(codeFor(mode, "https://app.example/cb")).toBe("invalid_request");
  }
});

test("FP-custom-scheme: form_post to a private-use scheme is invalid_request", () => {
  expect(codeFor("form_post", "com.example.app:/cb")).toBe("invalid_request");
  expect(codeFor("form_post", "https.example:/cb")).toBe("invalid_request");
});
