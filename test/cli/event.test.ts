import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { apiWith } from "../support/api.ts";
import { TestBrowser } from "../support/browser.ts";
import { basicHeader } from "../support/clients.ts";
import { ownToken } from "../support/requests.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
beforeAll(async () => {
  here = commandLine();
  server = await here.serve();
  await here.run(["user", "create", "ann", "--password-stdin"], { stdin: "correct horse" });
  await here.json("client", "create", "--name", "Wiki", "--id", "wiki", "--redirect-uri", "https://wiki.example/cb");
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

type Listed = readonly Readonly<Record<string, unknown>>[];

/** The API of the running server, for a client that the command line has made. */
async function api() {
  const made = await here.json<{ readonly client_id: string; readonly client_secret: string }>(
    "client",
    "create",
    "--name",
    "Provisioning",
    "--grant",
    "client_credentials",
    "--scope",
    "postern:admin",
  );
  const client = {
    id: made.client_id,
    secret: made.client_secret,
    basic: basicHeader(made.client_id, made.client_secret),
  };
  return apiWith(server, await ownToken(server, client, "postern:admin"));
}

describe("event list", () => {
  test("it tells who did what, the newest first, and is narrowed as one likes", async () => {
    const all = await here.json<Listed>("event", "list");
    expect(all.map(({ name }) => name).slice(-1)).toEqual(["setup.link-created"]);
    expect(all).toContainEqual({
      id: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      name: "user.created",
      actor: { kind: "cli" },
      user_id: expect.any(String),
      username: "ann",
    });
    const names = async (...words: readonly string[]) =>
      (await here.json<Listed>("event", "list", ...words)).map(({ name }) => name);
    expect(await names("--name", "user")).toEqual(["user.created"]);
    expect(await names("--user", "ANN", "--since", "1h")).toEqual(["user.created"]);
    expect(await names("--client", "wiki")).toEqual(["client.created"]);
    expect(await names("--client", "gone")).toEqual([]);
    expect(await names("--limit", "1")).toHaveLength(1);
  });

  test("people read a table", async () => {
    const { code, out } = await here.run(["event", "list", "--name", "user.created"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^TIME +EVENT +BY +USER +CLIENT +ADDRESS +DETAIL\n/);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d +user\.created +cli +ann +- +- +-$/m);
  });

  test("a name that no event has is wrong usage; a person who is not there is said", async () => {
    expect(await here.run(["event", "list", "--name", "users"])).toMatchObject({
      code: 2,
      errors: "postern: there are no events of that name\n",
    });
    expect(await here.run(["event", "list", "--user", "nobody"])).toMatchObject({
      code: 1,
      errors: "postern: there is no user of that name\n",
    });
    expect((await here.run(["event", "list", "--since", "soon"])).code).toBe(2);
  });
});

describe("trace", () => {
  test("a request id leads to why it was refused; without one the newest are listed", async () => {
    const answer = await new TestBrowser({ address: server.address, issuer: server.address }).get(
      "/auth/authorize?client_id=nobody",
    );
    expect(answer.status).toBe(400);
    const id = answer.headers.get("x-request-id") ?? "";
    // A server writes its refusals down once a minute, and when it stops.
    await server.stop();
    const trace = await here.json<Readonly<Record<string, unknown>>>("trace", id);
    expect(trace).toMatchObject({ request_id: id, method: "GET", path: "/auth/authorize", error: "invalid_request" });
    expect((await here.json<Listed>("trace")).map(({ request_id }) => request_id)).toContain(id);
    const { out } = await here.run(["trace", id]);
    expect(out).toContain(id);
    expect(out).toContain("NOT MET");
    expect((await here.run(["trace"])).out).toMatch(/^REQUEST +TIME +WHAT +ERROR +DESCRIPTION +ADDRESS\n/);
    server = await here.serve();
  });

  test("one that is not there is said", async () => {
    const { code, errors } = await here.run(["trace", "nothing"]);
    expect([code, errors]).toEqual([
      1,
      "postern: there is no trace of such a request; a running server writes them down once a minute\n",
    ]);
  });
});

describe("the API of the running server", () => {
  test("what the command line makes and what the API makes is the same for both", async () => {
    const { get, send } = await api();
    await send("POST", "/users", { username: "bob", email: "bob@example.net", groups: ["staff"] });
    for (const [words, path] of [
      [["user", "list"], "/users"],
      [["client", "list"], "/clients"],
      [["session", "list"], "/sessions"],
      [["key", "list"], "/keys"],
      [["event", "list"], "/events"],
    ] as const) {
      const answer = await get(path);
      const items: unknown[] = Array.isArray(answer.body.items) ? answer.body.items : [];
      const listed = await here.json<Listed>(...words);
      expect(listed.length).toBe(items.length);
      for (const item of listed) expect(items).toContainEqual(expect.objectContaining(item));
    }
  });

  test("what one of them changes the other sees at once", async () => {
    const { get, send } = await api();
    const [found] = (await here.json<Listed>("user", "list")).filter(({ username }) => username === "ann");
    await here.run(["user", "disable", "ann"]);
    expect((await get(`/users/${found?.id}`)).body.disabled).toBe(true);
    await send("PUT", `/users/${found?.id}/disabled`, { disabled: false });
    expect(await here.json("user", "show", "ann")).toMatchObject({ disabled: false });
    await send("PUT", "/clients/wiki/disabled", { disabled: true });
    expect(await here.json("client", "show", "wiki")).toMatchObject({ disabled: true });
  });
});
