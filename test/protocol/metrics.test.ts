import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { authorizationCode, redeem } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { createPerson } from "../support/people.ts";
import { readText } from "../support/repository.ts";
import { ownToken, post, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  // With all that some metrics are there for.
  server = await startTestServer({ POSTERN_DB_MAX_SIZE: "64m" });
  server.context.backups.found(server.context.clock.now());
});
afterAll(() => server.stop());

const metricsText = async () => (await fetch(server.address + paths.metrics)).text();

/** The value of a series as it stands in the text; undefined where there is none. */
async function valueIn(series: string): Promise<number | undefined> {
  const line = (await metricsText()).split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** How much a series has grown. */
async function growthOf(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await valueIn(series)) ?? 0;
  await work();
  return ((await valueIn(series)) ?? 0) - before;
}

test("the table of docs/operations.md is what a server says: names, types, words", async () => {
  const told = new Map<string, { type?: string; help?: string }>();
  for (const line of (await metricsText()).split("\n")) {
    const [, what = "", name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (name !== "") told.set(name, { ...told.get(name), [what.toLowerCase()]: rest });
  }
  const section = readText("docs/operations.md").split("### Metrics")[1]?.split("\n### ")[0] ?? "";
  const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \| (.*) \|$/gm)];
  expect(rows.map(([, name, type, , help]) => ({ name, type, help }))).toEqual(
    [...told].map(([name, { type, help }]) => ({ name, type, help })),
  );
});

test("every series has the labels of the table, and none beside them", async () => {
  const client = await createClient(server, { grant_types: ["client_credentials"], scope: "a" });
  await ownToken(server, client, "a");
  const section = readText("docs/operations.md").split("### Metrics")[1] ?? "";
  const labelsOf = new Map(
    [...section.matchAll(/^\| `(\w+)` \| \w+ \| (.*) \| .* \|$/gm)].map(([, name = "", labels = ""]) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    ]),
  );
  const series = (await metricsText()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(series.length).toBeGreaterThan(20);
  for (const line of series) {
    const [, name = "", labels = ""] = /^(\w+)(?:\{(.*)\})? [0-9.e+-]+$/.exec(line) ?? [];
    const metric = labelsOf.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, "");
    const found = [...labels.matchAll(/(\w+)="/g)].flatMap(([, label]) => (label === "le" ? [] : [label]));
    expect([line, found]).toEqual([line, labelsOf.get(metric) ?? ["not in the table"]]);
  }
});

describe("requests", () => {
  test("are counted by the pattern of their endpoint, method and status", async () => {
    const client = `${paths.registration}/a-client-that-is-not-there`;
    const series = 'postern_http_requests_total{endpoint="/auth/register/:client_id",method="GET",status="401"}';
    expect(await growthOf(series, () => fetch(server.address + client))).toBe(1);
    const pages = 'postern_http_requests_total{endpoint="/admin/*",method="GET",status="303"}';
    const visit = () =>
      Promise.all(
        ["", "/people", "/clients"].map((page) => fetch(`${server.address}/admin${page}`, { redirect: "manual" })),
      );
    expect(await growthOf(pages, visit)).toBe(3);
  });

  test("of strangers make no series: paths that are nowhere and methods without a meaning are one", async () => {
    const lines = async () => (await metricsText()).split("\n").length;
    await fetch(`${server.address}/first`);
    await fetch(server.address + paths.token, { method: "PROPFIND" });
    const before = await lines();
    for (let number = 0; number < 20; number += 1) await fetch(`${server.address}/made-up-${number}?q=${number}`);
    for (const method of ["REPORT", "MKCOL", "LOCK"]) await fetch(server.address + paths.token, { method });
    await fetch(server.address + paths.token, { method: "PROPFIND", headers: { host: "evil.example" } });
    expect(await lines()).toBeLessThanOrEqual(before + 1);
    expect(await metricsText()).not.toContain("made-up");
  });

  test("have their durations in buckets, each of which holds those before it", async () => {
    const name = "postern_http_request_duration_seconds";
    const labels = 'endpoint="/healthz",method="GET"';
    const counted = await growthOf(`${name}_count{${labels}}`, () => fetch(server.address + paths.healthz));
    expect(counted).toBe(1);
    const text = await metricsText();
    const buckets = [...text.matchAll(new RegExp(`^${name}_bucket\\{${labels},le="([^"]+)"\\} (\\d+)$`, "gm"))];
    expect(buckets.map(([, bound]) => bound)).toEqual(["0.001", "0.005", "0.025", "0.1", "0.5", "2.5", "+Inf"]);
    const counts = buckets.map(([, , count]) => Number(count));
    expect(counts).toEqual([...counts].sort((one, other) => one - other));
    expect(counts.at(-1)).toBe(await valueIn(`${name}_count{${labels}}`));
    expect(await valueIn(`${name}_sum{${labels}}`)).toBeGreaterThan(0);
  });
});

describe("counters", () => {
  test("tokens by grant type; refused ones with the error, a grant type that is none of ours as none", async () => {
    const client = await createClient(server, { grant_types: ["client_credentials"], scope: "a" });
    const issued = 'postern_tokens_issued_total{grant_type="client_credentials"}';
    expect(await growthOf(issued, () => ownToken(server, client, "a"))).toBe(1);
    const refused = 'postern_token_errors_total{grant_type="refresh_token",error="unauthorized_client"}';
    expect(await growthOf(refused, () => tokenRequest(server, client, { grant_type: "refresh_token" }))).toBe(1);
    const unknown = 'postern_token_errors_total{grant_type="none",error="unsupported_grant_type"}';
    expect(await growthOf(unknown, () => tokenRequest(server, client, { grant_type: 'x",y="' }))).toBe(1);
  });

  test("sign-ins by factor and result", async () => {
    const person = await createPerson(server, { username: "counted" });
    const browser = new TestBrowser(server);
    const signIn = async (password: string) =>
      browser.signIn(await browser.get(paths.signIn), { username: person.username, password });
    const series = (result: string) => `postern_sign_ins_total{factor="password",result="${result}"}`;
    expect(await growthOf(series("refused"), () => signIn("wrong"))).toBe(1);
    expect(await growthOf(series("signed-in"), () => signIn(person.password))).toBe(1);
  });
});

describe("gauges", () => {
  test("live grants and sessions, counted at most once a minute", async () => {
    const client = await createClient(server, mayRefresh);
    const person = await createPerson(server, { username: "living" });
    server.advance(minutes(2));
    const [grants = 0, sessions = 0] = [await valueIn("postern_live_grants"), await valueIn("postern_live_sessions")];
    const browser = new TestBrowser(server);
    await browser.signIn(await browser.get(paths.signIn), person);
    await redeem(server, client, await authorizationCode(browser, client, { scope: "openid offline_access" }));
    expect(await valueIn("postern_live_grants")).toBe(grants);
    server.advance(minutes(1));
    expect(await valueIn("postern_live_grants")).toBe(grants + 1);
    expect(await valueIn("postern_live_sessions")).toBe(sessions + 1);
  });

  test("the database, its log, the writes that wait and the time of commits", async () => {
    const commits = "postern_database_commit_duration_seconds_count";
    const written = () => createClient(server, { grant_types: ["client_credentials"], scope: "a" });
    expect(await growthOf(commits, written)).toBeGreaterThan(0);
    expect(await valueIn("postern_database_wal_bytes")).toBeGreaterThan(0);
    expect(await valueIn("postern_database_bytes")).toBeGreaterThan((await valueIn("postern_database_wal_bytes")) ?? 0);
    expect(await valueIn("postern_write_queue_length")).toBe(0);
    const writing = [...Array(50)].map((_, number) =>
      server.context.store.codes.spend({ id: `handle ${number}`, expiresAt: server.context.clock.now() }),
    );
    expect(server.context.store.waitingWrites()).toBe(50);
    await Promise.all(writing);
    expect(server.context.store.waitingWrites()).toBe(0);
  });

  test("a store that cannot write keeps back what it cannot count, and nothing else", async () => {
    const broken = await startTestServer();
    const { statistics } = broken.context.store;
    Object.assign(statistics, { live: () => Promise.reject(new Error("the disk is full")) });
    const answer = await fetch(broken.address + paths.metrics);
    const text = await answer.text();
    await broken.stop();
    expect(answer.status).toBe(200);
    expect(text).toContain("postern_database_bytes ");
    expect(text).not.toContain("postern_live_grants");
  });
});

test("what a request is throttled by is counted under the name of the limit", async () => {
  const client = await createClient(server);
  const series = 'postern_throttled_total{limit="client-secret"}';
  const wrong = () => post(server, paths.token, { grant_type: "x", client_id: client.id, client_secret: "wrong" });
  const tried = async () => {
    for (let times = 0; times < 12; times += 1) await wrong();
  };
  expect(await growthOf(series, tried)).toBe(2);
});
