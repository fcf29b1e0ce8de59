import type { User } from "../../model/user.ts";
import { adminPaths } from "./admin-navigation.ts";

/** As a person is called: names are not unique, user names are. */
export const nameOf = ({ displayName, username }: Pick<User, "displayName" | "username">): string =>
  displayName ?? username;

type PersonNameView = { readonly user: Pick<User, "id" | "displayName" | "username">; readonly basePath: string };

/** The name of a person, which leads to their page. */
export const PersonName = ({ user, basePath }: PersonNameView) => (
  <>
    <a href={`${basePath}${adminPaths.people}/${user.id}`}>
      <bdi>{nameOf(user)}</bdi>
    </a>
    {user.displayName === undefined ? null : (
      <div class="hint">
        <bdi>{user.username}</bdi>
      </div>
    )}
  </>
);
