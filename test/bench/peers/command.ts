import { pinned } from "../machine.ts";
import { startProcess } from "../server-process.ts";
import type { Facts, Peer, Place } from "../subject.ts";

/** How a server is started, and what is to be known of it then. */
export interface Prepared {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A path that is answered with 200 as soon as it serves. */
  readonly ready: string;
  /** Known before, or read when it serves. */
  readonly facts: Facts | (() => Promise<Facts>);
}

/**
 * A peer that is any command: told a free port and an empty folder, it says how it is started and where its endpoints are.
 * What it leaves out of its facts it is not asked for.
 */
export const commandPeer = ({
  prepare,
  ...peer
}: Omit<Peer, "start"> & { readonly prepare: (place: Place, address: string) => Promise<Prepared> }): Peer => ({
  ...peer,
  start: async (place) => {
    const { command, env = {}, ready, facts } = await prepare(place, `http://127.0.0.1:${place.port}`);
    const served = await startProcess({ ...place, command: pinned("server", command), env, ready });
    return { name: peer.name, facts: typeof facts === "function" ? await facts() : facts, ...served };
  },
});
