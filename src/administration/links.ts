import type { UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hash, hashPresented } from "../crypto/hash.ts";
import { newSecret, type Secret } from "../crypto/secret.ts";
import type { Actor } from "../model/event.ts";
import type { LinkKind } from "../model/link.ts";
import type { User } from "../model/user.ts";
import { canonicalUserName } from "../rules/user-name.ts";
import { after, type Duration, days, hours, type Instant, minutes } from "../time.ts";
import { Refused } from "./refused.ts";
import { checkIsOurs, hashedPassword, newUser } from "./users.ts";

/** How long a link is good for where nobody says otherwise. */
const lifetimes: Readonly<Record<LinkKind, Duration>> = { invite: days(7), reset: hours(24), recover: hours(1) };
const shortest = minutes(1);
const longest = days(30);

interface WantedLink {
  readonly kind: LinkKind;
  /** Whose it is; absent for `recover`. */
  readonly userId?: UserId | undefined;
  readonly lifetime?: Duration | undefined;
}

export interface NewAccountLink {
  /** The page that the link opens, token and all. */
  readonly url: string;
  readonly secret: Secret<"account-link">;
  readonly expiresAt: Instant;
}

/**
 * Makes out a link, good once; an earlier one of the same person and kind no longer works.
 *
 * @throws Refused missing, from-host, invalid (the person is disabled, or the lifetime is not between a minute and 30 days)
 */
export async function makeAccountLink(
  { store, clock, random, config }: Pick<Context, "store" | "clock" | "random" | "config">,
  actor: Actor,
  { kind, userId, lifetime = lifetimes[kind] }: WantedLink,
): Promise<NewAccountLink> {
  if (lifetime < shortest || lifetime > longest) {
    throw new Refused("invalid", "a link is good for one minute to 30 days", "lifetime");
  }
  if (kind !== "recover") await checkPerson(store, userId);
  if (userId !== undefined) await checkIsOurs({ store }, userId);
  const secret = newSecret(random, "account-link");
  const createdAt = clock.now();
  const expiresAt = after(createdAt, lifetime);
  const event = { at: createdAt, name: "link.created", actor, userId, detail: { kind } } as const;
  const link = { hash: hash(secret), kind, userId, createdAt, expiresAt };
  if ((await store.links.create({ link, event })) === "missing") throw noSuchPerson();
  return { url: `${config.issuer}/login/link?token=${secret.reveal()}`, secret, expiresAt };
}

async function checkPerson(store: Context["store"], userId: UserId | undefined): Promise<void> {
  const user = userId === undefined ? undefined : await store.users.find(userId);
  if (user === undefined) throw noSuchPerson();
  if (user.disabledAt !== undefined) {
    throw new Refused("invalid", "this person's account is disabled: enable it before you make a link", "username");
  }
}

/** A link that would do now. */
export type FoundLink =
  | { readonly kind: "invite" | "reset"; readonly user: User; readonly expiresAt: Instant }
  | { readonly kind: "recover"; readonly expiresAt: Instant };

/** What is behind the token of a link; undefined when it is wrong, used, too old, or its person is gone or disabled. */
export async function findAccountLink(
  { store, clock }: Pick<Context, "store" | "clock">,
  token: string,
): Promise<FoundLink | undefined> {
  const link = await store.links.find(hashPresented("account-link", token), clock.now());
  if (link === undefined) return undefined;
  const { kind, userId, expiresAt } = link;
  if (kind === "recover") return { kind, expiresAt };
  const user = userId === undefined ? undefined : await store.users.find(userId);
  return user === undefined || user.disabledAt !== undefined ? undefined : { kind, user, expiresAt };
}

interface Redeeming {
  readonly token: string;
  readonly password: string;
  readonly address?: string | undefined;
}

/**
 * Spends an invite or a reset: the password is the person's from now on, and whoever was signed in with the one before is
 * out. Answers the person.
 *
 * @throws Refused link or invalid
 */
export async function redeemAccountLink(
  context: Pick<Context, "store" | "clock" | "passwords">,
  { token, password, address }: Redeeming,
): Promise<User> {
  // Asked first, so that nobody without a link that is good makes this machine hash passwords.
  const link = await findAccountLink(context, token);
  if (link === undefined || link.kind === "recover") throw linkRefused();
  const { id } = link.user;
  const passwordHash = await hashedPassword(context, password);
  const now = context.clock.now();
  const actor: Actor = { kind: "user", userId: id };
  const event = { at: now, name: "link.used", actor, userId: id, address, detail: { kind: link.kind } } as const;
  const hashed = hashPresented("account-link", token);
  if ((await context.store.links.redeem({ hash: hashed, passwordHash, now, event })) === "link-refused") {
    throw linkRefused();
  }
  return presentUser(context, id);
}

/**
 * Spends a recovery link: the person of that name is an enabled administrator with this password and no second factor,
 * whoever that was before. Answers the administrator.
 *
 * @throws Refused link, invalid or taken
 */
export async function recoverWithLink(
  context: Pick<Context, "store" | "clock" | "random" | "passwords">,
  { token, username, password, address }: Redeeming & { readonly username: string },
): Promise<User> {
  if ((await findAccountLink(context, token))?.kind !== "recover") throw linkRefused();
  const user = await newUser(context, { username, password, role: "admin" });
  const before = await context.store.users.findByName(canonicalUserName(username) ?? "");
  const now = context.clock.now();
  // Whoever holds the link is the owner of the box; the name is all that is known of who that is.
  const actor: Actor = { kind: "user", userId: before?.id ?? user.id };
  const event = { at: now, name: "user.recovered", actor, address, detail: { created: before === undefined } } as const;
  const answer = await context.store.links.recover({ hash: hashPresented("account-link", token), user, now, event });
  switch (answer.outcome) {
    case "done":
      return presentUser(context, answer.userId);
    case "link-refused":
      throw linkRefused();
    case "taken":
      throw new Refused("taken", "one of the host's own users has the name: take another one", "username");
  }
}

async function presentUser({ store }: Pick<Context, "store">, id: UserId): Promise<User> {
  const user = await store.users.find(id);
  if (user === undefined) throw noSuchPerson();
  return user;
}

const linkRefused = () => new Refused("link", "the link is wrong, used or too old", "token");
const noSuchPerson = () => new Refused("missing", "there is no such person", "username");
