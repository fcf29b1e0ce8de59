import type { UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Client } from "../model/client.ts";
import type { DeclarableMember, User } from "../model/user.ts";
import { Refused } from "./refused.ts";

// What is declared is changed where it is declared, and nowhere else.

type Reading = Pick<Context, "store">;

/** As it is recorded when the declaration came from nowhere that could be named. */
export const standardInput = "standard input";

/** Where people find what `postern apply` declared, in the middle of a sentence. */
async function placeOfDeclaration({ store }: Reading): Promise<string> {
  const source = await store.declaration.source();
  return source === undefined || source === standardInput ? "what postern apply read from standard input" : source;
}

/** The same by itself, for a page. */
export const placeShown = async ({ store }: Reading): Promise<string> =>
  (await store.declaration.source()) ?? standardInput;

/** @throws Refused declared */
export async function checkNotDeclaredClient(context: Reading, { origin }: Client): Promise<void> {
  if (origin === "file")
    throw new Refused("declared", "this client is declared in POSTERN_CLIENTS_FILE: change it there");
  if (origin !== "apply") return;
  const place = await placeOfDeclaration(context);
  throw new Refused("declared", `this client is declared in ${place}: change it there, and run postern apply`);
}

/** @throws Refused declared */
export async function checkNotDeclaredUser(context: Reading, id: UserId): Promise<void> {
  const user = await context.store.users.find(id);
  if (user?.origin !== "apply") return;
  const place = await placeOfDeclaration(context);
  const remedy = "take the entry out there, and run postern apply --prune";
  throw new Refused("declared", `this person is declared in ${place}: ${remedy}`);
}

/**
 * Of a declared person what the declaration does not say is free; the same value once more is no change.
 *
 * @throws Refused declared
 */
export async function checkNotDeclaredMembers(
  context: Reading,
  id: UserId,
  changes: { readonly [Name in DeclarableMember]?: User[Name] | null },
): Promise<void> {
  const user = await context.store.users.find(id);
  if (user?.origin !== "apply") return;
  const touched = user.declared.find(
    (name) => changes[name] !== undefined && !Bun.deepEquals(user[name] ?? null, changes[name]),
  );
  if (touched === undefined) return;
  const place = await placeOfDeclaration(context);
  throw new Refused(
    "declared",
    `the ${inWords[touched]} of this person can only be changed in ${place}, followed by postern apply`,
    memberNames[touched],
  );
}

const inWords: Readonly<Record<DeclarableMember, string>> = {
  username: "user name",
  displayName: "display name",
  email: "e-mail address",
  emailVerified: "e-mail address",
  role: "role",
  groups: "groups",
};

/** As records, forms and declarations call them. */
export const memberNames = {
  username: "username",
  displayName: "display_name",
  email: "email",
  emailVerified: "email_verified",
  role: "role",
  groups: "groups",
} as const satisfies Readonly<Record<DeclarableMember, string>>;

/** The members that are changed only in the declaration. */
export const declaredMemberNames = ({ origin, declared }: Pick<User, "origin" | "declared">): string[] =>
  origin === "apply" ? declared.map((name) => memberNames[name]) : [];
