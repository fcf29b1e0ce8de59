import { ptr } from "bun:ffi";
import { openLibc } from "../../src/server/libc.ts";

/** The socket of a service manager, which keeps what it is told. */
export interface NotifySocket {
  /** What came since the last call, a message each. */
  received(): readonly string[];
  close(): void;
}

const MSG_DONTWAIT = 0x40;

/** Opens a datagram socket, which Bun has no interface to, at a path, or at an abstract name that begins with `@`. */
export async function notifySocket(name: string): Promise<NotifySocket> {
  const libc = await openLibc({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  if (libc === undefined) throw new Error("there is no C library to open a datagram socket with");
  const fd = libc.socket(1, 2, 0);
  const path = name.startsWith("@") ? `\0${name.slice(1)}` : `${name}\0`;
  const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(path)]);
  if (libc.bind(fd, ptr(address), address.length) !== 0) throw new Error(`cannot bind ${name}`);
  const buffer = Buffer.alloc(4096);
  return {
    received: () => {
      const messages: string[] = [];
      for (;;) {
        const length = Number(libc.recv(fd, ptr(buffer), buffer.length, MSG_DONTWAIT));
        if (length < 0) return messages;
        messages.push(buffer.toString("utf8", 0, length));
      }
    },
    close: () => void libc.close(fd),
  };
}
