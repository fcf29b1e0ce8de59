import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { Failed } from "./outcome.ts";
import { print } from "./printing.ts";

export interface TrialOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly initialAccessToken?: string;
  readonly scope?: string;
  readonly show?: boolean;
  readonly json?: boolean;
}

/** Tells a person what happens, or a script: never both. */
export interface Narrator {
  say(text: string): void;
  event(name: string, facts: JsonObject): void;
}

export const narrator = ({ json = false }: TrialOptions): Narrator => ({
  say: (text) => {
    if (!json) print(text);
  },
  event: (event, facts) => {
    if (json) print(JSON.stringify({ event, ...facts }));
  },
});

/** A server as its metadata tell it (RFC 8414 §2). */
export interface TrialServer {
  readonly issuer: string;
  readonly metadata: JsonObject;
}

/**
 * Reads the server's metadata where RFC 8414 puts them, else where OpenID Connect does.
 *
 * @throws Failed
 */
export async function discover(issuer: string): Promise<TrialServer> {
  const { origin, pathname } = URL.parse(issuer) ?? { origin: "null", pathname: "" };
  if (!/^https?:/.test(origin)) throw new Failed(`${issuer} is no http or https address`);
  const path = pathname === "/" ? "" : pathname;
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer}/.well-known/openid-configuration`,
  ];
  for (const place of places) {
    const { status, body } = await ask(place);
    if (status !== 200 || !isJsonObject(body)) continue;
    // RFC 8414 §3.3: "If these values are not identical, the data contained in the response MUST NOT be used."
    if (body.issuer === issuer) return { issuer, metadata: body };
    throw new Failed(`the server at ${issuer} calls itself ${JSON.stringify(body.issuer)}: pass that as --issuer`);
  }
  throw new Failed(`there is no OAuth server at ${issuer}: ${places.join(" and ")} do not answer with metadata`);
}

/** An address in the metadata. @throws Failed */
export function endpoint({ issuer, metadata }: TrialServer, name: string): string {
  const value = metadata[name];
  if (typeof value === "string" && URL.canParse(value)) return value;
  throw new Failed(`${issuer} has no ${name}`);
}

export interface TrialAnswer {
  readonly status: number;
  /** Undefined where it was no JSON. */
  readonly body: JsonValue | undefined;
}

/** @throws Failed when nobody answers */
export async function ask(url: string, request: RequestInit = {}): Promise<TrialAnswer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000), redirect: "error", ...request });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    throw new Failed(`${new URL(url).origin} cannot be reached: is the server running?`, { cause: error });
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A form as OAuth's endpoints take it; members that are undefined are left out. */
export const form = (
  members: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json", ...headers },
  body: new URLSearchParams(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ).toString(),
});

/** What a server says when it refuses (RFC 6749 §5.2). */
export function refusalIn({ status, body }: TrialAnswer): { readonly error: string; readonly description: string } {
  const { error, error_description: description } = isJsonObject(body) ? body : {};
  return {
    error: typeof error === "string" ? error : `HTTP ${status}`,
    description: typeof description === "string" ? description : "the server gives no reason",
  };
}

/** Ends the trial with the server's refusal. */
export function refused(tell: Narrator, doing: string, answer: TrialAnswer): Failed {
  const { error, description } = refusalIn(answer);
  tell.event("refused", { doing, error, error_description: description });
  return new Failed(`${doing} was refused: ${error} (${description})`);
}

/** The claims of a JWT that came from its maker over the maker's own connection (OIDC Core §3.1.3.7, item 6). */
export function claimsOf(jwt: string): JsonObject | undefined {
  const claims = parsed(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
  return isJsonObject(claims) ? claims : undefined;
}
