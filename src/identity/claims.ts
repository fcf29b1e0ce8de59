import type { User } from "../model/user.ts";
import { type ClaimRequest, parseClaimsRequest } from "../rules/claims-request.ts";
import { numericDate } from "../time.ts";

export type ClaimValues = Readonly<Record<string, unknown>>;

/** The claims that each scope asks for (OIDC Core §5.4). */
const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
};

/** Every claim about a person that can be asked for, for `claims_supported`. */
export const personClaims: readonly string[] = Object.values(claimsOfScope).flat();

/** What userinfo answers for a token of these scopes (OIDC Core §5.3.2). */
export function userinfoClaims(
  user: User,
  scope: readonly string[],
  claimsRequest: string | undefined,
): ClaimValues & { readonly sub: string } {
  const names = scope.flatMap((token) => claimsOfScope[token] ?? []);
  return { ...chosen(user, names), ...requestedClaimsOf(user, claimsRequest, "userinfo"), sub: user.id };
}

/** What the `claims` parameter asked for by name (OIDC Core §5.5). What is not known, or has another value, is left out. */
export function requestedClaimsOf(
  user: User,
  claimsRequest: string | undefined,
  target: "idToken" | "userinfo",
): ClaimValues {
  if (claimsRequest === undefined) return {};
  const requested = parseClaimsRequest(claimsRequest)[target];
  const known = chosen(user, [...requested.keys()]);
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => hasWantedValue(requested.get(name) ?? null, value)),
  );
}

function hasWantedValue(request: ClaimRequest | null, value: unknown): boolean {
  if (request?.value !== undefined) return request.value === value;
  if (request?.values !== undefined) return request.values.some((wanted) => wanted === value);
  return true;
}

function chosen(user: User, names: readonly string[]): ClaimValues {
  const all = allClaims(user);
  const present = names.flatMap((name) => {
    const value = personClaims.includes(name) ? all.get(name) : undefined;
    return value === undefined || value === null || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(present);
}

const allClaims = (user: User): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ...Object.entries(user.claims),
    ["name", user.displayName],
    ["preferred_username", user.username],
    ["updated_at", numericDate(user.updatedAt)],
    ["email", user.email],
    ["email_verified", user.email === undefined ? undefined : user.emailVerified],
  ]);
