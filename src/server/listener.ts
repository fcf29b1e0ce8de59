import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, readFileSync, unlinkSync } from "node:fs";
import { listenText } from "../config/address.ts";
import type { Config } from "../config/load.ts";

type BunServer = ReturnType<typeof Bun.serve>;

/** What Bun refuses by itself, in fewer words; the smaller limit of http/body.ts answers as the protocol wants. */
const mostBodyBytes = 16 * 1024 * 1024;
/** Seconds without a byte. */
const idleSeconds = 10;
/** What is under way is answered, but nobody holds up the end for longer. */
const longestDrain = 10_000;

/** Why the server cannot listen, in one sentence for its operator. */
export class ListenFault extends Error {
  override readonly name = "ListenFault";
}

export interface Listener {
  /** The server that takes connections now. */
  readonly server: BunServer;
  /** `host:port` as bound, or `unix:/path`. */
  readonly address: string;
  /** Takes the certificate and key from their files anew; connections that are open go on. Keeps the old ones if they do not fit. */
  reloadCertificate(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws ListenFault */
export async function startListener(
  { listen, tls }: Pick<Config, "listen" | "tls">,
  fetch: (request: Request) => Response | Promise<Response>,
  changed: (server: BunServer) => void,
): Promise<Listener> {
  // Bun's own error page would show the source. Without development it also shares ports, unless told not to.
  const common = { fetch, maxRequestBodySize: mostBodyBytes, development: false, error: failed };
  const bind = (): BunServer => {
    if (listen.kind === "unix") return Bun.serve({ ...common, unix: listen.path });
    const { host: hostname, port } = listen;
    const plain = { ...common, hostname, port, reusePort: false, idleTimeout: idleSeconds };
    return tls === undefined ? Bun.serve(plain) : Bun.serve({ ...plain, tls: readCertificate(tls), reusePort: true });
  };
  if (listen.kind === "unix") await removeStaleSocket(listen.path);
  // With reusePort, which a new certificate needs, the system would let a second server share the port silently.
  else if (tls !== undefined && listen.port !== 0) await checkFree(listen.host, listen.port);
  const describe = listenText(listen);
  let server = refusing(describe, bind);
  if (listen.kind === "unix") chmodSync(listen.path, 0o660);
  changed(server);

  return {
    get server() {
      return server;
    },
    address: listen.kind === "unix" ? describe : listenText({ ...listen, port: server.port ?? listen.port }),
    reloadCertificate: async () => {
      if (tls === undefined) return;
      // `server.reload` keeps the old certificate: a second server takes the port over, and the first one drains.
      const before = server;
      server = refusing(describe, bind);
      changed(server);
      await before.stop();
    },
    stop: async () => {
      const deadline = setTimeout(() => server.stop(true), longestDrain);
      await server.stop();
      clearTimeout(deadline);
    },
  };
}

/** What even the answering of errors did not catch. */
const failed = () =>
  Response.json(
    { error: "server_error", error_description: "the server failed" },
    { status: 500, headers: { "cache-control": "no-store" } },
  );

function refusing(where: string, bind: () => BunServer): BunServer {
  try {
    return bind();
  } catch (error) {
    if (error instanceof ListenFault) throw error;
    throw new ListenFault(`cannot listen on ${where}: ${error instanceof Error ? error.message : "unknown fault"}`, {
      cause: error,
    });
  }
}

/** Reads the pair and checks that its halves belong together, before anything is swapped for it. */
function readCertificate({ certFile, keyFile }: NonNullable<Config["tls"]>): {
  readonly cert: string;
  readonly key: string;
} {
  try {
    const cert = readFileSync(certFile, "utf8");
    const key = readFileSync(keyFile, "utf8");
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  } catch (error) {
    throw new ListenFault(`the certificate ${certFile} or its key ${keyFile} cannot be read`, { cause: error });
  }
  throw new ListenFault(`the key ${keyFile} does not belong to the certificate ${certFile}`);
}

async function checkFree(hostname: string, port: number): Promise<void> {
  const probe = refusing(`${hostname}:${port}`, () =>
    Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response() }),
  );
  await probe.stop(true);
}

/** A killed server leaves its socket behind; one that answers is somebody's. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!existsSync(path)) return;
  try {
    const connection = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    connection.end();
  } catch {
    unlinkSync(path);
    return;
  }
  throw new ListenFault(`another server listens on unix:${path}`);
}
