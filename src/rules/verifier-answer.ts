import { type HostPerson, type HostRefusal, hostRefusals } from "../model/host-person.ts";
import { OAuthError } from "../oauth-error.ts";
import { readDisplayName } from "./display-name.ts";
import { readEmail } from "./email.ts";
import { readGroupNames } from "./group-names.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from "./json.ts";
import { canonicalUserName } from "./user-name.ts";

/** What the host has answered (docs/embedding.md, "The host's own users"). */
export type VerifierAnswer =
  | { readonly kind: "allowed"; readonly person: HostPerson }
  | { readonly kind: "refused"; readonly reason: HostRefusal };

/** The answer keeps not to the form. The message names the member at most, never a value. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

/** The version of the exchange: of the question and of the answer. */
export const verifierVersion = 1;

/**
 * Reads what a credential verifier has answered. Members that are not known are passed over; one that is known and wrong
 * spoils the whole answer: nobody gets in with half of what the host said of them.
 *
 * @throws MalformedAnswer
 */
export function readVerifierAnswer(text: string): VerifierAnswer {
  const answer = parsed(text);
  if (!isJsonObject(answer)) throw new MalformedAnswer("it is no JSON object");
  if (answer.version !== verifierVersion) throw new MalformedAnswer("version");
  switch (answer.allowed) {
    case true:
      return { kind: "allowed", person: personIn(answer) };
    case false:
      return { kind: "refused", reason: reasonIn(answer) };
    default:
      throw new MalformedAnswer("allowed");
  }
}

function parsed(text: string): JsonValue {
  try {
    return parseStrictJson(text, "invalid_request");
  } catch (error) {
    // Its descriptions are fixed phrases.
    throw error instanceof OAuthError ? new MalformedAnswer(error.description, { cause: error }) : error;
  }
}

function personIn(answer: JsonObject): HostPerson {
  const email = optional(answer, "email", readEmail);
  return {
    subject: subjectIn(answer),
    username: optional(answer, "username", canonicalUserName),
    displayName: optional(answer, "display_name", readDisplayName),
    email,
    emailVerified: booleanIn(answer, "email_verified") && email !== undefined,
    groups: groupsIn(answer),
    role: optional(answer, "role", (role) => (role === "admin" || role === "user" ? role : undefined)) ?? "user",
  };
}

/** Compared sign by sign, so it holds only signs that have one form: uids, UUIDs, SIDs and the like. */
function subjectIn({ subject }: JsonObject): string {
  if (typeof subject === "string" && /^[\x21-\x7e]{1,255}$/.test(subject)) return subject;
  throw new MalformedAnswer("subject");
}

function reasonIn({ reason = "credentials" }: JsonObject): HostRefusal {
  const known = hostRefusals.find((one) => one === reason);
  if (known === undefined) throw new MalformedAnswer("reason");
  return known;
}

/** A member that may be absent, null or empty; what is there must pass. */
function optional<Value>(
  answer: JsonObject,
  name: string,
  read: (text: string) => Value | undefined,
): Value | undefined {
  const value = answer[name];
  if (value === undefined || value === null || value === "") return undefined;
  const found = typeof value === "string" ? read(value) : undefined;
  if (found === undefined) throw new MalformedAnswer(name);
  return found;
}

function booleanIn(answer: JsonObject, name: string): boolean {
  const value = answer[name] ?? false;
  if (typeof value !== "boolean") throw new MalformedAnswer(name);
  return value;
}

function groupsIn({ groups: value }: JsonObject): readonly string[] {
  const names = Array.isArray(value ?? []) ? ((value ?? []) as readonly JsonValue[]) : undefined;
  const groups = names?.every((name) => typeof name === "string") ? readGroupNames(names) : undefined;
  if (groups === undefined) throw new MalformedAnswer("groups");
  return groups;
}
