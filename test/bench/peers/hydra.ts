import { strict as assert } from "node:assert";
import { join } from "node:path";
import { basicHeader } from "../../support/clients.ts";
import { freePort } from "../../support/free-port.ts";
import { type Caller, Missing } from "../subject.ts";
import { commandPeer } from "./command.ts";

// Ory Hydra, a server of this kind that is written in Go. Its people and their consent are a program of its operator's, so it is
// asked for what takes none; and it has no device flow.

const scope = "api:read";

/** With its fastest hash of a client's secret, and a database that waits for no disk. */
export const hydra = commandPeer({
  name: "Ory Hydra",
  about: () =>
    `Ory Hydra ${versionOf(executable())}, written in Go: its database in SQLite without any sync to the disk, secrets of clients hashed once in place of 25,000 times, and introspection on the port of its administration, where nobody is asked who they are`,
  prepare: async ({ folder, port }, address) => {
    const administration = freePort();
    const DSN = `sqlite://${join(folder, "hydra.sqlite")}?_fk=true&_journal_mode=WAL&_synchronous=OFF`;
    const made = Bun.spawnSync([executable(), "migrate", "sql", "--read-from-env", "--yes"], { env: { DSN } });
    assert.equal(made.exitCode, 0, made.stderr.toString().slice(-500));
    return {
      command: [executable(), "serve", "all", "--dev"],
      env: {
        DSN,
        SECRETS_SYSTEM: "a secret of a benchmark",
        URLS_SELF_ISSUER: address,
        SERVE_PUBLIC_HOST: "127.0.0.1",
        SERVE_PUBLIC_PORT: String(port),
        SERVE_ADMIN_HOST: "127.0.0.1",
        SERVE_ADMIN_PORT: String(administration),
        OAUTH2_HASHERS_PBKDF2_ITERATIONS: "1",
        LOG_LEVEL: "error",
        SQA_OPT_OUT: "true",
      },
      ready: "/health/ready",
      facts: async () => {
        const introspectionAddress = `http://127.0.0.1:${administration}`;
        return {
          issuer: address,
          endpoints: {
            metadata: "/.well-known/openid-configuration",
            token: "/oauth2/token",
            introspection: "/admin/oauth2/introspect",
          },
          introspectionAddress,
          tokenType: "bearer",
          // It counts from when it began.
          expiresIn: [3599, 3600],
          // Its JWTs are signed with keys of another size.
          services: { opaque: await service(introspectionAddress) },
          scope,
          resourceServers: [{}],
        };
      },
    };
  },
});

/** @throws Missing */
function executable(): string {
  const found = Bun.which("hydra");
  if (found === null) throw new Missing("hydra is not on the PATH (https://github.com/ory/hydra)");
  return found;
}

const versionOf = (command: string): string =>
  /^Version: +v?(\S+)/m.exec(Bun.spawnSync([command, "version"]).stdout.toString())?.[1] ?? "of an unknown version";

async function service(administration: string): Promise<Caller> {
  const [id, secret] = ["service", "secret-of-a-benchmark"];
  const { status } = await fetch(`${administration}/admin/clients`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: id,
      client_secret: secret,
      grant_types: ["client_credentials"],
      scope,
      access_token_strategy: "opaque",
      token_endpoint_auth_method: "client_secret_basic",
    }),
  });
  assert.equal(status, 201);
  return { authorization: basicHeader(id, secret) };
}
