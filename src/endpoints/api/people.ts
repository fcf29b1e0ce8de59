import { Refused } from "../../administration/refused.ts";
import { asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import type { User } from "../../model/user.ts";

/** @throws Refused missing */
export async function userOf({ store }: Pick<Context, "store">, id: string): Promise<User> {
  const user = await store.users.find(asUserId(id));
  if (user === undefined) throw new Refused("missing", "there is no person of that id", "user_id");
  return user;
}

/** The user names behind ids, each looked up once. */
export async function usernamesOf(
  { store }: Pick<Context, "store">,
  things: readonly Pick<{ readonly userId?: User["id"] | undefined }, "userId">[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { userId } of things) {
    if (userId === undefined || names.has(userId)) continue;
    const user = await store.users.find(userId);
    if (user !== undefined) names.set(userId, user.username);
  }
  return names;
}
