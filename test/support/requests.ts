import { paths } from "../../src/http/paths.ts";
import { type Address as At, trusting } from "./server.ts";

type Fields = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/** The endpoints that take a form from a program. */
export const formEndpoints = [paths.token, paths.introspection, paths.revocation, paths.deviceAuthorization];

/** A form POST; fields that are undefined are left out. */
export const post = (at: At, path: string, fields: Fields | string, headers: Headers = {}): Promise<Response> =>
  fetch(at.address + path, {
    ...trusting(at),
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: typeof fields === "string" ? fields : formText(fields),
  });

/** `application/x-www-form-urlencoded`. */
export function formText(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return form.toString();
}

/** What a client needs to say who it is. */
export interface Authenticated {
  readonly id: string;
  readonly secret: string | undefined;
  readonly basic: string;
}

/** The token endpoint, as this client: by Basic where it has a secret, by `client_id` where it has none. */
export const tokenRequest = (at: At, client: Authenticated, fields: Fields): Promise<Response> =>
  as(at, paths.token, client, fields);
export const introspection = (at: At, client: Authenticated, token: string, fields: Fields = {}): Promise<Response> =>
  as(at, paths.introspection, client, { token, ...fields });
/** The `active` that the client is told of a token. */
export const isActive = async (at: At, client: Authenticated, token: string): Promise<unknown> =>
  (await bodyOf(introspection(at, client, token))).active;
/** Introspection by a client that shows a token of its own. */
export const introspectionByBearer = (at: At, bearer: string, fields: Fields): Promise<Response> =>
  post(at, paths.introspection, fields, { authorization: `Bearer ${bearer}` });
/** An access token that the client has for itself. */
export const ownToken = (at: At, client: Authenticated, scope: string): Promise<string> =>
  textOf(tokenRequest(at, client, { grant_type: "client_credentials", scope }), "access_token");
export const revocation = (at: At, client: Authenticated, token: string, fields: Fields = {}): Promise<Response> =>
  as(at, paths.revocation, client, { token, ...fields });
export const refresh = (
  at: At,
  client: Authenticated,
  refreshToken: string | undefined,
  fields: Fields = {},
): Promise<Response> =>
  tokenRequest(at, client, { grant_type: "refresh_token", refresh_token: refreshToken, ...fields });

const as = (at: At, path: string, client: Authenticated, fields: Fields) =>
  client.secret === undefined
    ? post(at, path, { client_id: client.id, ...fields })
    : post(at, path, fields, { authorization: client.basic });

export const userinfo = (at: At, accessToken: string, init: RequestInit = {}): Promise<Response> =>
  fetch(at.address + paths.userinfo, { ...trusting(at), ...init, headers: { authorization: `Bearer ${accessToken}` } });

/** The body of an answer as an object. */
export async function bodyOf(answer: Response | Promise<Response>): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await (await answer).json();
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Error("the answer is no JSON object");
  return { ...body };
}

/** Status and `error` of an answer, to compare both at once. */
export async function refusalOf(answer: Response | Promise<Response>): Promise<string> {
  const { status } = await answer;
  const { error } = await bodyOf(answer);
  return `${status} ${String(error)}`;
}

/** A member of an answer that must be text. */
export async function textOf(answer: Response | Promise<Response>, member: string): Promise<string> {
  const body = await bodyOf(answer);
  const value = body[member];
  if (typeof value !== "string") throw new Error(`the answer has no text ${member}: ${JSON.stringify(body)}`);
  return value;
}
