// What 200 wrong passwords at once do to everybody else, beside what 200 visits of the page do: bun run build && bun
// test/bench/flood.ts
import { paths } from "../../src/http/paths.ts";
import { found } from "../soak/town.ts";
import { newBox } from "../support/binary.ts";
import { TestBrowser } from "../support/browser.ts";
import { basicHeader } from "../support/clients.ts";
import { introspection, ownToken, tokenRequest } from "../support/requests.ts";
import { inWords, type Latency, latencyOf } from "./latency.ts";
import { residentMebibytes } from "./machine.ts";
import { median } from "./statistics.ts";

const rounds = 5;
const seconds = 4;
const atOnce = 200;

const [target, id = "", secret = "", checker = "", checkerSecret = ""] = process.argv.slice(2);
if (target === undefined) await measure();
else await ask(target);

/** The other side, in a process of its own: the flood's own work must not count. */
async function ask(address: string): Promise<void> {
  const at = { address };
  const machine = { id, secret, basic: basicHeader(id, secret) };
  const api = { id: checker, secret: checkerSecret, basic: basicHeader(checker, checkerSecret) };
  const token = await ownToken(at, machine, "run");
  const tokens = await latencyOf(
    async () => (await tokenRequest(at, machine, { grant_type: "client_credentials" })).arrayBuffer(),
    seconds / 2,
  );
  const checks = await latencyOf(async () => (await introspection(at, api, token)).arrayBuffer(), seconds / 2);
  process.stdout.write(JSON.stringify({ tokens, checks }));
}

async function measure(): Promise<void> {
  const box = newBox({ environment: { POSTERN_TRUSTED_PROXIES: "127.0.0.1" } });
  const server = await box.start();
  const town = await found(box);
  const made = await box.run(
    "client",
    "create",
    "--json",
    "--name",
    "M",
    "--grant",
    "client_credentials",
    "--scope",
    "run",
  );
  const machine = JSON.parse(made.output);
  const at = { address: box.address, issuer: box.address };
  const words = [machine.client_id, machine.client_secret, town.checker.id, town.checker.secret ?? ""];
  const asked = async (): Promise<{ readonly tokens: Latency; readonly checks: Latency }> => {
    const child = Bun.spawn([process.execPath, import.meta.path, box.address, ...words], { stdout: "pipe" });
    return JSON.parse(await new Response(child.stdout).text());
  };
  const pages = await Promise.all(
    Array.from({ length: atOnce }, async () => {
      const browser = new TestBrowser(at);
      return { browser, page: await browser.get(paths.signIn) };
    }),
  );
  let strangers = 0;
  /** Each with another name and from another network, so that no limit takes the work from the hash. */
  const wrong = ({ browser, page }: (typeof pages)[number]) => {
    const number = ++strangers;
    const from = `10.${(number >> 8) & 255}.${number & 255}.1`;
    const fields = { username: `nobody${number}`, password: "wrong" };
    return browser.submit(page, "sign-in", { fields, headers: { "x-forwarded-for": from } });
  };
  /** What as many ask who know nothing of passwords: what it costs that they ask at all. */
  const visit = ({ browser }: (typeof pages)[number]) => browser.get(paths.signIn);
  /** All at once, and again after the time that it takes to answer a line of passwords. */
  const flood = (ask: typeof wrong): (() => Promise<Readonly<Record<string, number>>>) => {
    const answers: Record<string, number> = {};
    let isOver = false;
    const flooding = (async () => {
      while (!isOver) {
        const [statuses] = await Promise.all([Promise.all(pages.map(ask)), Bun.sleep(3000)]);
        for (const { status } of statuses) answers[status] = (answers[status] ?? 0) + 1;
      }
    })();
    return async () => {
      isOver = true;
      await flooding;
      return answers;
    };
  };

  await asked();
  const ratios = new Map<string, number[]>();
  const note = (name: string, value: number, by: number) => ratios.set(name, [...(ratios.get(name) ?? []), value / by]);
  for (let round = 0; round < rounds; round++) {
    const before = residentMebibytes(server.pid);
    const idle = await asked();
    print(`idle: tokens ${inWords(idle.tokens)}; introspection ${inWords(idle.checks)}`);
    for (const [what, ask] of [
      ["pages", visit],
      ["passwords", wrong],
    ] as const) {
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, residentMebibytes(server.pid));
      }, 50);
      const end = flood(ask);
      const busy = await asked();
      const answers = await end();
      clearInterval(watch);
      print(`flood of ${what}: tokens ${inWords(busy.tokens)}; introspection ${inWords(busy.checks)}`);
      print(`  VmRSS ${before.toFixed(0)} MiB before, ${most.toFixed(0)} at most; answers ${JSON.stringify(answers)}`);
      note(`${what}, token p50`, busy.tokens.p50, idle.tokens.p50);
      note(`${what}, token p99`, busy.tokens.p99, idle.tokens.p99);
      note(`${what}, introspection p50`, busy.checks.p50, idle.checks.p50);
      note(`${what}, introspection p99`, busy.checks.p99, idle.checks.p99);
      note(`${what}, memory`, most, before);
    }
  }
  for (const [what, values] of ratios) print(`median ratio, flood of ${what}: ${median(values).toFixed(2)}`);
  await server.stop();
  box.remove();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
