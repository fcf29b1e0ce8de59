import { expect, test } from "bun:test";
import { endpointNames, pathOf } from "../../src/server/endpoint-names.ts";

const routes = [
  "/sso/auth/token",
  "/sso/auth/register/:client_id",
  "/sso/admin",
  "/sso/admin/*",
  "/.well-known/x/sso",
  "/sso/",
].map((path) => ({ path }));
const nameOf = endpointNames(routes, "/sso");

test.each([
  ["/sso/auth/token", "/auth/token"],
  ["/sso/auth/register/anything", "/auth/register/:client_id"],
  ["/sso/admin", "/admin/*"],
  ["/sso/admin/people/42", "/admin/*"],
  ["/.well-known/x/sso", "/.well-known/x/sso"],
  ["/sso/", "/"],
])("the endpoint of %s is %s", (path, name) => {
  expect(nameOf(path)).toBe(name);
});

test.each([
  "/sso/auth/token/",
  "/auth/token",
  "/sso/auth/register/",
  "/sso/auth/register/a/b",
  "/sso/administrator",
  "/sso",
])("%s is none", (path) => {
  expect(nameOf(path)).toBeUndefined();
});

test("the path of a URL is what stands between host and query", () => {
  expect(pathOf("http://localhost:8080/auth/token")).toBe("/auth/token");
  expect(pathOf("https://nas.example/a/b?c=/d?e")).toBe("/a/b");
  expect(pathOf("http://nas.example/")).toBe("/");
});
