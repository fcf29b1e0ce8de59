import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// A small host, to be read in one go beside docs/embedding.md: a NAS with users of its own and an API of its own. It starts
// Postern as a part of itself, vouches for its users over a unix socket, and lets apps into its API by the tokens that
// Postern has given them.
//
//   bun test/embedding/nas.ts DIRECTORY PORT postern      (with the file users.json in the directory)

const [directory = ".", port = "8080", ...postern] = process.argv.slice(2);
const issuer = `http://localhost:${port}/sso`;

// 1. Its users: here a file of the NAS, elsewhere its database.

interface NasUser {
  readonly name: string;
  /** Never given to another, whatever the user is called: what Postern knows the account by. */
  readonly uid: string;
  readonly passwordHash: string;
  readonly fullName: string;
  readonly isAdmin: boolean;
  readonly isDisabled: boolean;
}

const users = (): readonly NasUser[] => JSON.parse(readFileSync(join(directory, "users.json"), "utf8"));
const hashOfNobody = await Bun.password.hash("a text in place of none", "bcrypt");

/** What Postern is told of a user. */
async function verdict(question: Readonly<Record<string, string>>): Promise<object> {
  const refused = (reason: string) => ({ version: 1, allowed: false, reason });
  const user = users().find(({ name, uid }) =>
    question.check === "password" ? name === question.username : uid === question.subject,
  );
  if (question.check === "password") {
    // As long for a name that nobody has as for a wrong password.
    const isRight = await Bun.password.verify(question.password ?? "", user?.passwordHash ?? hashOfNobody);
    if (!isRight) return refused(user === undefined ? "unknown" : "credentials");
  }
  if (user === undefined) return refused("unknown");
  if (user.isDisabled) return refused("disabled");
  const { uid: subject, name: username, fullName: display_name, isAdmin } = user;
  return {
    version: 1,
    allowed: true,
    subject,
    username,
    display_name,
    groups: ["nas"],
    role: isAdmin ? "admin" : "user",
  };
}

const socket = join(directory, "users.sock");
const verifier = Bun.serve({
  unix: socket,
  fetch: async (request) => Response.json(await verdict(await request.json())),
});
chmodSync(socket, 0o600);

// 2. Postern, with the clients that belong to the NAS: an app on a television, and the API below.

const apiSecret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const clients = [
  {
    client_id: "tv",
    client_name: "Television",
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    scope: "openid files",
  },
  { client_id: "nas-api", client_name: "The NAS", grant_types: [], client_secret: apiSecret, resource_server: true },
];
writeFileSync(join(directory, "clients.json"), JSON.stringify(clients), { mode: 0o600 });

const child = Bun.spawn([...postern, "serve", "--embed"], {
  stdin: "pipe",
  stdout: "pipe",
  stderr: "inherit",
  env: {
    POSTERN_ISSUER: issuer,
    POSTERN_DATA_DIR: join(directory, "sso"),
    POSTERN_CLIENTS_FILE: join(directory, "clients.json"),
    POSTERN_SCOPES: '{"files":"See your files"}',
    POSTERN_TRUSTED_PROXIES: "unix",
    POSTERN_CREDENTIAL_VERIFIER: `unix:${socket}`,
  },
});
const line = JSON.parse(await firstLine(child.stdout));
if (line.event !== "ready" || line.contract !== 1) throw new Error(`Postern did not start: ${JSON.stringify(line)}`);
const unix: string = line.listen[0].replace(/^unix:/, "");

// 3. Its front door: what begins with /sso goes through to Postern, the rest is its own.

const front = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch: (request, server) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/sso/")) return passOn(request, server.requestIP(request)?.address ?? "127.0.0.1");
    return pathname === "/api/files" ? files(request) : new Response("nothing here", { status: 404 });
  },
});

function passOn(request: Request, address: string): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of ["forwarded", "x-forwarded-host", "connection"]) headers.delete(name);
  // In place of what the client may have sent.
  headers.set("x-forwarded-for", address);
  headers.set("x-forwarded-proto", "http");
  return fetch(request.url, {
    method: request.method,
    headers,
    body: request.body,
    redirect: "manual",
    decompress: false,
    unix,
  });
}

/** Its API: whoever brings a live token for `files` sees theirs. */
async function files(request: Request): Promise<Response> {
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const told = token === undefined ? { active: false } : await introspect(token);
  if (!told.active) return new Response("sign in first", { status: 401, headers: { "www-authenticate": "Bearer" } });
  if (!(told.scope ?? "").split(" ").includes("files")) return new Response("not for files", { status: 403 });
  return Response.json({ files: [`/home/${told.username}/holiday.jpg`] });
}

/** RFC 7662, over Postern's socket. */
async function introspect(token: string): Promise<{ active: boolean; scope?: string; username?: string }> {
  const answer = await fetch(`${issuer}/auth/introspect`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`nas-api:${apiSecret}`)}` },
    body: new URLSearchParams({ token }),
    unix,
  });
  if (!answer.ok) throw new Error(`introspection was refused: ${answer.status}`);
  return answer.json();
}

// 4. The end: when it is told to, and when Postern ends by itself.

let exitCode = 1;
process.on("SIGTERM", async () => {
  exitCode = 0;
  await front.stop();
  child.stdin.end();
});
console.log(JSON.stringify({ event: "open", issuer, postern: child.pid }));
await child.exited;
await verifier.stop(true);
process.exit(exitCode);

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text;
}
