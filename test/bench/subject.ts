import type { RequestText } from "./load.ts";

// What a scenario can ask of a server, whoever made it.

/** A client as it authenticates at the token endpoint: by a header, or by fields of the form. */
export interface Caller {
  readonly authorization?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export type TokenFormat = "opaque" | "EdDSA" | "ES256" | "RS256";

/** What is known of a server that runs. What is absent it cannot do, or nobody has told how. */
export interface Facts {
  readonly issuer: string;
  /** Paths. */
  readonly endpoints: Readonly<Record<"metadata" | "token", string>> &
    Partial<Readonly<Record<"introspection" | "deviceAuthorization" | "userinfo" | "authorize", string>>>;
  /** Where introspection is asked for, if not where all else is. */
  readonly introspectionAddress?: string;
  /** `token_type` as it writes it (RFC 6749 §5.1: in whatever case); `Bearer` if not said. */
  readonly tokenType?: string;
  /** What it may say of a token's hour; 3600 seconds if not said. */
  readonly expiresIn?: readonly number[];
  /** Clients that get tokens of these formats by client credentials. */
  readonly services: Partial<Readonly<Record<TokenFormat, Caller>>>;
  readonly scope: string;
  /** Who may introspect. More than one where each gets only so many inactive answers. */
  readonly resourceServers?: readonly Caller[];
  /** Clients that begin device flows. More than one where each may have only so many codes that wait. */
  readonly devices?: readonly Caller[];
  /** How many codes may wait in all before older ones are forgotten; a hundred if not said. */
  readonly mostWaitingDevices?: number;
  /** Seconds between two polls, where somebody looks at that. */
  readonly pollInterval?: number;
  readonly app?: App;
  /** Access tokens of many grants, and what is in them. */
  readonly grantTokens?: readonly string[];
  readonly grantScope?: string;
  readonly person?: Person;
  /** All its answers are the same: it is no server but what one is compared with. */
  readonly isConstant?: boolean;
}

/** A client of the code flow, with secret, refresh tokens that rotate, and the consent of everybody. */
export interface App {
  readonly id: string;
  readonly client: Caller;
  readonly redirectUri: string;
  /** Cookies of browsers in which people are signed in. */
  readonly cookies: readonly string[];
  /** Instead, where the server forgets them under load: a path that is answered with a JSON list of fresh ones. */
  readonly freshCookies?: string;
}

/** Who signs in with a password, and how long the hash alone takes. */
export interface Person {
  readonly signIn: string;
  readonly username: string;
  readonly password: string;
  readonly hashMilliseconds: number;
  /** The kind and the cost of the hash. */
  readonly hash: string;
}

/** A server under measurement. */
export interface Subject {
  readonly name: string;
  readonly address: string;
  readonly pid: number;
  readonly facts: Facts;
  stop(): Promise<void>;
}

/** What one can compare with: how it is started, and what is worth knowing of it. */
export interface Peer {
  readonly name: string;
  /** Its version, what it runs on, and where it keeps its tokens: stands under the tables. */
  about(): string;
  /** Scenarios that it cannot run, and why. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** @throws Missing, when something is not there that it needs */
  start(place: Place): Promise<Subject>;
}

/** Where a server may put its files, and where it listens. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  say(line: string): void;
}

/** A peer cannot run on this machine, in one sentence. */
export class Missing extends Error {
  override readonly name = "Missing";
}

/** A form as this client sends it. */
export const formOf = (
  { authorization, fields = {} }: Caller,
  parameters: Readonly<Record<string, string>>,
): RequestText => ({ authorization, body: new URLSearchParams({ ...fields, ...parameters }).toString() });

/** Sends one request and reads the answer whole. */
export async function ask(
  { address }: Pick<Subject, "address">,
  path: string,
  { authorization, cookie, body }: RequestText,
): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
  const answer = await fetch(address + path, {
    method: body === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      ...(authorization === undefined ? {} : { authorization }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
}

/** A member of an answer's JSON. */
export const memberOf = (body: unknown, name: string): unknown =>
  typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
