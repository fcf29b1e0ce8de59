import type { Context } from "../context.ts";
import type { Client, GrantType } from "../model/client.ts";
import type { TokenResponse } from "../tokens/issue.ts";

/** The parameters of a token request, each at most once, none empty. */
export interface TokenRequest {
  readonly code?: string | undefined;
  readonly redirect_uri?: string | undefined;
  readonly code_verifier?: string | undefined;
  readonly refresh_token?: string | undefined;
  readonly device_code?: string | undefined;
  readonly scope?: string | undefined;
  /** Where the request comes from. */
  readonly address: string;
  /** The program that it names itself as, ready to be kept. */
  readonly userAgent?: string | undefined;
  /** Limits by address alone do not apply to it. */
  readonly isLocal: boolean;
}

/**
 * One way to get tokens. The token endpoint has authenticated the client and checked that it may use this grant type
 * before it asks.
 */
export interface GrantTypeHandler {
  readonly grantType: GrantType;
  /** @throws OAuthError */
  issue(context: Context, client: Client, request: TokenRequest): Promise<TokenResponse>;
}
