import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { register, webClient } from "../support/registration.ts";
import { readText } from "../support/repository.ts";
import { post } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let person: TestPerson;
const proxied = { "x-forwarded-for": "192.0.2.9" };
beforeAll(async () => {
  // Passwords that cost what they do on a machine: the line of those who wait for them has to become long.
  const environment = { POSTERN_TRUSTED_PROXIES: "127.0.0.1", POSTERN_REGISTRATION: "open" };
  server = await startTestServer(environment, { isCostly: true });
  person = await createPerson(server);
});
afterAll(() => server.stop());

type Headed = { readonly status: number; readonly headers: Headers };

/** The first answer that tells to come back later. */
async function putOff(ask: () => Promise<Headed>, most: number): Promise<Headed> {
  for (let asked = 0; asked < most; asked += 1) {
    const answer = await ask();
    if (answer.status === 429 || answer.status === 503) return answer;
  }
  throw new Error(`nobody was put off by ${most} requests`);
}

const throttledBy = (limit: string) => server.context.metrics.total("postern_throttled_total", { limit });

describe("G-12-rate: who is to come back later is told when, and the limit is counted by its name", () => {
  test.each([
    ["registration address", () => register(server, webClient, proxied)],
    ["account-link address", () => new TestBrowser(server, proxied).get("/login/link?token=wrong")],
    [
      "sign-in lockout",
      async () => {
        const browser = new TestBrowser(server, proxied);
        return browser.signIn(await browser.get(paths.signIn), { username: person.username, password: "wrong" });
      },
    ],
  ] as const)("%s", async (limit, ask) => {
    const answer = await putOff(ask, 40);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(throttledBy(limit)).toBe(1);
  });

  test("client-secret", async () => {
    const client = await createClient(server);
    const ask = () => post(server, paths.token, { client_id: client.id, client_secret: "wrong", grant_type: "x" });
    const answer = await putOff(ask, 12);
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(throttledBy("client-secret")).toBe(1);
  });

  test("password queue: more sign-ins at once than the machine can check", async () => {
    const browsers = [...Array(60)].map((_, number) => ({
      browser: new TestBrowser(server),
      username: `nobody${number}`,
    }));
    const pages = await Promise.all(
      browsers.map(async (one) => ({ ...one, page: await one.browser.get(paths.signIn) })),
    );
    const answers = await Promise.all(
      pages.map(({ browser, page, username }) => browser.signIn(page, { username, password: "wrong" })),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(throttledBy("password queue")).toBe(refused.length);
  });

  test("each of these limits has its line in docs/operations.md", async () => {
    const text = await (await fetch(server.address + paths.metrics)).text();
    const counted = [...text.matchAll(/^postern_throttled_total\{limit="([^"]+)"\}/gm)].map(([, limit = ""]) => limit);
    expect(counted.length).toBeGreaterThan(3);
    const section = readText("docs/operations.md").split("### Limits")[1] ?? "";
    for (const limit of counted) expect(section).toContain(`\`${limit}\``);
  });
});

test("G-13-unavail: a server that ends says so at /readyz with Retry-After", async () => {
  const ending = await startTestServer();
  Object.assign(ending.context, { ending: AbortSignal.abort() });
  const answer = await fetch(ending.address + paths.readyz);
  await ending.stop();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
});
