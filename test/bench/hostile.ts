// What thousands of connections that somebody leaves open cost, and what others notice: bun run build && bun test/bench/hostile.ts [N]
import { found } from "../soak/town.ts";
import { newBox } from "../support/binary.ts";
import { leaveAll, lingering, openMany } from "../support/many-connections.ts";
import { introspection } from "../support/requests.ts";
import { inWords, latencyOf } from "./latency.ts";
import { residentMebibytes } from "./machine.ts";

const count = Number(process.argv[2] ?? 8000);
const states = Object.entries(lingering("localhost"));

for (const [state, left] of states) {
  const box = newBox();
  const server = await box.start();
  const { checker } = await found(box);
  const host = new URL(box.address).host;
  const ask = async () => (await introspection(box, checker, "pst_at_x")).arrayBuffer();
  await latencyOf(ask, 2);
  const [idle, before] = [await latencyOf(ask, 2), residentMebibytes(server.pid)];
  const text = left.text.replace("localhost", host);
  const open = await openMany(Number(new URL(box.address).port), count, { ...left, text });
  const [busy, during] = [await latencyOf(ask, 2), residentMebibytes(server.pid)];
  leaveAll(open);
  await Bun.sleep(5000);
  process.stdout.write(
    `${open.length} ${state}: VmRSS ${before.toFixed(0)} MiB before, ${during.toFixed(0)} with them, ${residentMebibytes(server.pid).toFixed(0)} after; introspection ${inWords(idle)}, with them ${inWords(busy)}, p99 ratio ${(busy.p99 / idle.p99).toFixed(2)}\n`,
  );
  await server.stop();
  box.remove();
}
