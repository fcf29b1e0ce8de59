import { chmodSync } from "node:fs";
import { type Listen, listenText } from "../config/address.ts";
import type { Config } from "../config/load.ts";
import { type KeyPair, readKeyPair } from "./certificate.ts";
import { ListenFault } from "./listen-fault.ts";
import { removeStaleSocket } from "./socket-file.ts";

type BunServer = ReturnType<typeof Bun.serve>;
type Answer = (request: Request) => Response | Promise<Response>;

/** What Bun refuses by itself, in fewer words; the smaller limit of http/body.ts answers as the protocol wants. */
const mostBodyBytes = 16 * 1024 * 1024;
/** Seconds without a byte. */
const idleSeconds = 10;

export interface Listener {
  /** Each address as it was bound: `host:port` or `unix:/path`. */
  readonly addresses: readonly string[];
  /** Takes the certificate and key from their files anew; connections that are open go on. Keeps the old ones if they do not fit. */
  reloadCertificate(): Promise<void>;
  /** Takes no more connections, answers what is under way, and ends the rest at the deadline. */
  stop(): Promise<void>;
}

interface Handlers {
  /** How requests are answered that come in at an address. It is as it was bound: with its port, even if 0 was asked for. */
  readonly answerAt: (listen: Listen) => Answer;
  /** Told of the server that can be asked for the address of any peer. */
  readonly changed: (server: BunServer) => void;
}

interface Bound {
  readonly listen: Listen;
  readonly server: BunServer;
}

/**
 * Listens on every address, or on none.
 *
 * @throws ListenFault
 */
export async function startListener(
  { listen, tls, drainTimeout }: Pick<Config, "listen" | "tls" | "drainTimeout">,
  { answerAt, changed }: Handlers,
): Promise<Listener> {
  const pair = tls === undefined ? undefined : readKeyPair(tls);
  for (const one of listen) {
    if (one.kind === "unix") await removeStaleSocket(one.path);
    // With reusePort, which a new certificate needs, the system would let a second server share the port silently.
    else if (pair !== undefined && one.port !== 0) await checkFree(one);
  }
  let bound = bindAll(listen, pair, answerAt);
  const tell = () => {
    // Of peers on a unix socket there is nothing to ask; any server with a port knows the peers of all of them.
    const asked = bound.find(({ listen: { kind } }) => kind === "tcp") ?? bound[0];
    if (asked !== undefined) changed(asked.server);
  };
  tell();

  return {
    addresses: bound.map((one) => listenText(one.listen)),
    reloadCertificate: async () => {
      if (tls === undefined) return;
      // `server.reload` keeps the old certificate: a second server takes each port over, and the first one drains.
      const before = bound.filter((one) => one.listen.kind === "tcp");
      const fresh = bindAll(
        before.map((one) => one.listen),
        readKeyPair(tls),
        answerAt,
      );
      bound = [...bound.filter((one) => one.listen.kind === "unix"), ...fresh];
      tell();
      await Promise.all(before.map(({ server }) => server.stop()));
    },
    stop: async () => {
      const deadline = setTimeout(() => void stopAll(bound, true), drainTimeout);
      await stopAll(bound);
      clearTimeout(deadline);
    },
  };
}

function bindAll(listen: readonly Listen[], pair: KeyPair | undefined, answerAt: Handlers["answerAt"]): Bound[] {
  const bound: Bound[] = [];
  try {
    for (const one of listen) bound.push(bind(one, pair, answerAt));
    return bound;
  } catch (error) {
    void stopAll(bound, true);
    throw error;
  }
}

const stopAll = (bound: readonly Bound[], atOnce = false) =>
  Promise.all(bound.map(({ server }) => server.stop(atOnce)));

function bind(listen: Listen, pair: KeyPair | undefined, answerAt: Handlers["answerAt"]): Bound {
  let answer: Answer = failed;
  const common = {
    fetch: (request: Request) => answer(request),
    maxRequestBodySize: mostBodyBytes,
    // Bun's own error page would show the source. Without development it also shares ports, unless told not to.
    development: false,
    error: failed,
  };
  const server = refusing(listen, () => {
    if (listen.kind === "unix") return Bun.serve({ ...common, unix: listen.path });
    const { host: hostname, port } = listen;
    const plain = { ...common, hostname, port, reusePort: false, idleTimeout: idleSeconds };
    return pair === undefined ? Bun.serve(plain) : Bun.serve({ ...plain, tls: { ...pair }, reusePort: true });
  });
  if (listen.kind === "unix") chmodSync(listen.path, listen.mode);
  const asBound = listen.kind === "unix" ? listen : { ...listen, port: server.port ?? listen.port };
  // No request comes before this function has returned.
  answer = answerAt(asBound);
  return { listen: asBound, server };
}

/** What even the answering of errors did not catch. */
const failed = () =>
  Response.json(
    { error: "server_error", error_description: "the server failed" },
    { status: 500, headers: { "cache-control": "no-store" } },
  );

function refusing(listen: Listen, start: () => BunServer): BunServer {
  try {
    return start();
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown fault";
    throw new ListenFault(`cannot listen on ${listenText(listen)}: ${why}`, { cause: error });
  }
}

async function checkFree(listen: Listen & { readonly kind: "tcp" }): Promise<void> {
  const { host: hostname, port } = listen;
  const probe = refusing(listen, () => Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response() }));
  await probe.stop(true);
}
