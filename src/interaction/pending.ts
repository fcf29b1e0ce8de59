import type { Context } from "../context.ts";
import { macOf } from "../crypto/key-ring.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import { newIdentifier } from "../crypto/secret.ts";
import { OAuthError } from "../oauth-error.ts";
import { after, type Instant, minutes } from "../time.ts";
import { type AuthorizationRequest, refusedOnPage } from "./authorization-request.ts";

// A paused authorization travels sealed through the browser, as `handle` in URLs and forms: who only looks at a page makes
// the server write nothing. That it is answered once is the store's to say, by its id (docs/decisions/0006).

/** An authorization request that waits for a person. */
export interface Pending {
  /** Spent with the answer. */
  readonly id: string;
  /** Which browser began it; absent until one has, for a request that came by POST without its cookies. */
  readonly browser?: string | undefined;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  readonly request: AuthorizationRequest;
}

const use = "authorization";
const lifetime = minutes(30);

/** In characters: it stands in a URL, and browsers, proxies and Bun (16 KiB for the whole head) want room beside it. */
const maxHandleLength = 9 * 1024;

type Pausing = Pick<Context, "keys" | "random" | "clock">;

/** A request begins to wait. Without a browser's id it is bound to the browser that goes on with it first. */
export function newPending(
  { keys, random, clock }: Pausing,
  request: AuthorizationRequest,
  browserId: string | undefined,
): Pending {
  const now = clock.now();
  return {
    id: newIdentifier(random),
    browser: browserId === undefined ? undefined : browserMark(keys, browserId),
    startedAt: now,
    expiresAt: after(now, lifetime),
    request,
  };
}

/**
 * The handle of a pending authorization.
 *
 * @throws OAuthError invalid_request, when the request is too large to be carried
 */
export async function sealPending({ keys, random }: Pausing, pending: Pending): Promise<string> {
  const handle = await sealState(keys, random, use, written(pending));
  if (handle.length > maxHandleLength) throw new OAuthError("invalid_request", "the request is too large");
  return handle;
}

/**
 * Opens the handle of a page.
 *
 * @throws OAuthError for a page, when it is not ours, has expired or belongs to another browser
 */
export async function openPending(context: Pausing, handle: string | undefined, browserId: string): Promise<Pending> {
  return checkBrowser(context, await openSealed(context, handle), browserId);
}

/** The same, and a handle that is bound to no browser yet is bound to this one: a pending authorization of its own. */
export async function openOrBindPending(
  context: Pausing,
  handle: string | undefined,
  browserId: string,
): Promise<Pending> {
  const pending = await openSealed(context, handle);
  return pending.browser === undefined
    ? newPending(context, pending.request, browserId)
    : checkBrowser(context, pending, browserId);
}

function checkBrowser({ keys }: Pausing, pending: Pending, browserId: string): Pending {
  if (pending.browser !== browserMark(keys, browserId)) throw hasEnded();
  return pending;
}

/** RFC 6749 §10.12: answered once, in the browser that began, in time. */
export const hasEnded = (): OAuthError =>
  refusedOnPage("expired", "the authorization request has ended, or began in another browser");

const browserMark = ({ pageKey }: Pick<Context["keys"], "pageKey">, browserId: string): string =>
  macOf(pageKey, "pending authorization", browserId).toString("base64url");

/** The state as base64url: JSON would double a state of quotation marks, and 4096 bytes of any kind must fit. */
type Written = Omit<Pending, "request"> & {
  readonly request: AuthorizationRequest;
  readonly state?: string | undefined;
};

function written(pending: Pending): Written {
  const { state, ...target } = pending.request.target;
  return {
    ...pending,
    request: { ...pending.request, target },
    ...(state === undefined ? {} : { state: Buffer.from(state).toString("base64url") }),
  };
}

async function openSealed({ keys, clock }: Pausing, handle: string | undefined): Promise<Pending> {
  const opened = handle === undefined ? undefined : await openState(keys, use, handle);
  if (!isWritten(opened) || opened.expiresAt <= clock.now()) throw hasEnded();
  const { state, ...pending } = opened;
  if (state === undefined) return pending;
  const target = { ...pending.request.target, state: Buffer.from(state, "base64url").toString() };
  return { ...pending, request: { ...pending.request, target } };
}

/** What opens under our key and for this use was written by `sealPending`. */
const isWritten = (value: unknown): value is Written =>
  typeof value === "object" && value !== null && "request" in value;
