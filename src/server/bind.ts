import { chmodSync } from "node:fs";
import { type Listen, listenText } from "../config/address.ts";
import type { KeyPair } from "./certificate.ts";
import { ListenFault } from "./listen-fault.ts";

export type BunServer = ReturnType<typeof Bun.serve>;
export type Answer = (request: Request) => Response | Promise<Response>;
/** How requests are answered that come in at an address. It is as it was bound: with its port, even if 0 was asked for. */
export type AnswerAt = (listen: Listen) => Answer;

/** What Bun refuses by itself, in fewer words; the smaller limit of http/body.ts answers as the protocol wants. */
const mostBodyBytes = 16 * 1024 * 1024;
/** Seconds without a byte. */
export const idleSeconds = 10;

/** One address that is listened on. */
export interface Bound {
  /** As it was bound. */
  readonly listen: Listen;
  readonly server: BunServer;
  /** From now on each connection ends with its next answer. */
  leave(): void;
}

interface Serving {
  readonly pair: KeyPair | undefined;
  /** Other processes of this server listen on the same port. */
  readonly isShared?: boolean;
  readonly answerAt: AnswerAt;
}

/**
 * Listens on one address.
 *
 * @throws ListenFault
 */
export function bind(listen: Listen, { pair, isShared = false, answerAt }: Serving): Bound {
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
    const plain = { ...common, hostname, port, reusePort: isShared, idleTimeout: idleSeconds };
    return pair === undefined ? Bun.serve(plain) : Bun.serve({ ...plain, tls: { ...pair }, reusePort: true });
  });
  if (listen.kind === "unix") chmodSync(listen.path, listen.mode);
  const asBound = listen.kind === "unix" ? listen : { ...listen, port: server.port ?? listen.port };
  // No request comes before this function has returned.
  answer = answerAt(asBound);
  return {
    listen: asBound,
    server,
    leave: () => {
      const before = answer;
      answer = async (request) => closing(await before(request));
    },
  };
}

/** RFC 9112 §9.6: the client learns that this is the last answer on its connection, and makes another one. */
function closing(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
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

/**
 * Makes sure that nobody listens there. With reusePort, which a new certificate needs, the system would let a second server
 * share the port silently.
 *
 * @throws ListenFault
 */
export async function checkFree(listen: Listen & { readonly kind: "tcp" }): Promise<void> {
  const { host: hostname, port } = listen;
  const probe = refusing(listen, () => Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response() }));
  await probe.stop(true);
}
