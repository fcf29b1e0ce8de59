import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admitHostPerson } from "../../src/identity/host-users.ts";
import type { User } from "../../src/model/user.ts";
import { startTestServer, type TestServer } from "./server.ts";

/** What the host knows of one of its own users; all but the password is what it answers. */
export interface HostUser {
  readonly subject: string;
  readonly password: string;
  /** The host says no, with this reason, whatever the password. */
  readonly reason?: string;
  readonly username?: string;
  readonly display_name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly groups?: readonly string[];
  readonly role?: string;
}

/** A question as it came. */
interface Question {
  readonly version: number;
  readonly check: "password" | "account";
  readonly username?: string;
  readonly password?: string;
  readonly address?: string;
  readonly subject?: string;
}

/** A host with users of its own, which it vouches for over a real socket. */
export interface TestHost {
  /** By the name that they sign in with. */
  readonly users: Map<string, HostUser>;
  readonly asked: Question[];
  /** In the place of an answer, where a test wants something else. */
  instead: ((request: Request, question: Question) => Response | Promise<Response>) | undefined;
  /** What POSTERN_CREDENTIAL_VERIFIER is set to. */
  readonly address: string;
  stop(): Promise<void>;
}

/** @param where the socket that the host listens on, or a port that the system chooses */
export function startHost(where: "unix" | "http" = "unix"): TestHost {
  const directory = mkdtempSync(join(tmpdir(), "host-"));
  const path = join(directory, "verify.sock");
  const users = new Map<string, HostUser>();
  const asked: Question[] = [];
  const answer = async (request: Request) => {
    const question: Question = await request.json();
    asked.push(question);
    return host.instead?.(request, question) ?? Response.json(answerOf(users, question));
  };
  const server =
    where === "unix"
      ? Bun.serve({ unix: path, fetch: answer })
      : Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  const host: TestHost = {
    users,
    asked,
    instead: undefined,
    address: where === "unix" ? `unix:${path}` : `http://127.0.0.1:${server.port}/verify`,
    stop: async () => {
      await server.stop(true);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return host;
}

function answerOf(users: ReadonlyMap<string, HostUser>, { check, username = "", password, subject }: Question): object {
  const user =
    check === "password" ? users.get(username) : [...users.values()].find((other) => other.subject === subject);
  if (user === undefined) return { version: 1, allowed: false, reason: "unknown" };
  const { password: own, reason, ...told } = user;
  if (reason !== undefined) return { version: 1, allowed: false, reason };
  if (check === "password" && password !== own) return { version: 1, allowed: false, reason: "credentials" };
  return { version: 1, allowed: true, ...told };
}

/** A program that answers, as a host would install it; `body` is what a shell runs. */
export function hostProgram(body: string): { readonly address: string; readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "host-"));
  const path = join(directory, "check-user");
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return {
    address: `exec:${path}`,
    directory,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A server whose people are the host's. */
export const startServerAt = (
  { address }: Pick<TestHost, "address">,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> => startTestServer({ POSTERN_CREDENTIAL_VERIFIER: address, ...environment });

/** A person of the host whom Postern knows already, as if they had signed in once. */
export async function knownFromHost(
  { context }: Pick<TestServer, "context">,
  host: TestHost | undefined,
  { username, ...told }: { readonly username: string } & Partial<Pick<User, "role" | "groups" | "displayName">>,
): Promise<User> {
  const person = { subject: `uid-${username}`, emailVerified: false, role: "user", groups: [], ...told } as const;
  const admission = await admitHostPerson(context, person, username, undefined);
  if (admission.outcome === "clash") throw new Error(`there is a user ${username} already`);
  host?.users.set(username, {
    subject: person.subject,
    password: hostPassword,
    role: person.role,
    groups: person.groups,
  });
  return admission.user;
}

export const hostPassword = "otters in the reeds";
