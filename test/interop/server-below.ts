import { startTestServer, type TestServer } from "../support/server.ts";

/** A server whose issuer has a path, at the address that the issuer names: a library goes there by itself. */
export async function startServerBelow(path: string): Promise<TestServer> {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  const address = `http://localhost:${port}`;
  const server = await startTestServer({ POSTERN_ISSUER: address + path, POSTERN_LISTEN: `127.0.0.1:${port}` });
  return { ...server, address };
}
