import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { paths } from "../../src/http/paths.ts";
import { residentMebibytes } from "../bench/machine.ts";
import { found } from "../soak/town.ts";
import { type Box, newBox } from "../support/binary.ts";
import { TestBrowser } from "../support/browser.ts";
import { leaveAll, lingering, openMany } from "../support/many-connections.ts";
import { isActive, post } from "../support/requests.ts";
import { until } from "../support/until.ts";

let box: Box | undefined;
afterEach(() => box?.remove());

const portOf = ({ address }: { readonly address: string }) => Number(new URL(address).port);

test.skipIf(process.platform !== "linux")(
  "HT-29: six thousand connections that are silent, half a head, half a body or done, in bounded memory, while others are served",
  async () => {
    box = newBox();
    const server = await box.start();
    const { checker, tv } = await found(box);
    const host = new URL(box.address).host;
    const before = residentMebibytes(server.pid);
    const open = [];
    for (const [state, left] of Object.entries(lingering(host))) {
      const opened = await openMany(portOf(box), 1500, left);
      expect([state, opened.length]).toEqual([state, 1500]);
      open.push(...opened);
      expect(await isActive(box, checker, "pst_at_x")).toBe(false);
      expect((await post(box, "/auth/device", { client_id: tv.id })).status).toBe(200);
    }
    // Some of the first are gone after their twelve seconds: 6,000 with half a body would take 40 MiB more.
    expect(residentMebibytes(server.pid) - before).toBeLessThan(150);
    leaveAll(open);
    expect(await server.stop()).toBe(0);
  },
  60_000,
);

test.skipIf(process.platform === "win32")(
  "HT-29: with four times as many connections as descriptors it serves on, writes, and says so in one line",
  async () => {
    box = newBox({ through: ["sh", "-c", 'ulimit -n 256 && exec "$0" "$@"'] });
    const server = await box.start();
    const { tv } = await found(box);
    const at = { address: box.address };
    const register = async () => (await post(at, "/auth/device", { client_id: tv.id })).status;
    const isServed = async () => (await register().catch(() => 0)) === 200 && (await register().catch(() => 0)) === 200;
    // Those that come while all is taken may be cut off with the rest. The first write of this server comes after it.
    const crowd = async () => {
      const open = await openMany(portOf(at), 1000, { text: "" });
      expect(open.length).toBe(1000);
      await until(() => open.some(({ closed }) => closed));
      await until(isServed);
      return open;
    };
    const open = [...(await crowd()), ...(await crowd())];
    leaveAll(open);
    expect(await server.stop()).toBe(0);
    const lines = (await server.output).split("\n").filter((line) => /"level":"(warn|error)"/.test(line));
    expect(lines).toEqual([expect.stringContaining('"limit":256')]);
  },
  60_000,
);

test.skipIf(process.platform !== "linux")(
  "wrong passwords are hashed by threads that stand back behind the one that answers",
  async () => {
    box = newBox();
    const server = await box.start();
    const browser = new TestBrowser({ address: box.address, issuer: box.address });
    const page = await browser.get(paths.signIn);
    // The first of them may start the threads.
    for (let count = 0; count < 3; count++) await browser.signIn(page, { username: "nobody", password: "wrong" });
    const threads = readdirSync(`/proc/${server.pid}/task`).map((id) => threadOf(server.pid, id));
    const pool = threads.filter(({ name }) => name.startsWith("Bun Pool"));
    const own = threads.find(({ id }) => id === server.pid)?.niceness ?? Number.NaN;
    expect(pool.length).toBeGreaterThan(0);
    expect(pool.map(({ niceness }) => niceness)).toEqual(pool.map(() => Math.min(19, own + 10)));
  },
);

/** By proc(5): the name in parentheses, then 16 fields on the niceness. */
function threadOf(pid: number, id: string) {
  const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8");
  const [, name = "", rest = ""] = /\((.*)\) (.*)/.exec(stat) ?? [];
  return { id: Number(id), name, niceness: Number(rest.split(" ")[16]) };
}
