import { connect, type Socket } from "node:net";

/** What somebody who means harm, or a broken proxy, leaves open: what is sent, and whether an answer comes to it. */
export interface Lingering {
  readonly text: string;
  readonly isAnswered?: boolean;
}

/** The four states in which a connection costs something. */
export const lingering = (
  host: string,
): Readonly<Record<"silent" | "half a head" | "answered once" | "half a body", Lingering>> => ({
  silent: { text: "" },
  "half a head": { text: `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX-Slow: ` },
  "answered once": { text: `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`, isAnswered: true },
  "half a body": {
    text: `POST /auth/token HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\n${"x".repeat(4000)}`,
  },
});

/** How many connect at the same time: the system lets some hundreds wait to be taken. */
const atOnce = 100;

/** Opens so many connections, sends the text on each, and leaves them. Those that are refused are not among them. */
export async function openMany(
  port: number,
  count: number,
  { text, isAnswered }: Lingering,
): Promise<readonly Socket[]> {
  const opened: Socket[] = [];
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      const done = () => resolve();
      socket.once("error", done);
      socket.once("close", done);
      socket.once("connect", () => {
        opened.push(socket);
        if (text === "") return done();
        socket.write(text);
        if (isAnswered) socket.once("data", done);
        else done();
      });
    });
  for (let made = 0; made < count; made += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - made) }, open));
  return opened;
}

export function leaveAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}
