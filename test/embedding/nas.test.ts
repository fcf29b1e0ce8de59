import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CommandLine, commandLine, gather } from "../cli/command-line.ts";
import { wordsOf } from "../support/account.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { decide } from "../support/devices.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/until.ts";

// The worked example of a host, run as it stands: the NAS and Postern are processes, and what goes between them goes over
// sockets.

const root = resolve(import.meta.dir, "../..");

let here: CommandLine;
let nas: Bun.Subprocess<"ignore", "pipe", "pipe">;
let said: readonly string[];
let address: string;
let posternPid: number;

beforeAll(async () => {
  here = commandLine();
  const port = freePort();
  address = `http://localhost:${port}`;
  await writeUsers({ bobIsDisabled: false });
  nas = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "nas.ts"),
      here.directory,
      String(port),
      process.execPath,
      join(root, "src/main.ts"),
    ],
    { cwd: root, env: { PATH: "/usr/bin:/bin" }, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  said = gather(nas.stdout);
  const errors = gather(nas.stderr);
  await until(() => said.length > 0 || nas.exitCode !== null);
  if (said[0] === undefined) throw new Error(`the NAS did not start: ${errors.join("\n")}`);
  posternPid = JSON.parse(said[0]).postern;
});
afterAll(() => {
  nas.kill("SIGKILL");
  here.remove();
});

/** The users of the NAS. */
async function writeUsers({ bobIsDisabled }: { readonly bobIsDisabled: boolean }): Promise<void> {
  const user = async (name: string, uid: string, more: object) => ({
    name,
    uid,
    passwordHash: await Bun.password.hash(`password of ${name}`, { algorithm: "bcrypt", cost: 4 }),
    fullName: `${name} of the NAS`,
    ...more,
  });
  const users = [
    await user("ann", "1000", { isAdmin: true, isDisabled: false }),
    await user("bob", "1001", { isAdmin: false, isDisabled: bobIsDisabled }),
  ];
  writeFileSync(join(here.directory, "users.json"), JSON.stringify(users));
}

const issuer = () => `${address}/sso`;
const browserHere = () => new TestBrowser({ address: issuer(), issuer: issuer() });
const post = async (path: string, fields: Readonly<Record<string, string>>) => {
  const answer = await fetch(issuer() + path, { method: "POST", body: new URLSearchParams(fields) });
  return { status: answer.status, body: answer.headers.get("content-length") === "0" ? {} : await answer.json() };
};
const files = (token?: string) =>
  fetch(`${address}/api/files`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

async function signIn(browser: TestBrowser, username: string, password = `password of ${username}`): Promise<Answer> {
  return browser.signIn(await browser.get("/login"), { username, password });
}

/** The television asks, its owner signs in and approves, and the television gets its tokens. */
async function connectTelevision(username: string): Promise<{ access_token: string; refresh_token: string }> {
  const device = await post("/auth/device", { client_id: "tv", scope: "openid files" });
  const browser = browserHere();
  await browser.follow(await signIn(browser, username));
  expect((await decide(browser, String(device.body.user_code), "approve")).status).toBeOneOf([200, 303]);
  const grant = { client_id: "tv", grant_type: "urn:ietf:params:oauth:grant-type:device_code" };
  const { status, body } = await post("/auth/token", { ...grant, device_code: String(device.body.device_code) });
  expect([status, body.token_type]).toEqual([200, "Bearer"]);
  return body;
}

describe("a NAS with Postern inside", () => {
  test("lets its own user connect an app, whose token opens its own API until it is revoked", async () => {
    const { access_token } = await connectTelevision("ann");
    expect((await files()).status).toBe(401);
    const allowed = await files(access_token);
    expect([allowed.status, await allowed.json()]).toEqual([200, { files: ["/home/ann/holiday.jpg"] }]);
    expect((await files(`${access_token}x`)).status).toBe(401);
    expect((await post("/auth/revoke", { client_id: "tv", token: access_token })).status).toBe(200);
    expect((await files(access_token)).status).toBe(401);
  });

  test("keeps out who has the wrong password, and whom it has disabled; what it gave before goes on", async () => {
    const { access_token, refresh_token } = await connectTelevision("bob");
    expect(wordsOf(await signIn(browserHere(), "bob", "wrong"))).toContain("is not right");
    expect(wordsOf(await signIn(browserHere(), "carol"))).toContain("is not right");
    await writeUsers({ bobIsDisabled: true });
    expect(wordsOf(await signIn(browserHere(), "bob"))).toContain("is not right");
    expect((await files(access_token)).status).toBe(200);
    const again = await post("/auth/token", { client_id: "tv", grant_type: "refresh_token", refresh_token });
    expect(again.status).toBe(200);
  });

  test("makes its administrators Postern's, and people are marked as the host's", async () => {
    const browser = browserHere();
    await signIn(browser, "ann");
    const page = await browser.get("/admin/people");
    expect([page.status, wordsOf(page)]).toEqual([200, expect.stringContaining("From the host")]);
    const env = { POSTERN_DATA_DIR: join(here.directory, "sso") };
    const { out } = await here.run(["user", "list"], { env });
    expect(out).toMatch(/^ann +admin +ann of the NAS .* host +active/m);
    for (const words of [
      "reset-password ann --generate-password",
      "reset-password ann --link",
      "update ann --no-admin",
    ]) {
      const { code, errors } = await here.run(["user", ...words.split(" ")], { env });
      expect([code, errors]).toEqual([1, expect.stringContaining("this is one of the host's own users")]);
    }
  });

  test("ends with Postern: its child is gone, and so is the socket", async () => {
    nas.kill("SIGTERM");
    expect(await nas.exited).toBe(0);
    expect(existsSync(`/proc/${posternPid}`)).toBe(false);
    expect(existsSync(join(here.directory, "sso", "postern.sock"))).toBe(false);
  });
});
