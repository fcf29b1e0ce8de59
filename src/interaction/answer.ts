import type { Context } from "../context.ts";
import { appendToRedirectUri } from "../rules/redirect-uri.ts";
import type { AuthorizationRefusal, ResponseTarget } from "./refusal.ts";

/** On to the client. */
type OnwardAnswer =
  | { readonly kind: "redirect"; readonly location: string }
  /** OAuth 2.0 Form Post Response Mode §2. */
  | { readonly kind: "form_post"; readonly redirectUri: string; readonly parameters: Readonly<Record<string, string>> };

/** How the person's browser takes an authorization response to the client. */
export type AuthorizationAnswer =
  | OnwardAnswer
  /** A stop before an unverified client's redirect URI (RFC 9700 §4.11.2). */
  | {
      readonly kind: "interstitial";
      readonly onward: OnwardAnswer;
      readonly redirectUri: string;
      readonly code: string;
    };

/** RFC 6749 §4.1.2; RFC 9207 §2: `iss` stands in every answer. */
export function answerWithCode(
  { config }: Pick<Context, "config">,
  target: ResponseTarget,
  code: string,
): AuthorizationAnswer {
  return answer(target, { code, ...stateOf(target), iss: config.issuer });
}

/** RFC 6749 §4.1.2.1. */
export function answerRefusal(
  { config }: Pick<Context, "config">,
  { code, description, target }: AuthorizationRefusal,
): AuthorizationAnswer {
  const parameters = { error: code, error_description: description, ...stateOf(target), iss: config.issuer };
  const onward = answer(target, parameters);
  return target.isVerified ? onward : { kind: "interstitial", onward, redirectUri: target.redirectUri, code };
}

function answer(
  { redirectUri, responseMode }: ResponseTarget,
  parameters: Readonly<Record<string, string>>,
): OnwardAnswer {
  if (responseMode === "form_post") return { kind: "form_post", redirectUri, parameters };
  return { kind: "redirect", location: appendToRedirectUri(redirectUri, parameters) };
}

const stateOf = ({ state }: ResponseTarget): Readonly<Record<string, string>> => (state === undefined ? {} : { state });
