import { asUserId, type UserId } from "../../brand.ts";
import type { User } from "../../model/user.ts";
import { canonicalUserName } from "../../rules/user-name.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, nothingHere } from "./admin-page.ts";

/** Of the page of one person. */
export const personPath = `${adminPaths.people}/:id` as const;
export const pathOfPerson = (id: UserId): string => `${adminPaths.people}/${id}`;

/**
 * The person whom an address names.
 *
 * @throws OAuthError invalid_request, 404
 */
export async function personAt({ context }: AdminVisit, id: string): Promise<User> {
  const user = await context.store.users.find(asUserId(id));
  if (user === undefined) throw nothingHere();
  return user;
}

/** The person whom somebody names, by whatever spelling of the user name. */
export async function personNamed({ context }: AdminVisit, name: string): Promise<User | undefined> {
  const username = canonicalUserName(name);
  return username === undefined ? undefined : context.store.users.findByName(username);
}
