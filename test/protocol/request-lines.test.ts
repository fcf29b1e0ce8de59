import { afterAll, beforeAll, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { ownToken, post, revocation } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Line = Readonly<Record<string, unknown>>;
const lines = (): readonly Line[] => server.logged.map((line) => JSON.parse(line));
const linesOf = (requestId: unknown) => lines().filter(({ request }) => request === requestId);

test("every answered request has a line at the level debug, by its path without the query", async () => {
  await fetch(`${server.address}${paths.healthz}?token=secret`);
  const line = lines().findLast(({ path }) => path === paths.healthz);
  expect(line).toMatchObject({ level: "debug", message: "a request was answered", method: "GET", status: 200 });
  expect(String(line?.address)).toMatch(/^(?:::1|127\.0\.0\.1)$/);
  expect(line?.milliseconds).toBeNumber();
  expect(JSON.stringify(line)).not.toContain("secret");
});

test("all lines of a request carry one id: the one of its answer, its page and its trace", async () => {
  const answer = await post(server, paths.token, { grant_type: "x", client_id: "nobody", client_secret: "wrong" });
  const id = answer.headers.get("x-request-id") ?? "none";
  expect(linesOf(id).map(({ message }) => message)).toEqual(["a request was refused", "a request was answered"]);
  expect((await server.context.traces.find(id))?.path).toBe(paths.token);
  const browser = new TestBrowser(server);
  const page = await browser.signIn(await browser.get(paths.signIn), { username: "nobody", password: "wrong" });
  const shown = page.headers.get("x-request-id") ?? "none";
  expect(page.body).toContain(shown);
  expect(linesOf(shown).map(({ message }) => message)).toEqual(["a sign-in failed", "a request was answered"]);
});

test("a warning in the midst of many requests at once is told of the one that it belongs to", async () => {
  const [owner, ...thieves] = await Promise.all(
    [...Array(6)].map(() => createClient(server, { grant_types: ["client_credentials"], scope: "a" })),
  );
  if (owner === undefined) throw new Error("no client");
  const token = await ownToken(server, owner, "a");
  await Promise.all(thieves.map((thief) => revocation(server, thief, token)));
  const warnings = lines().filter(({ message }) => message === "a client tried to revoke another client's token");
  expect(new Set(warnings.map(({ client }) => client))).toEqual(new Set(thieves.map(({ id }) => id)));
  expect(new Set(warnings.map(({ request }) => request)).size).toBe(thieves.length);
  for (const { request } of warnings)
    expect(linesOf(request).map(({ message }) => message)).toEqual([
      "a client tried to revoke another client's token",
      "a request was refused",
      "a request was answered",
    ]);
});
