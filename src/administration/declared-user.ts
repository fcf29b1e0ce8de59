import { type DeclarableMember, declarableMembers } from "../model/user.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { memberNames } from "./declaration-guard.ts";
import { unknownMember } from "./declared-client.ts";
import { declaredSecret, type ReadSecretFile } from "./declared-secret.ts";
import { Refused } from "./refused.ts";
import { type CheckedChanges, checkedChanges, checkedPassword, type UserChanges } from "./users.ts";

/** A person as a declaration describes them. */
export interface DeclaredUser {
  readonly username: string;
  /** What the entry says. What gives access is always said: an entry without a role or groups takes them away. */
  readonly values: CheckedChanges & Required<Pick<CheckedChanges, "role" | "groups">>;
  /** The members that it says, and that are changed nowhere else. */
  readonly members: readonly DeclarableMember[];
  readonly password: string | undefined;
}

const known: ReadonlySet<string> = new Set([...Object.values(memberNames), "password", "password_file"]);

/**
 * @param fault told of everything that is wrong with the entry
 * @returns undefined where anything is
 */
export function readDeclaredUser(
  entry: JsonValue,
  readFile: ReadSecretFile,
  fault: (error: Refused) => void,
): DeclaredUser | undefined {
  let isSound = true;
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      isSound = false;
      fault(error);
      return undefined;
    }
  };
  const object = attempt(() => {
    if (isJsonObject(entry)) return entry;
    throw new Refused("invalid", "it is no JSON object");
  });
  if (object === undefined) return undefined;
  for (const name of Object.keys(object)) {
    attempt(() => {
      if (!known.has(name)) throw unknownMember(name);
    });
  }
  const said = declarableMembers.filter((name) => object[memberNames[name]] !== undefined);
  attempt(() => {
    const { email, email_verified: verified } = object;
    if (said.includes("emailVerified") && (email === undefined || (verified === true && (email ?? "") === "")))
      throw new Refused("invalid", "it has email_verified, but no email");
  });
  const checked = Object.assign({}, ...said.map((name) => attempt(() => checkedChanges(readMember(object, name)))));
  const username = attempt(() => {
    if (said.includes("username")) return String(checked.username);
    throw new Refused("invalid", "it has no username");
  });
  const password = attempt(() => {
    const given = declaredSecret(object, "password", readFile);
    return given === undefined ? undefined : checkedPassword(given);
  });
  if (!isSound || username === undefined) return undefined;
  const values = { role: "user", groups: [], ...checked } as const;
  const members = declarableMembers.filter((name) => said.includes(name) || name === "role" || name === "groups");
  return { username, values, members, password };
}

/** @throws Refused invalid */
function readMember(entry: JsonObject, name: DeclarableMember): UserChanges {
  const member = memberNames[name];
  const value = entry[member];
  switch (name) {
    case "username":
      if (typeof value === "string") return { username: value };
      throw new Refused("invalid", "its username is no text");
    case "displayName":
    case "email":
      if (typeof value === "string" || value === null) return { [name]: value === "" ? null : value };
      throw new Refused("invalid", `its ${member} is no text`);
    case "emailVerified":
      if (typeof value === "boolean") return { emailVerified: value };
      throw new Refused("invalid", `its ${member} is neither true nor false`);
    case "role":
      if (value === "admin" || value === "user") return { role: value };
      throw new Refused("invalid", "its role is neither admin nor user");
    case "groups":
      if (Array.isArray(value) && value.every((group) => typeof group === "string")) return { groups: value };
      throw new Refused("invalid", "its groups are no list of texts");
  }
}
