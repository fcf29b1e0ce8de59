import { readdirSync } from "node:fs";
import { openLibc } from "./libc.ts";

// Two listening sockets share a port while a new certificate takes over. The system spreads new connections over both, and
// what is on its way to the old one when that closes is reset: connections that wait to be accepted, and those in the middle
// of a handshake. With this filter all new connections go to the new one, and the old one closes when it has nothing left.

// socket(7) and Linux's asm-generic/socket.h.
const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const SO_DOMAIN = 39;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const AF_UNIX = 1;
/** Linux's bpf_common.h: BPF_RET with a constant. */
const BPF_RET_K = 0x06;

/**
 * Sends new connections of this process's shared ports to the second socket of each: the newer one of a pair, since the
 * system counts them in the order in which they came to listen (socket(7), SO_ATTACH_REUSEPORT_CBPF). When the first has
 * closed there is no second, and the system takes the one that is left.
 *
 * @returns for how many sockets that was set; 0 where it cannot be done (other systems than Linux)
 */
export async function steerToNewer(): Promise<number> {
  const libc = await openLibc({
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  });
  if (libc === undefined) return 0;
  const { ptr } = await import("bun:ffi");
  const value = new Int32Array(1);
  const length = new Uint32Array([4]);
  const option = (fd: number, name: number): number | undefined =>
    libc.getsockopt(fd, SOL_SOCKET, name, ptr(value), ptr(length)) === 0 ? value[0] : undefined;

  // struct sock_filter { u16 code; u8 jt, jf; u32 k }: the answer is 1, the second socket.
  const filter = new DataView(new ArrayBuffer(8));
  filter.setUint16(0, BPF_RET_K, true);
  filter.setUint32(4, 1, true);
  // struct sock_fprog { u16 len; struct sock_filter *filter }
  const program = new DataView(new ArrayBuffer(16));
  program.setUint16(0, 1, true);
  program.setBigUint64(8, BigInt(ptr(filter.buffer)), true);

  return ownDescriptors()
    .filter((fd) => option(fd, SO_ACCEPTCONN) === 1 && option(fd, SO_DOMAIN) !== AF_UNIX)
    .filter((fd) => libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, ptr(program.buffer), 16) === 0).length;
}

function ownDescriptors(): readonly number[] {
  try {
    return readdirSync("/proc/self/fd").map(Number);
  } catch {
    // A system without /proc.
    return [];
  }
}
