import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseVerifier } from "../../../src/config/verifier.ts";
import { type Verdict, type VerifierQuestion, verifier } from "../../../src/outbound/verifier.ts";
import { type Duration, milliseconds, seconds } from "../../../src/time.ts";
import { hostProgram, startHost } from "../../support/host.ts";

const question: VerifierQuestion = {
  check: "password",
  username: "ann",
  password: "otters & 'reeds' $HOME",
  address: "::1",
};
const yes = { version: 1, allowed: true, subject: "1000" };

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

function verifierAt(address: string, timeout: Duration = seconds(5)) {
  const results: Verdict["kind"][] = [];
  const asked = (_: VerifierQuestion, { kind }: Verdict) => results.push(kind);
  return { ...verifier({ address: parseVerifier(address), timeout, asked }), results };
}

const outcomeOf = (verdict: Verdict): string => {
  switch (verdict.kind) {
    case "allowed":
      return `allowed ${verdict.person.subject}`;
    case "refused":
      return `refused ${verdict.reason}`;
    case "unavailable":
      return verdict.fault.message;
  }
};
const ask = async (address: string, timeout?: Duration) => outcomeOf(await verifierAt(address, timeout).ask(question));

function hostAt(where: "unix" | "http") {
  const host = startHost(where);
  ends.push(host.stop);
  host.users.set("ann", { subject: "1000", password: question.check === "password" ? question.password : "" });
  return host;
}

function program(body: string) {
  const made = hostProgram(body);
  ends.push(made.remove);
  return made;
}

for (const where of ["unix", "http"] as const) {
  describe(`over ${where}`, () => {
    test("one document goes there and one comes back, as JSON", async () => {
      const host = hostAt(where);
      const headers: (string | null)[] = [];
      host.instead = (request) => {
        headers.push(request.method, request.headers.get("content-type"), request.headers.get("accept"));
        return Response.json(yes);
      };
      expect(await ask(host.address)).toBe("allowed 1000");
      expect(headers).toEqual(["POST", "application/json", "application/json"]);
      expect(host.asked).toEqual([{ version: 1, ...question }]);
    });

    test("a refusal is told with its reason", async () => {
      const host = hostAt(where);
      host.users.set("ann", { subject: "1000", password: "another" });
      expect(await ask(host.address)).toBe("refused credentials");
    });

    test("every status but 200 is no answer, a redirect is not followed", async () => {
      const host = hostAt(where);
      for (const status of [204, 302, 401, 500]) {
        host.instead = () =>
          new Response(status === 204 ? null : JSON.stringify(yes), { status, headers: { location: "/elsewhere" } });
        expect(await ask(host.address)).toBe(`failed: status ${status}`);
      }
      expect(host.asked).toHaveLength(4);
    });

    test("what is malformed or too long is no answer, and is not read to its end", async () => {
      const host = hostAt(where);
      host.instead = () => new Response("allowed");
      expect(await ask(host.address)).toStartWith("malformed: ");
      const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(4096).fill(32));
      host.instead = () => new Response(new ReadableStream({ pull }));
      expect(await ask(host.address)).toBe("malformed: it is longer than 16384 bytes");
      host.instead = () => new Response(new Uint8Array([0x7b, 0xff, 0x7d]));
      expect(await ask(host.address)).toBe("malformed: it is no UTF-8");
    });

    test("one that is slow to begin or to end is waited for no longer than it may take", async () => {
      const host = hostAt(where);
      for (const answer of [
        () => Bun.sleep(3000).then(() => Response.json(yes)),
        () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) })),
      ]) {
        host.instead = answer;
        const since = performance.now();
        expect(await ask(host.address, milliseconds(300))).toBe("timeout");
        expect(performance.now() - since).toBeLessThan(1500);
      }
    });

    test("nobody there is told as such", async () => {
      const host = hostAt(where);
      await host.stop();
      expect(await ask(host.address)).toMatch(/^unreachable: [A-Za-z]+$/);
    });
  });
}

describe("by a program", () => {
  test("the question is on its standard input, and nowhere that others can look", async () => {
    const { address, directory } = program(
      `cat > "$(dirname "$0")/in"; env > "$(dirname "$0")/env"; printf '%s\\n' "$0" "$@" > "$(dirname "$0")/args"
       echo '${JSON.stringify(yes)}'`,
    );
    Bun.env.POSTERN_PLANTED = "planted";
    try {
      expect(await ask(address)).toBe("allowed 1000");
    } finally {
      delete Bun.env.POSTERN_PLANTED;
    }
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    expect(JSON.parse(read("in"))).toEqual({ version: 1, ...question });
    expect(read("args")).toBe(`${join(directory, "check-user")}\n`);
    expect(read("env")).not.toContain("planted");
    expect(read("env")).not.toContain("otters");
  });

  test("its exit code says whether it has answered", async () => {
    expect(await ask(program(`echo '{"version":1,"allowed":false,"reason":"locked"}'`).address)).toBe("refused locked");
    expect(await ask(program(`echo '${JSON.stringify(yes)}'; exit 1`).address)).toBe("failed: exit code 1");
    expect(await ask(program("exit 0").address)).toStartWith("malformed: ");
  });

  test("one that reads nothing and answers has answered", async () => {
    expect(await ask(program(`exec <&-; echo '${JSON.stringify(yes)}'`).address)).toBe("allowed 1000");
  });

  test("one that does not end is killed, with all that it has started", async () => {
    const { address, directory } = program(`sleep 40 & echo $! > "$(dirname "$0")/pid"; sleep 41`);
    const since = performance.now();
    expect(await ask(address, milliseconds(500))).toBe("timeout");
    expect(performance.now() - since).toBeLessThan(2000);
    const grandchild = Number(readFileSync(join(directory, "pid"), "utf8"));
    for (let tries = 0; existsSync(`/proc/${grandchild}/exe`) && tries < 50; tries++) await Bun.sleep(20);
    expect(existsSync(`/proc/${grandchild}/exe`)).toBe(false);
  });

  test("one that has left a process behind with its output open holds nobody up", async () => {
    const { address, directory } = program(`setsid sleep 40 & echo $! > "$(dirname "$0")/pid"; echo '{"version":1'`);
    const since = performance.now();
    expect(await ask(address, milliseconds(500))).toBe("timeout");
    expect(performance.now() - since).toBeLessThan(2000);
    process.kill(Number(readFileSync(join(directory, "pid"), "utf8")), "SIGKILL");
  });

  test("one that writes without end is killed", async () => {
    expect(await ask(program("yes").address)).toBe("malformed: it is longer than 16384 bytes");
  });

  test("one that is not there, or is no program, is told as such", async () => {
    expect(await ask("exec:/nonexistent/check")).toBe("unreachable: the program cannot be run");
    expect(await ask(`exec:${import.meta.path}`)).toBe("unreachable: the program cannot be run");
  });
});

describe("many questions", () => {
  test("eight are asked at a time, forty wait, and the rest are told at once that it is busy", async () => {
    const host = hostAt("unix");
    let [running, most] = [0, 0];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    host.instead = async () => {
      running += 1;
      most = Math.max(most, running);
      await gate;
      running -= 1;
      return Response.json(yes);
    };
    const { ask: askOne } = verifierAt(host.address);
    const verdicts = Array.from({ length: 60 }, () => askOne(question).then(outcomeOf));
    for (let tries = 0; running < 8 && tries < 200; tries++) await Bun.sleep(5);
    const busy = await Promise.all(verdicts.slice(48));
    open();
    const answered = await Promise.all(verdicts.slice(0, 48));
    expect([most, new Set(busy), new Set(answered)]).toEqual([8, new Set(["busy"]), new Set(["allowed 1000"])]);
  });

  test("who waits for a turn waits no longer than an answer may take, and gives up the place", async () => {
    const host = hostAt("unix");
    host.instead = () => Bun.sleep(5000).then(() => Response.json(yes));
    const { ask: askOne } = verifierAt(host.address, milliseconds(400));
    const since = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => askOne(question).then(outcomeOf)));
    expect(performance.now() - since).toBeLessThan(2000);
    expect(new Set(outcomes)).toEqual(new Set(["timeout", "busy"]));
    host.instead = undefined;
    expect(outcomeOf(await askOne(question))).toBe("allowed 1000");
  });
});

test("who is asked about one account may not answer with another", async () => {
  const host = hostAt("unix");
  host.instead = () => Response.json(yes);
  const verdict = await verifierAt(host.address).ask({ check: "account", subject: "1001" });
  expect(outcomeOf(verdict)).toBe("malformed: subject");
});
