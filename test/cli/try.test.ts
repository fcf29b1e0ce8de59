import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine, gather, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
beforeAll(async () => {
  here = commandLine();
  server = await here.serve({ POSTERN_DEVICE_POLL_INTERVAL: "1s" });
  await here.run(["user", "create", "ann", "--password-stdin", "--display-name", "Ann Example"], {
    stdin: "correct horse",
  });
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

type Event = Readonly<Record<string, unknown>>;

/** Starts a trial for scripts and gives its events as they come. */
function start(words: readonly string[], from: CommandLine = here) {
  const child = from.spawn(["try", ...words, "--json"]);
  const lines = gather(child.stdout);
  const errors = new Response(child.stderr).text();
  const find = (name: string): Event | undefined =>
    lines.map((line): Event => JSON.parse(line)).find(({ event }) => event === name);
  return {
    child,
    errors,
    find,
    event: async (name: string): Promise<Event> => {
      await until(() => find(name) !== undefined || child.exitCode !== null);
      return find(name) ?? {};
    },
  };
}

const newBrowser = () => new TestBrowser({ address: server.address, issuer: server.address });

/** Says yes, or no, on every page that comes. */
async function decide(browser: TestBrowser, target: string, button: "approve" | "deny"): Promise<Answer> {
  let page = await browser.open(target);
  for (let pages = 0; pages < 5; pages++) {
    const form = page.forms.find(({ id }) => ["sign-in", "consent", "device", "device-decision"].includes(id))?.id;
    if (form === undefined) return page;
    const answer =
      form === "sign-in"
        ? browser.signIn(page, { username: "ann", password: "correct horse" })
        : browser.submit(page, form, form === "device" ? {} : { button });
    page = await browser.follow(await answer);
  }
  throw new Error("the pages do not end");
}

describe("try device", () => {
  test("8628-3.4-request: makes its client, waits for the person, and shows tokens, claims and introspection", async () => {
    const trial = start(["device"]);
    const { api } = (await trial.event("client")) as {
      readonly api?: { readonly client_id: string; readonly client_secret: string };
    };
    const { verification_uri_complete: address, user_code: code } = await trial.event("device_authorization");
    expect(String(address)).toContain(String(code));
    await decide(newBrowser(), String(address), "approve");
    expect(await trial.child.exited).toBe(0);
    const tokens = await trial.event("tokens");
    expect(String(tokens.access_token)).toStartWith("pst_at_");
    expect(String(tokens.refresh_token)).toStartWith("pst_rt_");
    expect(await trial.event("userinfo")).toMatchObject({ claims: { name: "Ann Example", preferred_username: "ann" } });
    expect(await trial.event("introspection")).toMatchObject({
      answer: { active: true, username: "ann", client_id: "postern-try" },
    });
    // What it prints for curl works.
    const headers = { authorization: `Basic ${btoa(`${api?.client_id}:${api?.client_secret}`)}` };
    const body = new URLSearchParams({ token: String(tokens.access_token) });
    const asked = await fetch(`${server.address}/auth/introspect`, { method: "POST", headers, body });
    expect(await asked.json()).toMatchObject({ active: true });
  });

  test("for people: address, code and QR code, then tokens in short, and the command for curl", async () => {
    const child = here.spawn(["try", "device"]);
    const lines = gather(child.stdout);
    const code = () =>
      lines.map((line) => /^Enter +([A-Z]{4}-[A-Z]{4})$/.exec(line)?.[1]).find((found) => found !== undefined);
    await until(() => code() !== undefined && lines.some((line) => line.startsWith("http")));
    const shown = lines.join("\n");
    expect(shown).toContain(`Open    ${server.address}/device\n`);
    expect(shown).toContain("▄▄▄▄▄ █");
    await decide(newBrowser(), `${server.address}/device?user_code=${code()}`, "approve");
    expect(await child.exited).toBe(0);
    const said = lines.join("\n");
    expect(said).toMatch(/access_token +pst_at_\S{13}…\S{6} \(\d+ characters\)/);
    expect(said).toMatch(/preferred_username +ann/);
    expect(said).toMatch(/exp +\d+ \(\d{4}-\d\d-\d\dT/);
    const [, secret = "", token = ""] =
      /curl -u postern-try-api:(\S+) -d token=(\S+) \S+\/auth\/introspect/.exec(said) ?? [];
    expect([secret.startsWith("pst_cs_"), token.startsWith("pst_at_")]).toEqual([true, true]);
    expect(await new Response(child.stderr).text()).toBe("");
  });

  test("8628-3.5-denied: when the person says no, it says so and fails", async () => {
    const trial = start(["device"]);
    const { verification_uri_complete: address } = await trial.event("device_authorization");
    await decide(newBrowser(), String(address), "deny");
    expect(await trial.child.exited).toBe(1);
    expect(trial.find("refused")).toMatchObject({ error: "access_denied" });
    expect(await trial.errors).toBe("postern: the person said no (access_denied)\n");
  });

  test("8628-3.5-slow_down: keeps to the server's interval, and waits longer when told", async () => {
    const polls: number[] = [];
    const answers = [
      { error: "authorization_pending" },
      { error: "slow_down" },
      { access_token: "a", token_type: "Bearer" },
    ];
    const remote = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async ({ url }): Promise<Response> => {
        const { pathname, origin } = new URL(url);
        const at = (path: string) => origin + path;
        if (pathname === "/.well-known/openid-configuration") {
          return Response.json({ issuer: origin, device_authorization_endpoint: at("/d"), token_endpoint: at("/t") });
        }
        if (pathname === "/d")
          return Response.json({
            device_code: "d",
            user_code: "ABCD",
            verification_uri: at("/v"),
            expires_in: 60,
            interval: 1,
          });
        if (pathname !== "/t") return new Response("no", { status: 404 });
        polls.push(performance.now());
        const answer = answers[polls.length - 1] ?? {};
        return Response.json(answer, { status: "error" in answer ? 400 : 200 });
      },
    });
    const trial = start(["device", "--issuer", `http://127.0.0.1:${remote.port}`, "--client-id", "c"]);
    expect(await trial.child.exited).toBe(0);
    await remote.stop(true);
    const [first = 0, second = 0, third = 0] = polls;
    expect(polls).toHaveLength(3);
    expect(second - first).toBeGreaterThan(950);
    expect(third - second).toBeGreaterThan(5950);
    expect(trial.find("slow_down")).toMatchObject({ interval: 6 });
    expect(trial.find("tokens")).toMatchObject({ access_token: "a" });
  }, 20_000);
});

describe("try code", () => {
  test("8252-7.3-port: waits on the loopback interface, and redeems the code with its verifier", async () => {
    const trial = start(["code", "--scope", "openid profile"]);
    const { url } = await trial.event("authorization_request");
    const request = new URL(String(url)).searchParams;
    expect(request.get("code_challenge_method")).toBe("S256");
    expect(request.get("redirect_uri")).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const { location } = await decide(newBrowser(), String(url), "approve");
    expect(await (await fetch(String(location))).text()).toContain("You are signed in.");
    expect(await trial.child.exited).toBe(0);
    expect(trial.find("tokens")).toMatchObject({ token_type: "Bearer", scope: "openid profile" });
    expect(trial.find("introspection")).toMatchObject({ answer: { active: true, username: "ann" } });
  });

  test("RFC 6749 §10.12, RFC 9207 §2.4: another state and another issuer are not taken", async () => {
    for (const [change, sentence] of [
      [{ state: "another" }, "another state"],
      [{ iss: "https://evil.example" }, "(iss)"],
      [{ code: "another" }, "invalid_grant"],
    ] as const) {
      const trial = start(["code"]);
      const { url } = await trial.event("authorization_request");
      const { location } = await decide(newBrowser(), String(url), "approve");
      const answer = new URL(String(location));
      for (const [name, value] of Object.entries(change)) answer.searchParams.set(name, value);
      await fetch(answer);
      expect([await trial.child.exited, await trial.errors]).toEqual([1, expect.stringContaining(sentence)]);
      expect(trial.find("tokens")).toBeUndefined();
    }
  });

  test("when the person says no, it says so and fails", async () => {
    const trial = start(["code"]);
    const { url } = await trial.event("authorization_request");
    const { location } = await decide(newBrowser(), String(url), "deny");
    expect(await (await fetch(String(location))).text()).toContain("The server said no.");
    expect(await trial.child.exited).toBe(1);
    expect(await trial.errors).toContain("access_denied");
  });
});

describe("a server elsewhere", () => {
  test("a client registers itself with an initial access token; without one, it is said what to do", async () => {
    const elsewhere = commandLine();
    const words = ["device", "--issuer", server.address];
    const refused = start(words, elsewhere);
    expect(await refused.child.exited).toBe(1);
    expect(await refused.errors).toContain("--initial-access-token, or name a public client of it with --client-id");
    const { initial_access_token: token } = await here.json<{ readonly initial_access_token: string }>(
      "client",
      "registration-token",
    );
    const trial = start([...words, "--initial-access-token", token], elsewhere);
    const { verification_uri_complete: address } = await trial.event("device_authorization");
    await decide(newBrowser(), String(address), "approve");
    expect(await trial.child.exited).toBe(0);
    expect(trial.find("tokens")).toBeDefined();
    elsewhere.remove();
  });

  test("RFC 8414 §3.3: a server that calls itself something else is not used", async () => {
    const { code, errors } = await here.run([
      "try",
      "device",
      "--issuer",
      server.address.replace("localhost", "127.0.0.1"),
    ]);
    expect([code, errors]).toEqual([1, expect.stringContaining(`calls itself "${server.address}"`)]);
  });

  test("one that is not there is a sentence", async () => {
    for (const [issuer, sentence] of [
      ["http://127.0.0.1:1", "cannot be reached"],
      ["nonsense", "no http or https address"],
    ] as const) {
      const { code, errors } = await here.run(["try", "code", "--issuer", issuer]);
      expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
    }
  });
});
