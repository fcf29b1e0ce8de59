import { type Listen, listenText } from "../config/address.ts";
import type { Config } from "../config/load.ts";
import { type AnswerAt, type Bound, type BunServer, bind, checkFree, idleSeconds } from "./bind.ts";
import { readKeyPair } from "./certificate.ts";
import { removeStaleSocket } from "./socket-file.ts";

export interface Listener {
  /** Each address as it was bound: `host:port` or `unix:/path`. */
  readonly addresses: readonly string[];
  /**
   * Takes the certificate and key from their files anew, and refuses no connection meanwhile. Keeps the old ones if the new
   * ones do not fit together.
   *
   * @returns whether they are other ones than before
   * @throws ListenFault
   */
  reloadCertificate(): Promise<boolean>;
  /**
   * Ends all connections when nothing is under way, or after two seconds, and takes new ones: what clients keep open is then
   * open no more.
   *
   * @throws ListenFault where an address could not be listened on again; the next call tries that anew
   */
  shed(): Promise<void>;
  /** Takes no more connections, answers what is under way, and ends the rest at the deadline. */
  stop(): Promise<void>;
}

export interface Handlers {
  readonly answerAt: AnswerAt;
  /** Told of the server that can be asked for the address of any peer. */
  readonly changed: (server: BunServer) => void;
}

/** How addresses are listened on. */
export type Listening = Pick<Config, "listen" | "tls" | "drainTimeout">;

/** Milliseconds for what is under way when all connections are to be ended, and between two looks at it. */
const shedGrace = 2000;
const shedStep = 20;

/** After so long nothing is left on a server that gets no new connections: Bun looks at idle ones every four seconds. */
const untilQuiet = (idleSeconds + 4) * 1000;

/**
 * Listens on every address, or on none.
 *
 * @throws ListenFault
 */
export async function startListener(
  { listen, tls, drainTimeout }: Listening,
  { answerAt, changed }: Handlers,
  isShared = false,
): Promise<Listener> {
  let pair = tls === undefined ? undefined : readKeyPair(tls);
  for (const one of listen) {
    if (one.kind === "unix") await removeStaleSocket(one.path);
    else if (pair !== undefined && one.port !== 0 && !isShared) await checkFree(one);
  }
  let bound = bindAll(listen, { pair, isShared, answerAt });
  const addresses = bound.map((one) => one.listen);
  /** Those that a new certificate has replaced, while they still have connections. */
  let leaving: readonly Bound[] = [];
  let left = Promise.resolve();
  const ending = new AbortController();
  const tell = () => {
    // Of peers on a unix socket there is nothing to ask; any server with a port knows the peers of all of them.
    const asked = bound.find(({ listen: { kind } }) => kind === "tcp") ?? bound[0];
    if (asked !== undefined) changed(asked.server);
  };
  tell();

  return {
    addresses: addresses.map(listenText),
    reloadCertificate: async () => {
      if (tls === undefined) return false;
      // A pair that does not fit is refused at once, and not only when the one before has settled in.
      readKeyPair(tls);
      // `server.reload` keeps the old certificate: a second server takes each port over. There are never three.
      while (leaving.length > 0) await left;
      const found = readKeyPair(tls);
      if (ending.signal.aborted || (found.cert === pair?.cert && found.key === pair.key)) return false;
      const before = bound.filter((one) => one.listen.kind === "tcp");
      const fresh = bindAll(
        before.map((one) => one.listen),
        { pair: found, isShared, answerAt },
      );
      pair = found;
      bound = [...bound.filter((one) => one.listen.kind === "unix"), ...fresh];
      tell();
      leaving = before;
      // Of a port that others share the system counts their sockets, too.
      const steered = isShared ? Promise.resolve(false) : steerAwayFrom(before);
      left = steered
        .then((isSteered) => leave(before, isSteered ? ending.signal : undefined))
        .then(() => {
          leaving = [];
        });
      await steered;
      return true;
    },
    shed: async () => {
      const isBusy = () => [...bound, ...leaving].some(({ server }) => server.pendingRequests > 0);
      for (let waited = 0; waited < shedGrace && isBusy(); waited += shedStep) await Bun.sleep(shedStep);
      if (ending.signal.aborted) return;
      const ended = stopAll([...bound, ...leaving], true);
      bound = [];
      bound = bindAll(addresses, { pair, isShared, answerAt });
      tell();
      await ended;
    },
    stop: async () => {
      const all = [...bound, ...leaving];
      const deadline = setTimeout(() => void stopAll(all, true), drainTimeout);
      ending.abort();
      await stopAll(all);
      clearTimeout(deadline);
    },
  };
}

/** Sends new connections to the servers that have taken over the ports of these; tells whether the system can do that. */
async function steerAwayFrom(replaced: readonly Bound[]): Promise<boolean> {
  const { steerToNewer } = await import("./steering.ts");
  return (await steerToNewer()) === 2 * replaced.length;
}

/** Ends servers that others have replaced: at once where they still get connections, else when they are quiet or all ends. */
async function leave(replaced: readonly Bound[], ending: AbortSignal | undefined): Promise<void> {
  for (const one of replaced) one.leave();
  if (ending?.aborted === false) {
    const quiet = Promise.withResolvers<void>();
    const timer = setTimeout(quiet.resolve, untilQuiet);
    ending.addEventListener("abort", () => quiet.resolve(), { once: true });
    await quiet.promise;
    clearTimeout(timer);
  }
  await stopAll(replaced);
}

function bindAll(listen: readonly Listen[], serving: Parameters<typeof bind>[1]): readonly Bound[] {
  const bound: Bound[] = [];
  try {
    for (const one of listen) bound.push(bind(one, serving));
    return bound;
  } catch (error) {
    void stopAll(bound, true);
    throw error;
  }
}

const stopAll = (bound: readonly Bound[], atOnce = false) =>
  Promise.all(bound.map(({ server }) => server.stop(atOnce)));
