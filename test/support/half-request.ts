/** A request whose last part is still to come, over a connection of its own. */
export interface HalfRequest {
  /** What has come back for it. */
  received(): string;
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
  send(text: string): void;
}

/**
 * Sends the beginning of a request, and returns when the server has it: before it stands, in the same piece, one that is
 * refused at once for the host that it names, and whose answer is waited for.
 */
export async function halfRequest(port: number, beginning: string): Promise<HalfRequest> {
  let received = "";
  const isThere = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_, data) => {
        received += data.toString();
        if (!received.includes(refusal)) return;
        received = received.slice(received.indexOf(refusal) + refusal.length);
        isThere.resolve();
      },
      close: () => closed.resolve(),
      error: () => closed.resolve(),
    },
  });
  socket.write(`GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n${beginning}`);
  await Promise.race([isThere.promise, closed.promise]);
  return { received: () => received, closed: closed.promise, send: (text) => void socket.write(text) };
}

/** Where the answer to the one before it ends. */
const refusal = '"this server does not go by that name: see POSTERN_ISSUER"}';
