import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemRandom } from "../../src/crypto/random.ts";
import { selfTestHeader, selfTestKey, selfTestQuestion } from "../../src/crypto/self-test.ts";
import { paths } from "../../src/http/paths.ts";
import { after, before, seconds } from "../../src/time.ts";
import { bodyOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
});
afterAll(() => server.stop());

const question = (at = server.context.clock.now(), key = server.context.keys.selfTestKey) =>
  selfTestQuestion(key, systemRandom(), at);
const ask = (header: string, headers: Readonly<Record<string, string>> = {}, path: string = paths.selfTest) =>
  fetch(server.address + path, { headers: { [selfTestHeader]: header, ...headers } });

/** Everything of an answer but its time and its id. */
async function told(answer: Response): Promise<string> {
  const headers = [...answer.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
  return JSON.stringify([answer.status, headers, await answer.text()]);
}

describe("the question of postern doctor", () => {
  test("is answered with what the server sees of it", async () => {
    const answer = await ask(question(), { "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https" });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await bodyOf(answer)).toEqual({
      peer: { address: "127.0.0.1", port: expect.any(Number), trusted: true },
      client: { address: "198.51.100.7", protocol: "https" },
      headers: { "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https", forwarded: null },
    });
  });

  test("of a stranger, or one that was changed, is answered like any address at which there is nothing", async () => {
    const nothing = await told(await ask(question(), {}, "/nothing-at-all"));
    const good = question();
    const otherKey = selfTestKey("another secret of more than thirty-two characters");
    const changed = good.replace(/\.(.)/, (_, first) => `.${first === "A" ? "B" : "A"}`);
    for (const bad of ["", "1.2.3", changed, good.slice(0, -1), question(server.context.clock.now(), otherKey)])
      expect(await told(await ask(bad))).toBe(nothing);
    expect(await told(await fetch(server.address + paths.selfTest))).toBe(nothing);
  });

  test("is worth nothing after a minute, nor before its time", async () => {
    const now = server.context.clock.now();
    const statuses = [seconds(59), seconds(61)].flatMap((apart) => [before(now, apart), after(now, apart)]);
    const answers = await Promise.all(statuses.map(async (at) => (await ask(question(at))).status));
    expect(answers).toEqual([200, 200, 404, 404]);
  });
});
