import { join } from "node:path";
import { pinned } from "../machine.ts";
import { startProcess } from "../server-process.ts";
import type { Facts, Peer, Place, Subject } from "../subject.ts";

const script = join(import.meta.dir, "bare-server.ts");

/** The framework alone (bare-server.ts), compiled as Postern is. */
export const bare: Peer = {
  name: "bare handler",
  about: () =>
    `a bare Elysia handler with the schemas of Postern's endpoints and constant answers, compiled with the same options on Bun ${Bun.version}; it keeps nothing`,
  start: startBare,
};

async function startBare({ folder, port, say }: Place): Promise<Subject> {
  const outfile = join(folder, "bare");
  say("compiling the bare handler");
  const build = Bun.spawn(
    [
      ...[process.execPath, "build", "--compile", "--bytecode", "--format=esm"],
      ...["--minify-whitespace", "--minify-syntax", script, "--outfile", outfile],
    ],
    { cwd: folder, stdout: "ignore", stderr: "pipe" },
  );
  if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text());
  const address = `http://127.0.0.1:${port}`;
  const served = await startProcess({
    command: pinned("server", [outfile]),
    env: { BARE_ADDRESS: address },
    folder,
    port,
    ready: "/healthz",
  });
  const facts: Facts = {
    issuer: address,
    endpoints: {
      metadata: "/.well-known/openid-configuration",
      token: "/auth/token",
      introspection: "/auth/introspect",
      deviceAuthorization: "/auth/device",
      userinfo: "/auth/userinfo",
      authorize: "/auth/authorize",
    },
    services: { opaque: client },
    scope: "tasks:read tasks:write",
    resourceServers: [client],
    devices: [client],
    mostWaitingDevices: 100,
    pollInterval: 0,
    app: { id: "app", client, redirectUri: "https://app.example/cb", cookies: ["postern=x"] },
    isConstant: true,
  };
  return { name: bare.name, facts, ...served };
}

const client = {
  authorization: `Basic ${Buffer.from(`${"x".repeat(22)}:pst_cs_${"x".repeat(43)}`).toString("base64")}`,
};
