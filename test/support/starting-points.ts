import type { User } from "../../src/model/user.ts";
import { createClient, mayRefresh, type TestClient } from "./clients.ts";
import { createUser } from "./grants.ts";
import { startTestServer, type TestServer } from "./server.ts";

// Where several files of tests begin: a server, and the clients and people that it knows.

interface Redirecting {
  readonly server: TestServer;
  /** It has two redirect URIs. */
  readonly app: TestClient;
  readonly alice: User;
}

export async function startWithRedirects(): Promise<Redirecting> {
  const server = await startTestServer();
  const redirect_uris = ["https://app.example/cb", "https://app.example/other"];
  return { server, app: await createClient(server, { redirect_uris }), alice: await createUser(server) };
}

interface Refreshing {
  readonly server: TestServer;
  readonly publicClient: TestClient;
  readonly confidential: TestClient;
  readonly resourceServer: TestClient;
}

export async function startWithRefreshTokens(): Promise<Refreshing> {
  const server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail","mail.send":"Send mail"}' });
  return {
    server,
    publicClient: await createClient(server, { ...mayRefresh, token_endpoint_auth_method: "none" }),
    confidential: await createClient(server, mayRefresh),
    resourceServer: await createClient(server, { grant_types: [], resource_server: true }),
  };
}

interface Introspecting {
  readonly server: TestServer;
  readonly app: TestClient;
  readonly resourceServer: TestClient;
  /** It may ask for tokens with which it introspects. */
  readonly machine: TestClient;
}

export async function startWithIntrospection(): Promise<Introspecting> {
  const server = await startTestServer({
    POSTERN_SCOPES: '{"mail.read":"Read your mail","mail.send":"Send mail","files":"Files"}',
  });
  const scope = "mail.read postern:introspect";
  return {
    server,
    app: await createClient(server, mayRefresh),
    resourceServer: await createClient(server, { grant_types: [], resource_server: true }),
    machine: await createClient(server, { grant_types: ["client_credentials"], scope }),
  };
}

interface Programs {
  readonly server: TestServer;
  readonly machine: TestClient;
  readonly resourceServer: TestClient;
}

export async function startWithPrograms(): Promise<Programs> {
  const server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
  return {
    server,
    machine: await createClient(server, { grant_types: ["client_credentials"], scope: "mail.read" }),
    resourceServer: await createClient(server, { grant_types: [], resource_server: true }),
  };
}
