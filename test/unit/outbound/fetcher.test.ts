import { afterAll, describe, expect, test } from "bun:test";
import { FetchRefused, fetcher, type Network } from "../../../src/outbound/fetcher.ts";
import { throttle } from "../../../src/throttle/throttle.ts";
import { type Duration, instant, milliseconds, minutes, seconds } from "../../../src/time.ts";
import { certificateFor } from "../../support/certificate.ts";

const limits = { mostBytes: 65_536 };
const own = certificateFor("keys.example");
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

/** A server on this machine, and what reached it. */
function listener(
  answer: (request: Request) => Response | Promise<Response>,
  tls?: { readonly cert: string; readonly key: string },
) {
  const requests: { readonly url: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    ...(tls === undefined ? {} : { tls }),
    fetch: (request) => {
      requests.push({ url: request.url, headers: Object.fromEntries(request.headers) });
      return answer(request);
    },
  });
  stops.push(() => server.stop(true));
  return { port: server.port, requests };
}

/** A server that writes what it likes, byte by byte. */
function rawListener(write: (socket: { write(text: string): unknown; end(): unknown }) => void) {
  const server = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: (socket) => write(socket) } });
  stops.push(() => server.stop(true));
  return server.port;
}

interface Options {
  readonly allow?: readonly string[];
  /** The answers of the resolver, one after the other; the last one stays. */
  readonly answers?: readonly (readonly string[])[];
  readonly authority?: string;
  readonly deadline?: Duration;
}

function testFetcher({
  allow = [],
  answers = [["127.0.0.1"]],
  authority = own.cert,
  deadline = seconds(5),
}: Options = {}) {
  let now = instant(0);
  const asked: string[] = [];
  const network: Network = {
    resolve: async (host) => {
      asked.push(host);
      return answers[Math.min(asked.length, answers.length) - 1] ?? [];
    },
    deadline,
    authority,
  };
  const { count } = throttle({ now: () => now });
  const { json } = fetcher({ outboundAllow: allow, count, network });
  return {
    asked,
    json: (address: string) => json(address, limits),
    advance: (duration: Duration) => {
      now = instant(now + duration);
    },
  };
}

describe("what may be fetched", () => {
  test("fetches JSON over https from a host whose name the certificate holds, with nothing that tells who asks", async () => {
    const { port, requests } = listener(() => Response.json({ keys: [] }), own);
    const { json } = testFetcher({ allow: ["keys.example"] });
    expect(await json(`https://keys.example:${port}/jwks?a=b`)).toEqual({ keys: [] });
    const [request] = requests;
    expect(request?.url).toBe(`https://keys.example:${port}/jwks?a=b`);
    expect(request?.headers).toEqual({
      accept: "application/json",
      "accept-encoding": "identity",
      host: `keys.example:${port}`,
      "user-agent": "Postern",
    });
  });

  test("SS-01: plain http is refused, but for hosts that the operator names", async () => {
    const { port, requests } = listener(() => Response.json({}));
    const { json, asked } = testFetcher();
    await expect(json(`http://keys.example:${port}/`)).rejects.toThrow(FetchRefused);
    for (const scheme of ["ftp", "file", "data", "javascript"])
      await expect(json(`${scheme}://keys.example/`)).rejects.toThrow(FetchRefused);
    expect(asked).toEqual([]);
    expect(requests).toEqual([]);
    expect(await testFetcher({ allow: ["keys.example"] }).json(`http://keys.example:${port}/`)).toEqual({});
    expect(await testFetcher({ allow: ["127.0.0.1/32"] }).json(`http://127.0.0.1:${port}/`)).toEqual({});
  });

  test.each([
    "127.0.0.1",
    "[::1]",
    "localhost",
    "a.localhost",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "169.254.169.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "[fc00::1]",
    "[fe80::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "198.18.0.1",
    "224.0.0.1",
  ])("SS-02, SS-03: https://%s is refused before anything is sent", async (host) => {
    const { json, asked } = testFetcher();
    await expect(json(`https://${host}:8443/`)).rejects.toThrow("the address may not be fetched");
    expect(asked).toEqual([]);
  });

  test("SS-03: a name that leads to a private address is refused, and a network that the operator names is not", async () => {
    const { port, requests } = listener(() => Response.json({}), own);
    await expect(testFetcher().json(`https://keys.example:${port}/`)).rejects.toThrow("may not be fetched from");
    expect(requests).toEqual([]);
    expect(await testFetcher({ allow: ["127.0.0.0/8"] }).json(`https://keys.example:${port}/`)).toEqual({});
  });

  test("SS-04: one private address among public ones is enough to refuse", async () => {
    const { json } = testFetcher({ answers: [["93.184.216.34", "127.0.0.1"]] });
    await expect(json("https://keys.example/")).rejects.toThrow("may not be fetched from");
    await expect(testFetcher({ answers: [[]] }).json("https://keys.example/")).rejects.toThrow(
      "may not be fetched from",
    );
  });

  test("SS-05: the connection goes to the address that was checked; a second answer of the resolver is never asked for", async () => {
    const { port, requests } = listener(() => Response.json({ from: "checked" }), own);
    // The name resolves to nothing on this machine: were it asked for again, by anybody, there would be no answer.
    const { json, asked } = testFetcher({ allow: ["127.0.0.1/32"], answers: [["127.0.0.1"], ["127.0.0.2"]] });
    expect(await json(`https://keys.example:${port}/`)).toEqual({ from: "checked" });
    expect(asked).toEqual(["keys.example"]);
    expect(requests).toHaveLength(1);
  });

  test("SS-06: a redirect is not followed", async () => {
    const inner = listener(() => Response.json({}));
    const { json } = testFetcher({ allow: ["127.0.0.1/32"] });
    for (const status of [301, 302, 303, 307, 308]) {
      const { port } = listener(
        () => new Response(null, { status, headers: { location: `http://127.0.0.1:${inner.port}/` } }),
      );
      await expect(json(`http://127.0.0.1:${port}/`)).rejects.toThrow(`the answer has status ${status}`);
    }
    await Bun.sleep(20);
    expect(inner.requests).toEqual([]);
  });

  test.each([
    "https://user@keys.example/",
    "https://user:word@keys.example/",
    "https://keys.example/#",
    "https://keys.example/#part",
    "https://keys.example:22/",
    "https://keys.example:25/",
    "https://keys.example:80/",
    "https://keys.example:6379/",
    "https://keys.example/\r\nx: y",
    "https://keys.example/a\tb",
    " https://keys.example/",
    "keys.example",
    "https:///",
  ])("SS-09: %j is refused", async (address) => {
    await expect(testFetcher({ allow: ["keys.example"] }).json(address)).rejects.toThrow(
      "the address may not be fetched",
    );
  });
});

describe("what an answer may be", () => {
  const overHttp = (port: number | undefined, deadline?: Duration) =>
    testFetcher({ allow: ["127.0.0.1/32"], ...(deadline === undefined ? {} : { deadline }) }).json(
      `http://127.0.0.1:${port}/`,
    );

  test("SS-07: an answer over the limit is cut, whether or not it says so", async () => {
    const long = `"${"a".repeat(limits.mostBytes)}"`;
    await expect(overHttp(listener(() => new Response(long)).port)).rejects.toThrow("the answer is too long");
    let sent = 0;
    const endless = listener(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => {
              sent += 8192;
              controller.enqueue(Buffer.alloc(8192, "a"));
            },
          }),
        ),
    );
    expect(await overHttp(endless.port).catch(String)).toContain("the answer is too long");
    await Bun.sleep(50);
    const sentThen = sent;
    await Bun.sleep(50);
    expect(sent).toBe(sentThen);
  });

  test("SS-07: what drips, or never comes, is given up", async () => {
    const dripping = rawListener((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
      const timer = setInterval(() => socket.write(" "), 20);
      stops.push(() => clearInterval(timer));
    });
    const silent = rawListener(() => undefined);
    for (const port of [dripping, silent]) {
      const start = performance.now();
      expect(await overHttp(port, milliseconds(200)).catch((error: unknown) => error)).toBeInstanceOf(FetchRefused);
      expect(performance.now() - start).toBeLessThan(1500);
    }
    const unresolved = fetcher({
      outboundAllow: [],
      count: () => undefined,
      network: { resolve: () => Promise.withResolvers<readonly string[]>().promise, deadline: milliseconds(50) },
    });
    await expect(unresolved.json("https://keys.example/", limits)).rejects.toThrow("the host was not found in time");
  });

  test("SS-07: a compressed answer is not even opened, and 100 KB of headers are refused", async () => {
    const bomb = Bun.gzipSync(Buffer.alloc(20_000_000));
    const { port } = listener(() => new Response(bomb, { headers: { "content-encoding": "gzip" } }));
    await expect(overHttp(port)).rejects.toThrow("the answer is compressed");
    const headers = Array.from({ length: 100 }, (_, index) => `x-${index}: ${"a".repeat(1000)}\r\n`).join("");
    const wordy = rawListener((socket) => socket.write(`HTTP/1.1 200 OK\r\n${headers}content-length: 2\r\n\r\n{}`));
    await expect(overHttp(wordy)).rejects.toThrow(FetchRefused);
  });

  test("SS-08: a certificate of another host, an expired one and one that nobody trusts are refused", async () => {
    const { json } = testFetcher({ allow: ["keys.example"] });
    const otherHost = certificateFor("other.example");
    const expired = certificateFor("keys.example", 0.5);
    for (const [certificate, authority] of [
      [otherHost, otherHost.cert],
      [expired, expired.cert],
      [certificateFor("keys.example"), own.cert],
    ] as const) {
      const { port, requests } = listener(() => Response.json({}), certificate);
      const attempt = testFetcher({ allow: ["keys.example"], authority }).json(`https://keys.example:${port}/`);
      expect(await attempt.catch(String)).toContain("the host could not be reached");
      expect(requests).toEqual([]);
    }
    const { port } = listener(() => Response.json({}), otherHost);
    await expect(json(`https://keys.example:${port}/`)).rejects.toThrow(FetchRefused);
  });

  test("SS-10: cookies that an answer sets do not come back", async () => {
    const { port, requests } = listener(() => Response.json({}, { headers: { "set-cookie": "a=b; Path=/" } }));
    const { json } = testFetcher({ allow: ["127.0.0.1/32"] });
    await json(`http://127.0.0.1:${port}/`);
    await json(`http://127.0.0.1:${port}/`);
    expect(requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  test("only JSON with status 200 is an answer", async () => {
    for (const answer of ["", "<html>", '{"a":1,"a":2}', "{} {}"]) {
      await expect(overHttp(listener(() => new Response(answer)).port)).rejects.toThrow(FetchRefused);
    }
    for (const status of [201, 204, 401, 404, 500]) {
      await expect(
        overHttp(listener(() => new Response(status === 204 ? null : "{}", { status })).port),
      ).rejects.toThrow(FetchRefused);
    }
    await expect(overHttp(listener(() => new Response(new Uint8Array([0x22, 0xff, 0x22]))).port)).rejects.toThrow(
      FetchRefused,
    );
  });
});

test("SS-12: ten requests a minute go to one host, 300 to all", async () => {
  const { port } = listener(() => Response.json({}));
  const { json, advance, asked } = testFetcher({ allow: ["127.0.0.0/8"], answers: [["192.168.0.1"]] });
  const address = `http://127.0.0.1:${port}/`;
  for (let count = 0; count < 10; count++) expect(await json(address)).toEqual({});
  expect(await json(address).catch(String)).toContain("too many requests go out");
  advance(minutes(1));
  expect(await json(address)).toEqual({});
  for (let count = 1; count < 300; count++) await json(`https://host-${count}.example/`).catch(() => undefined);
  expect(asked).toHaveLength(299);
  expect(await json("https://one-more.example/").catch(String)).toContain("too many requests go out");
  expect(asked).toHaveLength(299);
});
