// What is sent to a server, and what must come back. A load is made of kinds of requests; wrk.lua sends them in the order
// of the schedule, and knows each answer by what must be in it.

/** One request that is sent as it is, or the frame of those that are made while the load runs. */
export interface RequestText {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  /** A form; without one it is a GET. */
  readonly body?: string | undefined;
}

export interface Kind {
  readonly name: string;
  readonly path: string;
  /** Sent one after the other, and again from the first. With `takes` there is one, and each gets its own end. */
  readonly requests: readonly RequestText[];
  /** The body, or without one the path, ends with what is next in the queue of this name. */
  readonly takes?: { readonly queue: string; readonly initial: readonly string[] };
  /** What its answers put into a queue: the capture of a Lua pattern in the body, or in the Location of a redirect. */
  readonly gives?: { readonly queue: string; readonly pattern: string };
  readonly expect: Expectation;
}

export interface Expectation {
  readonly status: number;
  /** Every one of these stands in the body, of every answer. */
  readonly has: readonly string[];
  /** A Lua pattern that captures what no two answers may share. */
  readonly distinct?: string | undefined;
}

export interface Load {
  readonly kinds: readonly Kind[];
  /** Names of kinds in the order in which they are sent; one whose queue is empty is passed over. Each once, if not said. */
  readonly schedule?: readonly string[];
}

/** The request as HTTP/1.1 has it. With `open` the length of the body is left out: wrk.lua knows it. */
export function rawRequest(host: string, path: string, request: RequestText): string {
  const { authorization, cookie, body } = request;
  return [
    `${body === undefined ? "GET" : "POST"} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ...(cookie === undefined ? [] : [`Cookie: ${cookie}`]),
    ...(body === undefined
      ? []
      : ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${Buffer.byteLength(body)}`]),
    "",
    body ?? "",
  ].join("\r\n");
}
