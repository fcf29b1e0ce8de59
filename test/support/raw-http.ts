import { connect } from "node:net";
import type { TestServer } from "./server.ts";

interface Reading {
  /** Stop reading after so long (milliseconds) even if the server leaves the connection open. */
  readonly within?: number;
  /** Stop when this is there. */
  readonly until?: (received: string) => boolean;
}

/** Sends octets as they are over a connection of its own, and gives everything that comes back until the server closes. */
export function sendRaw(
  { address }: Pick<TestServer, "address">,
  text: string | readonly string[],
  { within = 1500, until = () => false }: Reading = {},
): Promise<{ readonly received: string; readonly closed: boolean }> {
  const { port } = new URL(address);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    const finish = (closed: boolean) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve({ received, closed });
    };
    const deadline = setTimeout(() => finish(false), within);
    socket.on("connect", () => {
      for (const piece of typeof text === "string" ? [text] : text) socket.write(piece, "latin1");
    });
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (until(received)) finish(false);
    });
    socket.on("error", () => finish(true));
    socket.on("close", () => finish(true));
  });
}

/** The status lines in what came back: one an answer. */
export const statusesIn = (received: string): readonly number[] =>
  [...received.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
