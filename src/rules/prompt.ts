import { OAuthError, unmet } from "../oauth-error.ts";
import { type Duration, type Instant, inSeconds, numericDate, seconds } from "../time.ts";

/** OIDC Core §3.1.2.1; `create` is Initiating User Registration §4. */
export const promptValues = ["none", "login", "consent", "select_account", "create"] as const;
export type Prompt = (typeof promptValues)[number];

/**
 * Reads `prompt`. Absent is the empty set.
 *
 * @throws OAuthError invalid_request, for an unknown value, for none beside another, and for create where people
 * cannot sign up by themselves
 */
export function parsePrompt(
  text: string | undefined,
  { mayCreate }: { readonly mayCreate: boolean },
): ReadonlySet<Prompt> {
  const prompts = new Set<Prompt>();
  for (const value of (text ?? "").split(" ")) {
    if (value === "") continue;
    // OIDC Core §3.1.2.1: the values are case-sensitive. An unknown one is an error, since to ignore it could
    // mean to skip what the client relies on.
    if (!isPrompt(value)) throw refused("prompt has an unknown value", promptValues.join(" "), text);
    prompts.add(value);
  }
  // OIDC Core §3.1.2.1: "If this parameter contains none with any other value, an error is returned."
  if (prompts.has("none") && prompts.size > 1) {
    throw refused("prompt has none beside another value", "none alone", text);
  }
  if (prompts.has("create") && !mayCreate) {
    throw refused("prompt create is not supported", "another prompt than create", text);
  }
  return prompts;
}

/**
 * Reads `max_age`: whole seconds in decimal digits, up to 2^31.
 *
 * @throws OAuthError invalid_request
 * @source OIDC Core §3.1.2.1
 */
export function parseMaxAge(text: string | undefined): Duration | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,10}$/.test(text) || Number(text) > 2 ** 31) {
    throw refused("max_age is not a whole number of seconds", "0 to 2147483648", text);
  }
  return seconds(Number(text));
}

/**
 * Whether the request itself asks for a new login, however fresh the last one is. OIDC Core §3.1.2.1: max_age=0 "is
 * equivalent to prompt=login". One login made for this request answers it.
 */
export const asksForLogin = (prompts: ReadonlySet<Prompt>, maxAge: Duration | undefined): boolean =>
  prompts.has("login") || maxAge === 0;

/**
 * Whether the last login is too old. Counted in whole seconds, as `auth_time` is, and strictly: as old as allowed passes.
 *
 * @source OIDC Core §3.1.2.1: "If the elapsed time is greater than this value, the OP MUST attempt to actively
 * re-authenticate the End-User."
 */
export const needsFreshLogin = ({
  authTime,
  maxAge,
  now,
}: {
  readonly authTime: Instant;
  readonly maxAge: Duration | undefined;
  readonly now: Instant;
}): boolean => maxAge !== undefined && numericDate(now) - numericDate(authTime) > inSeconds(maxAge);

const refused = (description: string, expected: string, received: string | undefined): OAuthError =>
  new OAuthError("invalid_request", description, {
    checks: unmet("prompt and max_age are as OIDC Core §3.1.2.1 has them", { expected, received }),
  });

const isPrompt = (value: string): value is Prompt => promptValues.some((prompt) => prompt === value);
