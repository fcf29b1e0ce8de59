// How much slower introspection gets while housekeeping deletes: bun test/bench/housekeeping.ts
import { Database } from "bun:sqlite";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { days, hours } from "../../src/time.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { startTestServer } from "../support/server.ts";
import { upkeepOf } from "../support/upkeep.ts";
import { inWords, type Latency, latencyOf } from "./latency.ts";
import { median } from "./statistics.ts";

const seconds = 8;
const rounds = 3;
const rows = 20_000;

const [target, authorization = "", token = ""] = process.argv.slice(2);
if (target === undefined) await measure();
else await ask(target);

/** The other side, in a process of its own: asks one after the other, on four connections, and prints how long each took. */
async function ask(address: string): Promise<void> {
  const introspect = async () => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams({ token }),
    });
    if (!(await answer.text()).includes('"active":true')) throw new Error("the token is not active");
  };
  process.stdout.write(JSON.stringify(await latencyOf(introspect, seconds, 4)));
}

async function measure(): Promise<void> {
  const server = await startTestServer({ POSTERN_ACCESS_TOKEN_TTL: "30d" });
  const client = await createClient(server, { ...mayRefresh, resource_server: true });
  const { accessToken } = await grantTokens(server, { client: client.client });
  const upkeep = upkeepOf(server);
  await upkeep.during(hours(2));
  const url = server.address + paths.introspection;
  const latency = async (): Promise<Latency> => {
    const child = Bun.spawn([process.execPath, import.meta.path, url, client.basic, accessToken], { stdout: "pipe" });
    return JSON.parse(await new Response(child.stdout).text());
  };
  await latency();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const idle = await latency();
    fill(databasePath(server.directory), server.context.clock.now());
    const swept = new AbortController();
    const sweeping = (async () => {
      while (!swept.signal.aborted) {
        await upkeep.round();
        await Bun.sleep(5);
      }
    })();
    const busy = await latency();
    swept.abort();
    await sweeping;
    ratios.push(busy.p99 / idle.p99);
    print(
      `idle: ${inWords(idle)}; while housekeeping: ${inWords(busy)}; p99 ratio ${(busy.p99 / idle.p99).toFixed(2)}`,
    );
  }
  print(`median of the p99 ratios: ${median(ratios).toFixed(2)}`);
  await server.stop();
}

/** Codes, grants and events that have had their time. */
function fill(path: string, now: number): void {
  const database = new Database(path);
  const old = now - days(500);
  const number = `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${rows})`;
  database.exec(`
    ${number} INSERT INTO spent_handles (id, expires_at) SELECT lower(hex(randomblob(16))), ${old} FROM number;
    ${number} INSERT INTO events (at, name, actor) SELECT ${old}, 'sign-in.failed', '{"kind":"anonymous"}' FROM number;
    ${number} INSERT INTO grants (id, client_id, user_id, scope, created_at, amr, epoch, refresh_generation, revoked_tokens, keep_until)
      SELECT lower(hex(randomblob(16))), 'client', 'user ' || (n % 500), 'openid', ${old}, '', 0, 1, 0, ${old} FROM number;
  `);
  database.close();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
