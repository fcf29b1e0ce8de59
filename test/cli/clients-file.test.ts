import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
let path: string;
beforeEach(() => {
  here = commandLine();
  path = join(here.directory, "clients.json");
});
afterEach(() => here.remove());

const secret = "0123456789abcdefghijklmnopqrstuv";
const service = {
  client_id: "service",
  client_name: "Service",
  client_secret: secret,
  grant_types: ["client_credentials"],
  scope: "run",
};
const phone = {
  client_id: "phone",
  client_name: "Phone",
  token_endpoint_auth_method: "none",
  redirect_uris: ["http://127.0.0.1/cb"],
};

const declare = (clients: unknown) =>
  writeFileSync(path, typeof clients === "string" ? clients : JSON.stringify(clients));
const serve = () => here.serve({ POSTERN_CLIENTS_FILE: path });

interface Listed {
  readonly client_id: string;
  readonly disabled: boolean;
}
const states = async () =>
  Object.fromEntries(
    (await here.json<readonly Listed[]>("client", "list")).map(({ client_id, disabled }) => [
      client_id,
      disabled ? "disabled" : "active",
    ]),
  );

async function tokenStatus({ address }: Served, password = secret): Promise<number> {
  const headers = { authorization: `Basic ${btoa(`service:${password}`)}` };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  return (await fetch(`${address}/auth/token`, { method: "POST", headers, body })).status;
}

/** Tells the running server to read its files again, and waits until it has said what came of it. */
async function reload(server: Served): Promise<Readonly<Record<string, unknown>>> {
  const before = server.logged().length;
  server.signal("SIGHUP");
  const said = () =>
    server
      .logged()
      .slice(before)
      .find(({ message }) => String(message).includes("clients file"));
  await until(() => said() !== undefined);
  return said() ?? {};
}

test("declared clients are there at the start, with the secrets that they bring", async () => {
  declare([service, phone]);
  const server = await serve();
  expect(await states()).toEqual({ service: "active", phone: "active" });
  expect([await tokenStatus(server), await tokenStatus(server, `${secret}x`)]).toEqual([200, 401]);
  expect(await here.json("client", "show", "phone")).toMatchObject({ origin: "file", application_type: "native" });
  expect(server.logged()).toContainEqual(expect.objectContaining({ created: 2, updated: 0, disabled: 0 }));
  await server.stop();
  const again = await serve();
  expect(again.logged()).toContainEqual(expect.objectContaining({ created: 0, updated: 0, disabled: 0 }));
  await again.stop();
  const without = await here.serve();
  expect(without.logged()).toContainEqual(expect.objectContaining({ level: "warn", clients: "service phone" }));
  expect(await tokenStatus(without)).toBe(200);
  await without.stop();
});

test("a secret may stand in a file of its own, whose path is relative to the clients file", async () => {
  writeFileSync(join(here.directory, "secret"), `${secret}\n`);
  const { client_secret: _, ...open } = service;
  declare([{ ...open, client_secret_file: "secret" }]);
  const server = await serve();
  expect([await tokenStatus(server), await tokenStatus(server, `${secret}x`)]).toEqual([200, 401]);
  declare([{ ...open, client_secret_file: "gone" }]);
  expect(await reload(server)).toMatchObject({
    fault: `${path}: service: its client_secret_file "gone" cannot be read (ENOENT)`,
  });
  const document = join(here.directory, "declared.json");
  writeFileSync(document, JSON.stringify([service]));
  expect((await here.run(["apply", "-f", document])).errors).toBe(
    `postern: ${document}: client service: it is declared in POSTERN_CLIENTS_FILE already\n`,
  );
  await server.stop();
});

test("a declared resource server need not say that it gets no tokens itself", async () => {
  declare([{ client_id: "mail", client_name: "Mail", client_secret: secret, resource_server: true, accepts: "mail" }]);
  const server = await serve();
  expect(await here.json("client", "show", "mail")).toMatchObject({ grant_types: [], accepts: "mail" });
  await server.stop();
});

test("SIGHUP applies what changed: a new entry, another secret, a removed entry, one that is back", async () => {
  declare([service]);
  const server = await serve();
  const other = secret.toUpperCase();
  declare([{ ...service, client_secret: other, scope: "run walk" }, phone]);
  expect(await reload(server)).toMatchObject({ created: 1, updated: 1, disabled: 0 });
  expect([await tokenStatus(server), await tokenStatus(server, other)]).toEqual([401, 200]);
  declare([phone]);
  expect(await reload(server)).toMatchObject({ created: 0, updated: 0, disabled: 1 });
  expect([await states(), await tokenStatus(server, other)]).toEqual([{ service: "disabled", phone: "active" }, 401]);
  declare([service, phone]);
  expect(await reload(server)).toMatchObject({ updated: 1, disabled: 0 });
  expect(await tokenStatus(server)).toBe(200);
  await server.stop();
});

test("a declared client is changed only in the file; one whose entry is gone may be deleted", async () => {
  declare([service]);
  const server = await serve();
  for (const words of [
    ["update", "service", "--name", "Mine"],
    ["rotate-secret", "service"],
    ["disable", "service"],
    ["delete", "service"],
  ]) {
    const { code, errors } = await here.run(["client", ...words]);
    expect([words, code, errors]).toEqual([
      words,
      1,
      "postern: this client is declared in POSTERN_CLIENTS_FILE: change it there\n",
    ]);
  }
  declare([]);
  await reload(server);
  expect((await here.run(["client", "enable", "service"])).code).toBe(1);
  expect((await here.run(["client", "delete", "service"])).code).toBe(0);
  expect(await states()).toEqual({});
  await server.stop();
});

test("every fault is told at once and nothing is changed: at the start it stops, at SIGHUP it goes on", async () => {
  await (await here.serve()).stop();
  await here.json("client", "create", "--name", "By hand", "--id", "hand", "--grant", "client_credentials");
  declare([
    service,
    { ...service, client_id: "short", client_secret: "31 characters are not long enough".slice(0, 31) },
  ]);
  const faulty = [
    service,
    service,
    { ...phone, client_id: "a b" },
    { ...phone, client_id: "typo", redirect_uri: "https://a.example/" },
    { ...phone, client_id: "fragment", redirect_uris: ["https://a.example/#"] },
    { ...service, client_id: "short", client_secret: secret.slice(1) },
    { ...service, client_id: "hand" },
    { ...phone, client_id: "both", client_secret: secret },
    { client_name: "Nobody" },
    "text",
  ];
  declare(faulty);
  const { code, errors } = await here.run(["serve"], { env: { POSTERN_CLIENTS_FILE: path } });
  expect(code).toBe(1);
  expect(errors.split("\n")).toEqual([
    `postern: ${path} has 9 faults:`,
    "  service: its client_id stands there twice",
    expect.stringMatching(/^ {2}entry 3: .*1 to 64 letters/),
    '  typo: it has a member that Postern does not know: "redirect_uri"',
    expect.stringMatching(/^ {2}fragment: redirect_uris\[0\] has a fragment/),
    expect.stringMatching(/^ {2}short: it needs a client_secret of at least 32 characters/),
    "  hand: there is a client of that id already that was not made by a file",
    "  both: it has a client_secret, but does not authenticate with one",
    "  entry 9: it has no client_id",
    "  entry 10: it is no JSON object",
    "",
  ]);
  expect(errors).not.toContain(secret.slice(1));
  expect(await states()).toEqual({ hand: "active" });

  declare([service]);
  const server = await serve();
  declare(faulty);
  expect(await reload(server)).toMatchObject({ level: "error", fault: expect.stringContaining("9 faults") });
  expect(await tokenStatus(server)).toBe(200);
  await server.stop();
});

test.each([
  ["not there", undefined, "cannot be read (ENOENT)"],
  ["no JSON", "[\n  {", "the JSON is malformed (line 2, column 4)"],
  ["no list", "{}", "no JSON list"],
  ["with a member twice", '[{"client_id":"a","client_id":"b"}]', "member twice"],
])("a file that is %s stops the start in a sentence", async (_, text, sentence) => {
  if (text === undefined) rmSync(path, { force: true });
  else declare(text);
  const { code, errors } = await here.run(["serve"], { env: { POSTERN_CLIENTS_FILE: path } });
  expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
  expect(errors).toStartWith(`postern: ${path}: `);
});
