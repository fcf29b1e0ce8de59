import { memberNames } from "../../administration/declaration-guard.ts";
import { Refused } from "../../administration/refused.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import { type DeclarableMember, declarableMembers, type Role, type User } from "../../model/user.ts";
import { isJsonObject, parseStrictJson } from "../../rules/json.ts";
import type { Parameters } from "../../rules/parameters.ts";
import type { Problem } from "../problem-summary.tsx";

/** The fields about a person that the forms for a new and for a present one share. */
export const personFields = ["username", "display_name", "email", "email_verified", "role", "groups"] as const;

/** Every field that something may be wrong with. */
export type PersonField = (typeof personFields)[number] | "password" | "own_role";

/** What was typed, as it is shown again. */
export interface PersonValues {
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: Role;
  /** With spaces between them. */
  readonly groups: string;
}

export const emptyValues: PersonValues = {
  username: "",
  displayName: "",
  email: "",
  emailVerified: false,
  role: "user",
  groups: "",
};

export const valuesOf = ({ username, displayName, email, emailVerified, role, groups }: User): PersonValues => ({
  username,
  displayName: displayName ?? "",
  email: email ?? "",
  emailVerified,
  role,
  groups: groups.join(" "),
});

export const sentValues = (sent: Parameters): PersonValues => ({
  username: sent.get("username") ?? "",
  displayName: sent.get("display_name") ?? "",
  email: sent.get("email") ?? "",
  emailVerified: sent.get("email_verified") === "on",
  role: sent.get("role") === "admin" ? "admin" : "user",
  groups: sent.get("groups") ?? "",
});

/** The same about somebody who is there: a browser sends no box and no choice that is greyed. */
export function sentValuesOf(sent: Parameters, user: User): PersonValues {
  const greyed = declaredOf(user).filter((name) => sent.get(memberNames[name]) === undefined);
  const present = valuesOf(user);
  return { ...sentValues(sent), ...Object.fromEntries(greyed.map((name) => [name, present[name]])) };
}

/** What of the person is changed only where it is declared. */
export const declaredOf = ({ origin, declared }: Pick<User, "origin" | "declared">): readonly DeclarableMember[] =>
  origin === "apply" ? declared : [];

/** The members whose fields were touched. Who calls an address verified means the one that they saw. */
export function touchedIn(shown: Readonly<Record<string, unknown>>, values: PersonValues): readonly DeclarableMember[] {
  const touched = declarableMembers.filter((name) => values[name] !== shown[name]);
  const isOfEmail = (name: DeclarableMember) => name === "email" || name === "emailVerified";
  return touched.some(isOfEmail) ? [...touched.filter((name) => !isOfEmail(name)), "email", "emailVerified"] : touched;
}

/**
 * What the form showed when it was opened, which it carries with it: a value that was not touched is nobody's wish, and a
 * role that was taken away meanwhile does not come back with a new display name.
 */
export function shownIn(sent: Parameters, user: User): Readonly<Record<string, unknown>> {
  try {
    const shown = parseStrictJson(sent.get("shown") ?? "");
    if (isJsonObject(shown)) return shown;
  } catch {
    // Whatever is wrong with it, it is not of a form of ours: what is there now counts.
  }
  return { ...valuesOf(user) };
}

/** Commas are what many people put between the parts of a list, whatever the form says. */
export const groupsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((name) => name !== "");

/** What the administrator can mend; undefined for what is no matter of the form. Passwords were looked at before. */
export function personProblem(error: unknown, { problems }: AdministrationTexts): Problem<PersonField> | undefined {
  if (!(error instanceof Refused)) return undefined;
  switch (error.refusal) {
    case "taken":
      return { message: problems.usernameTaken, fields: ["username"] };
    case "last-administrator":
      return { message: problems.lastAdministrator, fields: ["role"] };
    case "declared": {
      const field = personFields.find((name) => name === error.member) ?? "username";
      return { message: problems.declared, fields: [field] };
    }
    case "invalid":
      return invalidMember(error.member, problems);
    default:
      return undefined;
  }
}

function invalidMember(
  member: string | undefined,
  problems: AdministrationTexts["problems"],
): Problem<PersonField> | undefined {
  switch (member) {
    case "username":
      return { message: problems.usernameRefused, fields: ["username"] };
    case "display_name":
      return { message: problems.displayNameRefused, fields: ["display_name"] };
    case "email":
      return { message: problems.emailRefused, fields: ["email"] };
    case "groups":
      return { message: problems.groupsRefused, fields: ["groups"] };
    default:
      return undefined;
  }
}
