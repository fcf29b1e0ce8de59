import type { ClientId } from "../brand.ts";
import { type ErrorCode, OAuthError, type RefusalOptions } from "../oauth-error.ts";
import type { ResponseMode } from "../rules/response-mode.ts";
import type { StoreUnavailable } from "../store/store.ts";

/** Where an authorization response goes: a client and redirect URI that were checked (RFC 6749 §4.1.2.1). */
export interface ResponseTarget {
  readonly redirectUri: string;
  readonly state?: string | undefined;
  readonly responseMode: ResponseMode;
  /** An unverified client's error is shown before anybody is sent on (RFC 9700 §4.11.2). */
  readonly isVerified: boolean;
}

/** A client that was found to be there, and where it is told. */
export interface Told {
  readonly clientId: ClientId;
  readonly target: ResponseTarget;
}

/** A refusal that the client is told at its redirect URI. */
export class AuthorizationRefusal extends OAuthError {
  readonly target: ResponseTarget;

  constructor(
    code: ErrorCode,
    description: string,
    target: ResponseTarget,
    options: Pick<RefusalOptions, "cause" | "checks" | "about"> = {},
  ) {
    super(code, description, options);
    this.target = target;
  }
}

/** Whatever fails once the client can be told is told it, our own failures too (RFC 6749 §4.1.2.1). Pages stay pages. */
export async function toldToClient<Result>({ clientId, target }: Told, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuthorizationRefusal) throw error;
    if (error instanceof OAuthError) {
      const { page, checks, about } = error.options;
      throw page === undefined
        ? new AuthorizationRefusal(error.code, error.description, target, {
            ...(checks === undefined ? {} : { checks }),
            about: { clientId, ...about },
          })
        : error;
    }
    const isOverload = error instanceof Error && error.name === ("StoreUnavailable" satisfies StoreUnavailable["name"]);
    throw isOverload
      ? new AuthorizationRefusal("temporarily_unavailable", "the server cannot write at the moment", target, {
          cause: error,
          about: { clientId },
        })
      : new AuthorizationRefusal("server_error", "the server failed", target, { cause: error, about: { clientId } });
  }
}
