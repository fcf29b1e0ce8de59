import type { AuditEvent } from "../../src/model/event.ts";
import type { TestBrowser } from "./browser.ts";
import { signedInBrowser } from "./devices.ts";
import { createPerson, type TestPerson } from "./people.ts";
import { startTestServer, type TestServer } from "./server.ts";

interface Administered {
  readonly server: TestServer;
  readonly root: TestPerson;
  /** In which root is signed in. */
  readonly browser: TestBrowser;
}

/** A server with an administrator who has signed in just now. */
export async function startWithAdministrator(
  environment: Readonly<Record<string, string>> = {},
): Promise<Administered> {
  const server = await startTestServer(environment);
  const root = await createPerson(server, { username: "root", displayName: "Root Boss", role: "admin" });
  return { server, root, browser: await signedInBrowser(server, root.user) };
}

/** The newest events, the last one first: `user.disabled by root-id`. */
export async function newestEvents(
  { context }: Pick<TestServer, "context">,
  count: number,
): Promise<readonly string[]> {
  return (await context.store.events.list(count)).map(inShort);
}

const inShort = ({ name, actor }: AuditEvent): string =>
  `${name} by ${actor.kind === "user" ? actor.userId : actor.kind}`;
