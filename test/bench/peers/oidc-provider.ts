import { join } from "node:path";
import { commandPeer } from "./command.ts";
import { installed, packageVersion } from "./installed.ts";
import { node, nodeVersion } from "./node.ts";

/** The library that others of this kind are measured by, on Node, with its in-memory adapter. */
export const oidcProvider = commandPeer({
  name: "oidc-provider",
  about: () =>
    `oidc-provider ${packageVersion("oidc-provider")} from npm on Node ${nodeVersion()}, its own in-memory adapter (with room for 200,000 entries instead of 1,000): it keeps its tokens in memory and forgets them with a restart, where Postern has its grants on the disk`,
  lacks: {
    "introspection-jwt": "its JWT access tokens are not kept, and it calls them inactive",
    "sign-in": "accounts and their passwords are left to who builds with it",
  },
  prepare: async ({ folder, say }, address) => {
    const command = node();
    const facts = join(folder, "facts.json");
    const directory = await installed("oidc-provider", say);
    return {
      command: [command, join(directory, "server.mjs"), address, facts],
      env: { NODE_ENV: "production" },
      ready: "/.well-known/openid-configuration",
      facts: () => Bun.file(facts).json(),
    };
  },
});
