import { OAuthError } from "../../../src/oauth-error.ts";

/** Code and description of the refusal, `undefined` when there is none. Anything else that is thrown goes on. */
export function refusalOf(action: () => unknown): readonly [code: string, description: string] | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // RFC 6749 §5.2: the characters of error_description.
    if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(error.description))
      throw new Error("the description has a bad character", { cause: error });
    return [error.code, error.description];
  }
}
