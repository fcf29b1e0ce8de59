import type { User } from "../model/user.ts";
import { OAuthError } from "../oauth-error.ts";

/** The scopes that Postern itself knows (OIDC Core §5.4, §11; `groups` by common use). All of them speak of a person. */
export const builtInScopes = ["openid", "offline_access", "profile", "email", "address", "phone", "groups"] as const;

const maxScopeBytes = 4096;
const maxScopeTokens = 100;

/**
 * The scope tokens in the order they were sent, each once. Extra spaces are tolerated; nothing but spaces is no scope.
 *
 * @throws OAuthError invalid_scope, for a character outside the grammar, over 4096 bytes or over 100 tokens
 * @source RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), "case-sensitive", "their order does not matter"
 */
export function parseScope(text: string): readonly string[] {
  if (text.length > maxScopeBytes) throw new OAuthError("invalid_scope", "the scope is too long");
  if (!grammar.test(text)) throw new OAuthError("invalid_scope", "the scope has a character that is not allowed");
  if (!text.includes(" ")) return text === "" ? [] : [text];
  const tokens = text.split(" ").filter((token) => token !== "");
  if (tokens.length > maxScopeTokens) throw new OAuthError("invalid_scope", "the scope has too many tokens");
  return tokens.filter((token, position) => tokens.indexOf(token) === position);
}

/** The wire form. RFC 6749 §3.3 has no empty scope: the caller leaves the parameter out when this is `""`. */
export const formatScope = (tokens: readonly string[]): string => tokens.join(" ");

/** Whether each token of `part` is in `whole`. */
export const isSubset = (part: readonly string[], whole: readonly string[]): boolean =>
  part.every((token) => whole.includes(token));

/** The tokens of `wanted` that are also in `allowed`, in the order of `wanted`. */
export const intersect = (wanted: readonly string[], allowed: readonly string[]): readonly string[] =>
  wanted.filter((token) => allowed.includes(token));

/** A scope over Postern itself: given only to administrators, or to a client that an administrator gave it. */
export const isRestrictedScope = (token: string): boolean => token.startsWith("postern:");

/** The whole administration: what an administrator can do, a token with it can do, and nothing else. */
export const administrationScope = "postern:admin";

/** Whether the person can give these scopes away: those over Postern are an administrator's, and nobody else's. */
export const mayGive = ({ role }: Pick<User, "role">, tokens: readonly string[]): boolean =>
  role === "admin" || !tokens.some(isRestrictedScope);

/** Scopes over Postern are alone in a token: this is the fault of holding one beside a scope of another kind. */
export const mixesRestrictedScopes = (tokens: readonly string[]): boolean =>
  tokens.some(isRestrictedScope) && !tokens.every(isRestrictedScope);

/** A scope that means nothing without a person, and so is never given to a client of its own (RFC 6749 §4.4). */
export const isUserOnlyScope = (token: string): boolean => userOnlyScopes.has(token);

const userOnlyScopes: ReadonlySet<string> = new Set(builtInScopes);
const grammar = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
