import { paths } from "../../src/http/paths.ts";
import { createClient, type TestClient } from "./clients.ts";
import { ownToken } from "./requests.ts";
import type { TestServer } from "./server.ts";

/** An answer of the REST API, read. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty where there is none, or none in JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The REST API as one caller. */
export interface Api {
  get(path: string): Promise<ApiAnswer>;
  /** Without a body where it is undefined; a text goes as it is. */
  send(method: string, path: string, body?: object | string, headers?: HeadersInit): Promise<ApiAnswer>;
}

/** Calls with this access token; without one, as nobody. */
export function apiWith(server: Pick<TestServer, "address">, token: string | undefined): Api {
  const send: Api["send"] = async (method, path, body, headers = {}) => {
    const response = await fetch(server.address + paths.api + path, {
      method,
      // On a connection that was used before, Bun sends it anew where that breaks: what was done by then is not found.
      keepalive: method !== "DELETE",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/(?:problem\+)?json(?:;|$)/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {}, text };
  };
  return { send, get: (path) => send("GET", path) };
}

/** A client that an administrator gave the administration: no person stands behind it. */
export const createAdministratorClient = (server: Pick<TestServer, "context">): Promise<TestClient> =>
  createClient(server, {
    client_name: "Provisioning",
    grant_types: ["client_credentials"],
    scope: "postern:admin",
  });

/** The API as such a client. */
export async function administratorApi(server: TestServer): Promise<Api & { readonly client: TestClient }> {
  const client = await createAdministratorClient(server);
  return { ...apiWith(server, await ownToken(server, client, "postern:admin")), client };
}

/** What tells one refusal from another. */
export const problemOf = ({ status, body }: ApiAnswer): string =>
  [status, body.code, body.member].filter((part) => part !== undefined).join(" ");

/** The members of a list, of one name. */
export function listed(answer: ApiAnswer, member: string): readonly unknown[] {
  const { items } = answer.body;
  if (!Array.isArray(items)) throw new Error(`no list: ${answer.status} ${answer.text}`);
  return items.map((item) => item[member]);
}

/** A member of an answer that must be text. */
export function text({ body, text: whole }: ApiAnswer, member: string): string {
  const value = body[member];
  if (typeof value !== "string") throw new Error(`the answer has no text ${member}: ${whole}`);
  return value;
}
