import { startTestServer, type TestServer } from "../support/server.ts";
import { type ApprovingPerson, createApprovingPerson } from "./approving-person.ts";

interface RegistrationServers {
  /** Where any client may register, and Alice has an account. */
  readonly open: TestServer;
  /** Where a client needs an initial access token. */
  readonly guarded: TestServer;
  readonly alice: ApprovingPerson;
}

export async function startRegistrationServers(): Promise<RegistrationServers> {
  const open = await startTestServer({ POSTERN_REGISTRATION: "open" });
  return { open, guarded: await startTestServer(), alice: await createApprovingPerson(open) };
}
