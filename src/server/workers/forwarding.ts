import type { Listen } from "../../config/address.ts";
import { bodyBytes, isDeclaredTooLarge } from "../../http/body.ts";
import { comesFrom, type PeerAddress } from "../../http/client-address.ts";
import { OAuthError } from "../../oauth-error.ts";
import { turns } from "../../outbound/turns.ts";
import type { Answer } from "../bind.ts";
import type { Link } from "./link.ts";
import type { Part, SentRequest, SentResponse, ToSupervisor } from "./talk.ts";

/** More than that are not answered sooner by waiting. */
const mostWaiting = 1000;

/**
 * Beyond so many that wait, answers come without their bodies, which are asked for so many at a time: what is long and
 * asked for by many at once would fill the memory of both processes on its way through the channel.
 */
const mostBodiesAtOnce = 16;

/** Has requests answered by the supervisor. */
export function forwarding(
  supervisor: Link<ToSupervisor>,
): (request: Request, listen: Listen, peer: PeerAddress) => Promise<Response> {
  const line = turns(mostBodiesAtOnce, Number.POSITIVE_INFINITY);

  const next = async (answer: number): Promise<Part> => {
    const turn = await line.take();
    try {
      return await supervisor.ask("next", answer);
    } finally {
      turn?.end();
    }
  };

  /** Each part is asked for when the one before has been sent: who reads slowly fills no memory. */
  const inParts = (answer: number, first: Uint8Array | undefined): ReadableStream<Uint8Array> => {
    let waiting: Part | undefined = first && { bytes: first, isLast: false };
    return new ReadableStream({
      pull: async (controller) => {
        const { bytes, isLast } = waiting ?? (await next(answer));
        waiting = undefined;
        if (bytes !== undefined) controller.enqueue(bytes);
        if (isLast) controller.close();
      },
      cancel: () => supervisor.tell("stop", answer),
    });
  };

  /**
   * @throws OAuthError, for a body that is not taken, and where too many wait
   */
  return async (request, listen, { address, port }) => {
    if (supervisor.waiting() >= mostWaiting)
      throw new OAuthError("temporarily_unavailable", "the server is busy", { status: 503 });
    // One that is too large is refused there by what it says of itself, and not read.
    const hasBody = request.method !== "GET" && request.method !== "HEAD" && !isDeclaredTooLarge(request);
    const sent = hasBody ? new Uint8Array(await bodyBytes(request)) : undefined;
    const { status, headers, body, answer } = await supervisor.ask("request", {
      listen,
      peer: { address, port },
      method: request.method,
      url: request.url,
      headers: [...request.headers],
      body: sent,
      isAnsweredWhole: supervisor.waiting() < mostBodiesAtOnce,
    });
    const whole = body === undefined ? null : new Uint8Array(body);
    return new Response(answer === undefined ? whole : inParts(answer, body), {
      status,
      headers: headers.map(([name, value]) => [name, value]),
    });
  };
}

/** RFC 9110 §15: what a response of that status cannot have. */
const withoutBody = new Set([204, 205, 304]);

/** The supervisor's side, for one worker. */
export function forwarded(answerAt: (listen: Listen) => Answer) {
  /** Begins to read when it is asked for the first time: until then a body that many answers share is there once. */
  const underWay = new Map<number, () => ReadableStreamDefaultReader<Uint8Array> | undefined>();
  let last = 0;
  let isGone = false;

  const read = async (answer: number): Promise<Uint8Array | undefined> => {
    try {
      const { done, value } = (await underWay.get(answer)?.()?.read()) ?? { done: true };
      if (done) underWay.delete(answer);
      return value;
    } catch (error) {
      underWay.delete(answer);
      throw error;
    }
  };
  /** Most answers are one piece: its end is seen at once, and nothing is kept of it here. */
  const next = async (answer: number): Promise<Part> => {
    const first = await read(answer);
    const second = first && (await read(answer));
    if (first === undefined || second === undefined) return { bytes: first, isLast: true };
    return { bytes: Buffer.concat([first, second]), isLast: false };
  };
  const stop = (answer: number) => {
    // It may have failed by itself meanwhile: then there is nothing to end, and nobody left to tell.
    underWay
      .get(answer)?.()
      ?.cancel()
      .catch(() => undefined);
    underWay.delete(answer);
  };

  return {
    next,
    stop,
    /** Nobody reads on, nor what begins after this. */
    stopAll: () => {
      isGone = true;
      for (const answer of underWay.keys()) stop(answer);
    },
    request: async ({
      listen,
      peer,
      method,
      url,
      headers,
      body,
      isAnsweredWhole,
    }: SentRequest): Promise<SentResponse> => {
      const request = new Request(url, {
        method,
        headers: headers.map(([name, value]) => [name, value]),
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      });
      comesFrom(request, peer);
      const response = await answerAt(listen)(request);
      const head = { status: response.status, headers: [...response.headers] };
      const isShort = isAnsweredWhole || method === "HEAD" || withoutBody.has(response.status);
      if (isShort && response.body === null) return { ...head, body: undefined, answer: undefined };
      last += 1;
      const answer = last;
      let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
      underWay.set(answer, () => {
        reader ??= response.body?.getReader();
        return reader;
      });
      if (isGone) stop(answer);
      if (!isShort) return { ...head, body: undefined, answer };
      const { bytes, isLast } = await next(answer);
      return { ...head, body: bytes, answer: isLast ? undefined : answer };
    },
  };
}
