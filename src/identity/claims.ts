import type { User } from "../model/user.ts";
import { type ClaimRequest, parseClaimsRequest, type RequestedClaims } from "../rules/claims-request.ts";
import { numericDate } from "../time.ts";

export type ClaimValues = Readonly<Record<string, unknown>>;

/** The claims that each scope asks for (OIDC Core §5.4; `groups` by common use). */
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
  groups: ["groups"],
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

/**
 * What stands in an ID token: what the `claims` parameter asked for, and the groups of who granted the scope. OIDC Core
 * §5.4 has the claims of its own scopes at userinfo alone; `groups` is none of them, and programs that decide by groups
 * (the Kubernetes API server, for one) read nothing but the ID token.
 */
export const idTokenClaims = (
  user: User,
  scope: readonly string[],
  claimsRequest: string | undefined,
): ClaimValues => ({
  ...(scope.includes("groups") ? chosen(user, ["groups"]) : {}),
  ...requestedClaimsOf(user, claimsRequest, "idToken"),
});

/** What the `claims` parameter asked for by name (OIDC Core §5.5). What is not known, or has another value, is left out. */
function requestedClaimsOf(user: User, claimsRequest: string | undefined, target: "idToken" | "userinfo"): ClaimValues {
  if (claimsRequest === undefined) return {};
  const requested = parseClaimsRequest(claimsRequest)[target];
  const known = chosen(user, [...requested.keys()]);
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => hasWantedValue(requested.get(name) ?? null, value)),
  );
}

/** The scopes that would give what the `claims` parameter asks for by name: a person is asked about the one like the other. */
export function scopesOfClaims(claimsRequest: string | undefined): readonly string[] {
  if (claimsRequest === undefined) return [];
  const { idToken, userinfo } = parseClaimsRequest(claimsRequest);
  return Object.entries(claimsOfScope)
    .filter(([, names]) => names.some((name) => idToken.has(name) || userinfo.has(name)))
    .map(([scope]) => scope);
}

/** The `claims` parameter without what these scopes would give: the person keeps it to themselves. */
export function withoutClaimsOf(scopes: readonly string[], claimsRequest: string | undefined): string | undefined {
  const kept = new Set(scopes.flatMap((scope) => claimsOfScope[scope] ?? []));
  if (claimsRequest === undefined || kept.size === 0) return claimsRequest;
  const { idToken, userinfo } = parseClaimsRequest(claimsRequest);
  const rest = (claims: RequestedClaims) => Object.fromEntries([...claims].filter(([name]) => !kept.has(name)));
  return JSON.stringify({ id_token: rest(idToken), userinfo: rest(userinfo) });
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
    // Empty for who is in none: a program that looks into the list finds one.
    ["groups", user.groups],
    ["email", user.email],
    ["email_verified", user.email === undefined ? undefined : user.emailVerified],
  ]);
