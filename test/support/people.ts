import { asUserId } from "../../src/brand.ts";
import { newIdentifier } from "../../src/crypto/secret.ts";
import type { User } from "../../src/model/user.ts";
import { preparePassword } from "../../src/rules/password.ts";
import { canonicalUserName } from "../../src/rules/user-name.ts";
import type { TestServer } from "./server.ts";

export interface TestPerson {
  readonly user: User;
  readonly username: string;
  readonly password: string;
}

interface TestPersonOptions extends Partial<Pick<User, "displayName" | "email" | "emailVerified" | "role" | "claims">> {
  readonly username?: string;
  readonly password?: string;
}

/** An account with a password, put straight into the store; the hash is a real argon2id. */
export async function createPerson(
  { context }: Pick<TestServer, "context">,
  { username = "alice", password = "correct horse battery staple", ...traits }: TestPersonOptions = {},
): Promise<TestPerson> {
  const { store, clock, random, passwords } = context;
  const name = canonicalUserName(username);
  const prepared = preparePassword(password);
  if (name === undefined || prepared === undefined)
    throw new Error(`nobody can have the name ${username} or this password`);
  const now = clock.now();
  const user: User = {
    id: asUserId(newIdentifier(random)),
    username: name,
    emailVerified: false,
    role: "user",
    groups: [],
    claims: {},
    origin: "administrator",
    declared: [],
    ...traits,
    passwordHash: await passwords.hash(prepared),
    createdAt: now,
    updatedAt: now,
    failures: 0,
  };
  const made = await store.users.create({
    user,
    event: { at: now, name: "user.created", actor: { kind: "system" }, userId: user.id },
  });
  if (made === "taken") throw new Error(`there is a user ${name} already`);
  return { user, username: name, password };
}

export async function disablePerson({ context }: Pick<TestServer, "context">, { user }: TestPerson): Promise<void> {
  const at = context.clock.now();
  const event = { at, name: "user.disabled", actor: { kind: "system" }, userId: user.id } as const;
  await context.store.users.setDisabled({ id: user.id, at, event });
}
