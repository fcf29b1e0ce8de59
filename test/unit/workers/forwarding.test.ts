import { describe, expect, test } from "bun:test";
import { parseListen } from "../../../src/config/address.ts";
import { peerOf } from "../../../src/http/client-address.ts";
import { OAuthError } from "../../../src/oauth-error.ts";
import { forwarded, forwarding } from "../../../src/server/workers/forwarding.ts";
import { link } from "../../../src/server/workers/link.ts";
import type { ToSupervisor } from "../../../src/server/workers/talk.ts";
import { memoryPorts } from "../../support/memory-port.ts";

const at = parseListen("127.0.0.1:8080");
const peer = { address: "192.0.2.7", port: 4711 };

/** A worker's side of a channel to somebody who answers so. */
function passedTo(answer: (request: Request) => Response | Promise<Response>) {
  const [here, there] = memoryPorts();
  const answers = forwarded(() => answer);
  link(there.port, answers);
  const supervisor = link<ToSupervisor>(here.port, {});
  const forward = forwarding(supervisor);
  return { answers, supervisor, ask: (request: Request) => forward(request, at, peer) };
}

const untilQuiet = () => Bun.sleep(5);

/** A body of parts, each made when somebody reads on. */
function counted(most: number) {
  const seen = { made: 0, isAtEnd: false, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (seen.made === most) {
          seen.isAtEnd = true;
          return controller.close();
        }
        seen.made += 1;
        controller.enqueue(Buffer.from(`part ${seen.made}\n`));
      },
      cancel: () => {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, body };
}

describe("a request that a worker passes on", () => {
  test("arrives as it was sent: method, address, headers, body, and who sent it", async () => {
    const { ask } = passedTo(async (request) =>
      Response.json({
        method: request.method,
        url: request.url,
        host: request.headers.get("host"),
        body: await request.text(),
        peer: peerOf(request, null),
      }),
    );
    const sent = new Request("http://localhost:8080/login?a=1&a=2", {
      method: "POST",
      headers: { host: "sso" },
      body: "x=ü",
    });
    expect(await (await ask(sent)).json()).toEqual({
      method: "POST",
      url: "http://localhost:8080/login?a=1&a=2",
      host: "sso",
      body: "x=ü",
      peer,
    });
  });

  test("is answered as it was answered: status, every header, every cookie", async () => {
    const { ask } = passedTo(() => {
      const headers = new Headers({ location: "/there" });
      for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
      return new Response(null, { status: 303, headers });
    });
    const answer = await ask(new Request("http://localhost:8080/"));
    expect([answer.status, answer.headers.get("location"), answer.headers.getSetCookie()]).toEqual([
      303,
      "/there",
      ["a=1", "b=2"],
    ]);
    expect(await answer.text()).toBe("");
  });

  test("a body beyond the limit is not taken, and one that says so of itself is not even read", async () => {
    const { ask } = passedTo(async (request) => new Response(String((await request.text()).length)));
    const large = "x".repeat(70_000);
    const streamed = new Request("http://localhost:8080/", { method: "POST", body: new Blob([large]).stream() });
    expect(await ask(streamed).catch((error) => error)).toMatchObject({ status: 413 });
    const declared = new Request("http://localhost:8080/", {
      method: "POST",
      body: large,
      headers: { "content-length": "70000" },
    });
    expect(await (await ask(declared)).text()).toBe("0");
    expect(declared.bodyUsed).toBe(false);
  });

  test("a long answer comes in parts, no faster than it is read", async () => {
    const { seen, body } = counted(100);
    const { ask } = passedTo(() => new Response(body));
    const answer = await ask(new Request("http://localhost:8080/"));
    await untilQuiet();
    expect(seen.made).toBeLessThan(6);
    const lines = (await answer.text()).split("\n");
    expect([lines.length, lines.at(0), lines.at(99)]).toEqual([101, "part 1", "part 100"]);
  });

  test("whoever goes away in the middle of a long answer ends it", async () => {
    const { seen, body } = counted(1000);
    const { ask } = passedTo(() => new Response(body));
    const answer = await ask(new Request("http://localhost:8080/"));
    await answer.body?.cancel();
    await untilQuiet();
    expect(seen.isCancelled).toBe(true);
    expect(seen.made).toBeLessThan(10);
  });

  test("so does a worker that has gone", async () => {
    const { seen, body } = counted(1000);
    const { ask, answers } = passedTo(() => new Response(body));
    await ask(new Request("http://localhost:8080/"));
    answers.stopAll();
    await untilQuiet();
    expect(seen.isCancelled).toBe(true);
  });

  test("one whose answer fails in the middle is forgotten, and a worker that goes after that ends nothing", async () => {
    const parts = ["part 1\n", "part 2\n"];
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const part = parts.shift();
        if (part === undefined) throw new Error("the disk is full");
        controller.enqueue(Buffer.from(part));
      },
    });
    const { ask, answers } = passedTo(() => new Response(failing));
    const answered = ask(new Request("http://localhost:8080/")).then((answer) => answer.text());
    expect(await answered.catch((error) => error)).toMatchObject({ message: "the disk is full" });
    // What rejects here and is looked at by nobody fails the test, and would end the server.
    answers.stopAll();
    await untilQuiet();
  });

  test("nor is anything kept for a worker that went before the answer began", async () => {
    const { seen, body } = counted(1000);
    const answer = Promise.withResolvers<Response>();
    const { ask, answers } = passedTo(() => answer.promise);
    ask(new Request("http://localhost:8080/")).catch(() => undefined);
    await untilQuiet();
    answers.stopAll();
    answer.resolve(new Response(body));
    await untilQuiet();
    expect(seen.isCancelled).toBe(true);
  });

  test("of many at once the bodies go through the channel a few at a time", async () => {
    let atOnce = 0;
    let most = 0;
    const slow = () =>
      new ReadableStream<Uint8Array>(
        {
          pull: async (controller) => {
            atOnce += 1;
            most = Math.max(most, atOnce);
            await Bun.sleep(1);
            atOnce -= 1;
            controller.enqueue(Buffer.from("whole"));
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    const { ask } = passedTo(() => new Response(slow()));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => (await ask(new Request("http://localhost:8080/"))).text()),
    );
    expect(answers).toEqual(new Array(200).fill("whole"));
    expect(most).toBeLessThanOrEqual(32);
  });

  test("of many at once nothing is kept there of what has gone through the channel, read or not", async () => {
    const bodies = Array.from({ length: 40 }, () => counted(1));
    let asked = 0;
    const { ask } = passedTo(() => new Response(bodies[asked++]?.body));
    const answers = await Promise.all(bodies.map(() => ask(new Request("http://localhost:8080/"))));
    await untilQuiet();
    expect(answers.some(({ bodyUsed }) => bodyUsed)).toBe(false);
    expect(bodies.filter(({ seen }) => !seen.isAtEnd)).toEqual([]);
  });

  test("is refused when a thousand others wait", async () => {
    const { ask } = passedTo(() => new Promise(() => undefined));
    const refused: unknown[] = [];
    for (let count = 0; count < 1001; count += 1)
      ask(new Request("http://localhost:8080/")).catch((error) => refused.push(error));
    await untilQuiet();
    expect(refused).toEqual([expect.any(OAuthError)]);
    expect(refused).toMatchObject([{ code: "temporarily_unavailable", status: 503 }]);
  });
});
