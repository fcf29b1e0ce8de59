import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Figure, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { bytesWritten } from "../machine.ts";
import { type Holdings, type Installation, install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "../scenarios/client-credentials.ts";
import { refresh } from "../scenarios/refresh.ts";
import type { Subject } from "../subject.ts";

const many = 101_000;
const few = 1000;

export const disk: Measurement = {
  name: "disk",
  title: "what is kept and written on the disk",
  measure: async (bench) => {
    const [small, large] = [await filled(bench, few), await filled(bench, many)];
    const perGrant = (sizeAfterVacuum(large.database) - sizeAfterVacuum(small.database)) / (many - few);
    const server = await small.serve();
    const written = (scenario: Scenario, connections: number) =>
      writtenPer(bench, small, server, scenario, connections);
    const [service] = clientCredentialsScenarios;
    const figures: Figure[] = [
      {
        name: "disk-grant",
        title: "size of the database per grant with its refresh token, after VACUUM, 100,000 grants",
        value: perGrant,
        unit: "bytes",
      },
      { name: "disk-refresh-low", ...(await written(refresh, 1)) },
      { name: "disk-refresh-high", ...(await written(refresh, bench.effort.connections)) },
      ...(service === undefined ? [] : [{ name: "disk-token", ...(await written(service, bench.effort.connections)) }]),
    ];
    await server.stop();
    return figures;
  },
};

async function filled(bench: Bench, grants: number): Promise<Installation> {
  bench.say(`disk: making ${grants} grants`);
  const holdings: Holdings = { grants, tokens: 0 };
  return install(bench.revision, holdings, newPlace(bench, `disk-${grants}`));
}

/** Of a copy: the server goes on with the file as it is. */
function sizeAfterVacuum(path: string): number {
  const copy = `${path}.vacuum`;
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) throw new Error("the log is not carried over yet");
  copyFileSync(path, copy);
  const database = new Database(copy);
  database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return statSync(copy).size;
}

/** What the process sends to the disk for one answer, checkpoints included. */
async function writtenPer(
  { effort, folder, say }: Bench,
  { database }: Installation,
  server: Subject,
  scenario: Scenario,
  connections: number,
): Promise<Omit<Figure, "name">> {
  // What the scenario needs is made before, and is no part of it: the load is prepared when this is read.
  let before = 0;
  const watched: Scenario = {
    ...scenario,
    check: async () => undefined,
    load: async (subject, atOnce) => {
      const load = await scenario.load(subject, atOnce);
      before = bytesWritten(server.pid);
      return load;
    },
  };
  const round = await measure(watched, server, { connections, seconds: effort.seconds, folder: join(folder, "disk") });
  const bytes = bytesWritten(server.pid) - before;
  const answers = (round?.perSecond ?? Number.NaN) * effort.seconds;
  say(`disk: ${scenario.name} with ${connections} connections: ${bytes} bytes for ${Math.round(answers)} answers`);
  return {
    title: `bytes written to the disk per answer: ${scenario.title}, ${connections} ${connections === 1 ? "connection" : "connections"}`,
    value: bytes / answers,
    unit: "bytes",
    note: `at ${Math.round(round?.perSecond ?? 0)}/s; the log is ${Math.round(statSync(`${database}-wal`).size / 1024)} KiB`,
  };
}
