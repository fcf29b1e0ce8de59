import { join } from "node:path";
import type { Place } from "../subject.ts";
import { commandPeer } from "./command.ts";

const script = join(import.meta.dir, "bare-server.ts");
const signsNothing = "it signs nothing";
const client = {
  authorization: `Basic ${Buffer.from(`${"x".repeat(22)}:pst_cs_${"x".repeat(43)}`).toString("base64")}`,
};

/** The framework alone (bare-server.ts), compiled as Postern is. */
export const bare = commandPeer({
  name: "bare handler",
  about: () =>
    `a bare Elysia handler with the schemas of Postern's endpoints and constant answers, compiled with the same options on Bun ${Bun.version}; it checks nobody and keeps nothing`,
  lacks: {
    "client-credentials-eddsa": signsNothing,
    "client-credentials-es256": signsNothing,
    "client-credentials-rs256": signsNothing,
    "introspection-jwt": signsNothing,
    "sign-in": "it has no accounts",
  },
  prepare: async (place, address) => ({
    command: [await compiled(place)],
    env: { BARE_ADDRESS: address },
    ready: "/healthz",
    facts: {
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
      app: { id: "app", client, redirectUri: "https://app.example/cb", cookies: ["postern=x"] },
      isConstant: true,
    },
  }),
});

async function compiled({ folder, say }: Place): Promise<string> {
  const outfile = join(folder, "bare");
  say("compiling the bare handler");
  const build = Bun.spawn(
    [
      ...[process.execPath, "build", "--compile", "--bytecode", "--format=esm"],
      ...["--minify-whitespace", "--minify-syntax", script, "--outfile", outfile],
    ],
    { cwd: folder, stdout: "ignore", stderr: "pipe" },
  );
  const errors = await new Response(build.stderr).text();
  if ((await build.exited) !== 0) throw new Error(`the bare handler cannot be compiled: ${errors}`);
  return outfile;
}
