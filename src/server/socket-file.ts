import { lstatSync, unlinkSync } from "node:fs";
import { ListenFault } from "./listen-fault.ts";

/**
 * Makes room for a unix socket: a killed server leaves its own behind. One that answers is somebody's, and so is
 * everything that is no socket.
 *
 * @throws ListenFault
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new ListenFault(`cannot listen on unix:${path}: there is a file that is no socket`);
  try {
    const connection = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    connection.end();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // connect(2): nobody listens there, or it has gone in the meantime. All else tells nothing about who does.
    if (code === "ECONNREFUSED") unlinkSync(path);
    else if (code !== "ENOENT") {
      throw new ListenFault(`cannot tell whether another server listens on unix:${path} (${code})`, { cause: error });
    }
    return;
  }
  throw new ListenFault(`another server listens on unix:${path}`);
}
