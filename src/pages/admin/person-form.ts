import { Refused } from "../../administration/refused.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { Role, User } from "../../model/user.ts";
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
