import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../src/http/paths.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
let file: string;
beforeEach(() => {
  here = commandLine();
  file = join(here.dataDir, "secret");
});
afterEach(() => here.remove());

const own = "a secret of the operator, long enough to be one";
const next = "another secret of the operator, as long as it";

/** Starts with the environment, stops; answers what it said of the secret, and the ids of its keys. */
async function served(
  env: Readonly<Record<string, string>> = {},
): Promise<readonly [kids: readonly string[], said: string]> {
  const server = await here.serve(env);
  const { keys }: { readonly keys: readonly { readonly kid: string }[] } = await (
    await fetch(server.address + paths.jwks)
  ).json();
  const said = server.logged().map(({ message }) => String(message));
  expect(await server.stop()).toBe(0);
  return [keys.map(({ kid }) => kid), said.filter((message) => message.includes("SECRET")).join()];
}

/** A start that must fail. */
async function refused(env: Readonly<Record<string, string>>): Promise<string> {
  const { code, errors } = await here.run(["serve"], { env: { POSTERN_LISTEN: "127.0.0.1:0", ...env } });
  expect(code).toBe(1);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
  expect(errors).not.toContain(own);
  return errors;
}

test("the secret moves from its file to POSTERN_SECRET, to another, and back into a file, with the same keys", async () => {
  const [kids] = await served();
  const canBeRemoved = "all is sealed under the new secret: POSTERN_SECRET_PREVIOUS can be removed";

  expect(await refused({ POSTERN_SECRET: own })).toContain("POSTERN_SECRET_PREVIOUS_FILE");
  expect(await served({ POSTERN_SECRET: own, POSTERN_SECRET_PREVIOUS_FILE: file })).toEqual([kids, canBeRemoved]);
  rmSync(file);
  expect(await served({ POSTERN_SECRET: own })).toEqual([kids, ""]);

  expect(await served({ POSTERN_SECRET: next, POSTERN_SECRET_PREVIOUS: own })).toEqual([kids, canBeRemoved]);
  const [, said] = await served({ POSTERN_SECRET: next, POSTERN_SECRET_PREVIOUS: own });
  expect(said).toBe("nothing is sealed under POSTERN_SECRET_PREVIOUS: it can be removed");
  expect(existsSync(file)).toBe(false);

  expect(await served({ POSTERN_SECRET_PREVIOUS: next })).toEqual([kids, canBeRemoved]);
  expect(readFileSync(file, "utf8").trim().length).toBeGreaterThan(32);
  expect(await served()).toEqual([kids, ""]);
  const events = await here.json<readonly { readonly name: string }[]>("event", "list");
  expect(events.filter(({ name }) => name === "secret.changed")).toHaveLength(3);
});

test("a wrong previous secret is refused in a sentence, whatever the new one, and the right one works after it", async () => {
  const [kids] = await served({ POSTERN_SECRET: own });
  const wrong = { POSTERN_SECRET_PREVIOUS: "a secret that was never one, of some length" };
  expect(await refused({ POSTERN_SECRET: next, ...wrong })).toContain(
    "neither the instance secret nor the previous one",
  );
  expect(await refused(wrong)).toContain("neither the instance secret nor the previous one");
  writeFileSync(join(here.directory, "previous"), `${own}\n`);
  const env = { POSTERN_SECRET: next, POSTERN_SECRET_PREVIOUS_FILE: join(here.directory, "previous") };
  expect((await served(env))[0]).toEqual(kids);
});
