import { fingerprint } from "../crypto/hash.ts";
import type { Client } from "../model/client.ts";
import { type DeclarableMember, declarableMembers, type User } from "../model/user.ts";
import type { SeenUser } from "../store/people.ts";

// By its version somebody who changes a thing shows what they have seen of it. It is of what can be changed there, and not
// of when the thing was used, or how often somebody has failed to sign in.

export const clientVersion = ({ metadata }: Pick<Client, "metadata">): string => fingerprint(JSON.stringify(metadata));

export const seenOf = (user: Pick<User, DeclarableMember>): SeenUser =>
  Object.fromEntries(declarableMembers.map((name) => [name, user[name]]));

export const userVersion = (user: Pick<User, DeclarableMember>): string =>
  fingerprint(JSON.stringify(declarableMembers.map((name) => user[name] ?? null)));
