import type { Context } from "../context.ts";
import { hash, hashPresented } from "../crypto/hash.ts";
import { newSecret, type Secret } from "../crypto/secret.ts";
import type { Actor } from "../model/event.ts";
import type { User } from "../model/user.ts";
import { after, hours } from "../time.ts";
import { Refused } from "./refused.ts";
import { newUser } from "./users.ts";

const linkLifetime = hours(1);

/**
 * Makes the one-time link that makes the first administrator. The link before it no longer works.
 *
 * @throws Refused exists
 */
export async function makeSetupLink(
  { store, clock, random }: Pick<Context, "store" | "clock" | "random">,
  actor: Actor,
): Promise<Secret<"setup-link">> {
  if (await store.users.hasAdministrator()) throw administratorExists();
  const link = newSecret(random, "setup-link");
  const now = clock.now();
  const event = { at: now, name: "setup.link-created", actor } as const;
  await store.setup.replaceLink({ hash: hash(link), expiresAt: after(now, linkLifetime), event });
  return link;
}

/** The address of the page that a link opens. */
export const setupAddress = (issuer: string, link: Secret<"setup-link">): string =>
  `${issuer}/setup?token=${link.reveal()}`;

/**
 * Whether the link would do now, which ends with the first administrator, made in whatever way. Using it is for
 * `createFirstAdministrator`.
 */
export const isSetupLinkValid = async (
  { store, clock }: Pick<Context, "store" | "clock">,
  link: string,
): Promise<boolean> =>
  (await store.setup.isLinkValid(hashPresented("setup-link", link), clock.now())) &&
  !(await store.users.hasAdministrator());

export interface FirstAdministrator {
  readonly username: string;
  readonly password: string;
  /** What the person brought from the link; absent when the operator's environment asks. */
  readonly link?: string | undefined;
  readonly address?: string | undefined;
}

/**
 * Makes the first administrator and spends the link.
 *
 * @throws Refused invalid, link, exists or taken
 */
export async function createFirstAdministrator(
  context: Pick<Context, "store" | "clock" | "random" | "passwords">,
  actor: Actor,
  { username, password, link, address }: FirstAdministrator,
): Promise<User> {
  const hashed = link === undefined ? undefined : hashPresented("setup-link", link);
  // Asked first, so that nobody without a link that is good makes this machine hash passwords.
  if (link !== undefined && !(await isSetupLinkValid(context, link))) throw linkRefused();
  const user = await newUser(context, { username, password, role: "admin" });
  const now = context.clock.now();
  const event = { at: now, name: "setup.completed", actor, userId: user.id, address } as const;
  const outcome = await context.store.setup.createFirstAdministrator({ link: hashed, user, now, event });
  switch (outcome) {
    case "created":
      return user;
    case "link-refused":
      throw linkRefused();
    case "exists":
      throw administratorExists();
    case "taken":
      throw new Refused("taken", "there is a user of that name already", "username");
  }
}

const administratorExists = () => new Refused("exists", "there is an administrator already");
const linkRefused = () => new Refused("link", "the setup link is wrong, used or too old", "token");
