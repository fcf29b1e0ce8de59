import { openLibc } from "../server/libc.ts";

// systemd, or whatever else speaks sd_notify(3): a datagram to the socket that $NOTIFY_SOCKET names. It is sent from this
// process itself, since the manager believes only the main process of the service.

// unix(7) and send(2), for Linux.
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
// clock_gettime(2).
const CLOCK_MONOTONIC = 1;

/** The program that has started the server as a service. */
export interface ServiceManager {
  /** The server answers requests, for the first time or after a reload. */
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  /**
   * Keeps the manager's watchdog quiet as long as `isAlive` resolves, if there is a watchdog.
   *
   * @returns how to end it
   */
  watch(isAlive: () => Promise<void>): () => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds the service manager; undefined where there is none, or none that can be told anything. */
export async function findServiceManager(environment: Environment): Promise<ServiceManager | undefined> {
  const address = socketAddress(environment.NOTIFY_SOCKET ?? "");
  const libc = await openLibc({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  });
  if (address === undefined || libc === undefined) return undefined;
  const { ptr } = await import("bun:ffi");
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const tell = (...lines: readonly string[]) => {
    const message = Buffer.from(lines.join("\n"));
    libc.sendto(fd, ptr(message), message.length, MSG_DONTWAIT_NOSIGNAL, ptr(address), address.length);
  };
  const monotonicMicroseconds = () => {
    const time = new BigInt64Array(2);
    libc.clock_gettime(CLOCK_MONOTONIC, ptr(time));
    return (time[0] ?? 0n) * 1_000_000n + (time[1] ?? 0n) / 1000n;
  };
  return {
    ready: (status) => tell("READY=1", `STATUS=${status}`),
    // It tells by the time which READY=1 belongs to this reload.
    reloading: () => tell("RELOADING=1", `MONOTONIC_USEC=${monotonicMicroseconds()}`),
    stopping: () => tell("STOPPING=1", "STATUS=answering what is under way"),
    watch: (isAlive) => {
      const every = watchdogInterval(environment);
      return every === undefined ? () => undefined : pingWhile(isAlive, every, () => tell("WATCHDOG=1"));
    },
  };
}

/** unix(7): a path ends with a zero byte, an abstract name (written with `@`) begins with one and is as long as it is. */
function socketAddress(name: string): Buffer | undefined {
  const isAbstract = name.startsWith("@");
  if (!isAbstract && !name.startsWith("/")) return undefined;
  const path = isAbstract ? `\0${name.slice(1)}` : `${name}\0`;
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(path)]);
  return address.length > 110 ? undefined : address;
}

/** Milliseconds: half of what the watchdog allows, as sd_watchdog_enabled(3) recommends. */
function watchdogInterval({ WATCHDOG_USEC, WATCHDOG_PID }: Environment): number | undefined {
  const allowed = Number(WATCHDOG_USEC);
  const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  return isOurs && allowed > 0 ? Math.max(1, Math.floor(allowed / 2000)) : undefined;
}

/** A timer proves that this thread goes on; the answer proves it of what is asked. No answer, no ping. */
function pingWhile(isAlive: () => Promise<void>, every: number, ping: () => void): () => void {
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    await isAlive().then(ping, () => undefined);
    isAsking = false;
  };
  void ask();
  const timer = setInterval(ask, every);
  timer.unref();
  return () => clearInterval(timer);
}
