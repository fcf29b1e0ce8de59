import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { type ProxyKind, proxyKinds } from "../../src/cli/doctor/proxy-block.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { selfTestHeader, selfTestQuestion } from "../../src/crypto/self-test.ts";
import { paths } from "../../src/http/paths.ts";
import type { Sight } from "../../src/model/sight.ts";
import { commandLine } from "../cli/command-line.ts";
import { approve, authorizePath, openAuthorization, pageOf, redeem } from "../support/authorization.ts";
import { type Answer, answerParameters, TestBrowser } from "../support/browser.ts";
import { certificateFor } from "../support/certificate.ts";
import { createClient } from "../support/clients.ts";
import { createDeviceClient, poll, startDevice } from "../support/devices.ts";
import { freePort } from "../support/free-port.ts";
import { createPerson } from "../support/people.ts";
import { proxyProgram, startProxy } from "../support/proxies.ts";
import { bodyOf, post, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer, trusting } from "../support/server.ts";

// Real proxies with TLS, HTTP/2 and a path, configured by the very text that `postern doctor --proxy` prints.

const { cert, key } = certificateFor("localhost");

interface Behind {
  /** As clients outside see it. */
  readonly outside: TestServer;
  /** As the proxy sees it. */
  readonly server: TestServer;
  stop(): Promise<void>;
}

async function startBehind(kind: ProxyKind, environment: Readonly<Record<string, string>>): Promise<Behind> {
  const port = freePort();
  const issuer = `https://localhost:${port}/sso`;
  const server = await startTestServer({ POSTERN_ISSUER: issuer, ...environment });
  const here = commandLine();
  const [certFile, keyFile] = [join(here.directory, "fullchain.pem"), join(here.directory, "privkey.pem")];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const { out } = await here.run(["doctor", "--proxy", kind, "--cert-file", certFile, "--key-file", keyFile], {
    env: { POSTERN_ISSUER: issuer, POSTERN_LISTEN: new URL(server.address).host.replace("localhost", "127.0.0.1") },
  });
  const proxy = await startProxy(kind, out, port);
  return {
    server,
    outside: { ...server, address: issuer, authority: cert },
    stop: async () => {
      await proxy.stop();
      await server.stop();
      here.remove();
    },
  };
}

/** What the server sees of a request from that address to the proxy, or to the server itself. */
async function sightFrom(
  { server: { context }, outside }: Behind,
  from: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sight> {
  const { host, port, pathname } = new URL(outside.address);
  const question = selfTestQuestion(context.keys.selfTestKey, systemRandom(), context.clock.now());
  const lines = Object.entries({ host, [selfTestHeader]: question, ...headers, connection: "close" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  const plain = connect({ host: "127.0.0.1", port: Number(port), localAddress: from });
  const socket = connectTls({ socket: plain, servername: "localhost", ca: cert }, () =>
    socket.write(`GET ${pathname}${paths.selfTest} HTTP/1.1\r\n${head}\r\n`),
  );
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  socket.on("close", () => resolve(text));
  for (const one of [plain, socket]) one.on("error", reject);
  await promise;
  const json = text.slice(text.indexOf("\r\n\r\n")).match(/\{.*\}/s)?.[0];
  if (json === undefined) throw new Error(`no sight: ${text}`);
  return JSON.parse(json);
}

/** One request over HTTP/2. */
async function overHttp2({ address }: TestServer, path: string): Promise<{ readonly status: unknown; body: string }> {
  const session = connectHttp2(new URL(address).origin, { ca: cert });
  try {
    return await new Promise((resolve, reject) => {
      let status: unknown;
      let body = "";
      session.on("error", reject);
      const stream = session.request({ ":path": path });
      stream.on("response", (headers) => {
        status = headers[":status"];
      });
      stream.on("data", (chunk) => {
        body += chunk;
      });
      stream.on("end", () => resolve({ status, body }));
      stream.on("error", reject);
      stream.end();
    });
  } finally {
    session.close();
  }
}

for (const kind of proxyKinds) {
  describe.skipIf(proxyProgram(kind) === undefined)(`behind ${kind}, as postern doctor --proxy ${kind} puts it`, () => {
    let behind: Behind;
    let outside: TestServer;
    let server: TestServer;
    beforeAll(async () => {
      behind = await startBehind(kind, { POSTERN_TRUSTED_PROXIES: "127.0.0.1/32" });
      ({ outside, server } = behind);
    });
    afterAll(() => behind.stop());

    test("8414-3.1-path-insert: the metadata are at both places, by HTTP/1.1 and HTTP/2, and every address in them is the proxy's", async () => {
      const { origin } = new URL(outside.issuer);
      for (const path of [`${paths.authorizationServerMetadata}/sso`, `/sso${paths.openidConfiguration}`]) {
        const metadata = await bodyOf(fetch(origin + path, trusting(outside)));
        expect(metadata.issuer).toBe(outside.issuer);
        for (const [name, value] of Object.entries(metadata))
          if (name.endsWith("_endpoint")) expect(value).toStartWith(`${outside.issuer}/`);
        const { status, body } = await overHttp2(outside, path);
        expect(status).toBe(200);
        expect(JSON.parse(body)).toEqual(metadata);
      }
    });

    test("a code flow leads through sign-in and consent to tokens, with cookies that need https and stay below the path", async () => {
      const [person, client] = [await createPerson(server, { username: `${kind}-a` }), await createClient(server)];
      const cookies: string[] = [];
      const browser = new TestBrowser(outside);
      const noted = (answer: Answer) => {
        cookies.push(...answer.headers.getSetCookie());
        return answer;
      };
      const signIn = noted(await openAuthorization(browser, client));
      expect(pageOf(signIn)).toBe("sign-in");
      const signedIn = noted(await browser.signIn(signIn, person));
      const { code = "" } = answerParameters(await approve(browser, signedIn));
      const tokens = await bodyOf(redeem(outside, client, code));
      const claims = await bodyOf(userinfo(outside, String(tokens.access_token)));
      expect(claims.sub).toBe(person.user.id);
      expect(cookies.map((cookie) => cookie.slice(0, cookie.indexOf("=")))).toContain("__Secure-postern");
      for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/sso(?:\/[^;]*)?;.*Secure/);
    });

    test("a device gets its tokens by the link that it shows", async () => {
      const [person, tv] = [await createPerson(server, { username: `${kind}-d` }), await createDeviceClient(server)];
      const device = await startDevice(outside, tv, { scope: "openid" });
      const browser = new TestBrowser(outside);
      const signIn = await browser.open(`${outside.issuer}${paths.device}?user_code=${device.userCode}`);
      const code = await browser.follow(await browser.signIn(signIn, person));
      const decision = await browser.follow(await browser.submit(code, "device"));
      await browser.follow(await browser.submit(decision, "device-decision", { button: "approve" }));
      expect(await textOf(poll(outside, device), "token_type")).toBe("Bearer");
    });

    test("G-23-proxy: from the proxy that is trusted, the server knows the client's address and https, whatever the client claims", async () => {
      const claims = {
        "x-forwarded-for": "198.51.100.1",
        forwarded: "for=198.51.100.2;proto=http",
        "x-forwarded-proto": "http",
      };
      for (const headers of [{}, claims]) {
        const sight = await sightFrom(behind, "127.0.0.5", headers);
        expect(sight.peer).toMatchObject({ address: "127.0.0.1", trusted: true });
        expect(sight.client).toEqual({ address: "127.0.0.5", protocol: "https" });
      }
    });

    test("a body that is too large is refused with 413, by Postern and by whoever is in between", async () => {
      for (let round = 0; round < 20; round++) {
        const refused = await post(outside, paths.token, `x=${"a".repeat(70_000)}`);
        expect(refused.status).toBe(413);
        expect((await bodyOf(refused)).error).toBe("invalid_request");
      }
      expect((await post(outside, paths.token, `x=${"a".repeat(2_000_000)}`)).status).toBe(413);
    });

    test("an authorization request of 12,000 characters gets through, and its answer comes back", async () => {
      const client = await createClient(server);
      // The longest state that Postern takes, and a parameter that it ignores.
      const state = "s".repeat(4096);
      const path = authorizePath(client, { state, prompt: "none", of_the_app: "a".repeat(8000) });
      expect(path.length).toBeGreaterThan(12_000);
      const answer = await new TestBrowser(outside).get(path);
      expect(answer.status).toBe(303);
      expect(answerParameters(answer)).toMatchObject({ error: "login_required", state });
    });

    test("a head that is too long is refused, and the next request is answered", async () => {
      const long = await fetch(outside.issuer + paths.healthz, {
        ...trusting(outside),
        headers: { "x-long": "a".repeat(60_000) },
      });
      // 502 is Caddy's, where Postern has closed before Caddy had sent all of it.
      expect([400, 431, 502]).toContain(long.status);
      expect((await fetch(outside.issuer + paths.healthz, trusting(outside))).status).toBe(200);
    });
  });

  describe.skipIf(proxyProgram(kind) === undefined)(`behind ${kind} that is not trusted`, () => {
    let behind: Behind;
    beforeAll(async () => {
      behind = await startBehind(kind, { POSTERN_TRUSTED_PROXIES: "127.0.0.9/32" });
    });
    afterAll(() => behind.stop());

    test("G-23-proxy: the client is the proxy, and nobody says that the request came over https", async () => {
      const sight = await sightFrom(behind, "127.0.0.5");
      expect(sight.peer).toMatchObject({ address: "127.0.0.1", trusted: false });
      expect(sight.client).toEqual({ address: "127.0.0.1", protocol: null });
    });
  });
}
