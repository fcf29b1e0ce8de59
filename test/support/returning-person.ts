import { minutes } from "../../src/time.ts";
import { approve, authorize } from "./authorization.ts";
import type { TestBrowser } from "./browser.ts";
import { createClient, mayRefresh, type TestClient } from "./clients.ts";
import { signedInBrowser } from "./devices.ts";
import { createPerson, type TestPerson } from "./people.ts";
import { startTestServer, type TestServer } from "./server.ts";

interface TwoPeople {
  readonly server: TestServer;
  readonly app: TestClient;
  readonly alice: TestPerson;
  readonly bob: TestPerson;
}

/** A server whose sessions last for a month, a client, and two people who have passwords. */
export async function startWithTwoPeople(): Promise<TwoPeople> {
  const server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  const app = await createClient(server, mayRefresh);
  return { server, app, alice: await createPerson(server), bob: await createPerson(server, { username: "bob" }) };
}

/** The browser of a person who is signed in and allowed the client everything, a minute ago. */
export async function returningBrowser(
  server: TestServer,
  app: TestClient,
  { user }: Pick<TestPerson, "user">,
): Promise<TestBrowser> {
  const browser = await signedInBrowser(server, user);
  await approve(browser, await authorize(browser, app, { scope: "openid profile" }));
  server.advance(minutes(1));
  return browser;
}
