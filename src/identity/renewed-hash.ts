import type { Context } from "../context.ts";
import { PasswordsBusy } from "../crypto/fair-line.ts";
import type { User } from "../model/user.ts";
import { preparePassword } from "../rules/password.ts";

/**
 * Hashes a right password anew where the machine affords more than when it was set. Nobody is kept from signing in when there
 * is too much to do for that just now; it is tried again with the next sign-in.
 *
 * @returns the person as from now on
 */
export async function renewedHash(
  { passwords, store }: Pick<Context, "passwords" | "store">,
  user: User,
  typed: string,
): Promise<User> {
  const { id, passwordHash: before } = user;
  const password = preparePassword(typed);
  if (before === undefined || password === undefined || !passwords.isOutdated(before)) return user;
  try {
    const passwordHash = await passwords.hash(password);
    if ((await store.users.renewPasswordHash({ id, before, passwordHash })) === "done")
      return { ...user, passwordHash };
    // A sign-in beside this one was faster, unless another password was chosen meanwhile.
    const present = await store.users.find(id);
    return present !== undefined && (await passwords.verify(password, present.passwordHash)) ? present : user;
  } catch (error) {
    if (error instanceof PasswordsBusy) return user;
    throw error;
  }
}
