import { join } from "node:path";
import { pinned } from "../machine.ts";
import { startProcess } from "../server-process.ts";
import type { Peer, Place, Subject } from "../subject.ts";
import { installed, packageVersion } from "./installed.ts";
import { node, nodeVersion } from "./node.ts";

/** The library that the others of this kind are measured by, on Node, with its in-memory adapter. */
export const oidcProvider: Peer = {
  name: "oidc-provider",
  about: () =>
    `oidc-provider ${packageVersion("oidc-provider")} from npm on Node ${nodeVersion()}, its own in-memory adapter: it keeps its tokens in memory (a thousand or two of them), and a restart forgets them all`,
  lacks: {
    mix: "its memory forgets, among so many, what the mix asks for again",
    "introspection-jwt": "its JWT access tokens are not kept, and it calls them inactive",
  },
  start: startOidcProvider,
};

async function startOidcProvider({ folder, port, say }: Place): Promise<Subject> {
  const command = node();
  const directory = await installed("oidc-provider", say);
  const address = `http://127.0.0.1:${port}`;
  const facts = join(folder, "facts.json");
  const served = await startProcess({
    command: pinned("server", [command, join(directory, "server.mjs"), address, facts]),
    env: { NODE_ENV: "production" },
    folder,
    port,
    ready: "/.well-known/openid-configuration",
  });
  return { name: oidcProvider.name, facts: await Bun.file(facts).json(), ...served };
}
