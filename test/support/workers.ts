import { limitsOf } from "../../src/cli/open-data.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import type { Answer, BunServer } from "../../src/server/bind.ts";
import { databasePath } from "../../src/server/instance.ts";
import { type Handlers, type Listener, type Listening, startListener } from "../../src/server/listener.ts";
import type { Launch } from "../../src/server/workers/pool.ts";
import { startWorker } from "../../src/server/workers/worker.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import type { Clock } from "../../src/time.ts";
import { memoryPorts } from "./memory-port.ts";

// Workers of a server that live in the process of the test, on its clock: each with a context of its own, at a channel that
// copies what goes through it.

/**
 * How a server starts a worker in this process.
 *
 * @param stores takes what each of them reads from
 */
export function workersHere(clock: Clock, stores: Store[]): Launch {
  const listen = takingTurns();
  let lastPid = 0;
  return () => {
    const [ours, theirs] = memoryPorts();
    const ended = Promise.withResolvers<string>();
    const end = () => {
      ours.leave();
      ended.resolve("dismissed");
    };
    startWorker({
      port: theirs.port,
      clock,
      random: systemRandom(),
      openStore: (config, writer) => {
        const path = databasePath(config.dataDir);
        const store = openSqliteStore({ path, clock, writer, migrate: false, limits: limitsOf(config) });
        stores.push(store);
        return store;
      },
      listen,
      soon: queueMicrotask,
    });
    lastPid += 1;
    return { pid: lastPid, port: ours.port, kill: end, dismiss: end, ended: ended.promise };
  };
}

/** One listener for all workers of a server: each request goes to another one than the request before. */
function takingTurns(): (listening: Listening, handlers: Handlers) => Promise<Listener> {
  const workers: Handlers[] = [];
  let shared: Promise<Listener> | undefined;
  let present: BunServer | undefined;
  let turn = 0;
  return async (listening, handlers) => {
    workers.push(handlers);
    if (present !== undefined) handlers.changed(present);
    shared ??= startListener(listening, {
      changed: (server) => {
        present = server;
        for (const worker of workers) worker.changed(server);
      },
      answerAt: (listen) => {
        const answers = new Map<Handlers, Answer>();
        return (request) => {
          turn += 1;
          const worker = workers[turn % workers.length] ?? handlers;
          const answer = answers.get(worker) ?? worker.answerAt(listen);
          answers.set(worker, answer);
          return answer(request);
        };
      },
    });
    return shared;
  };
}
