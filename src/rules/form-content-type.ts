import { OAuthError } from "../oauth-error.ts";

/**
 * Checks that a body is a form in UTF-8. Nothing is guessed: a body without a type is refused too.
 *
 * @throws OAuthError invalid_request
 * @source RFC 6749 §3.2, App. B: "application/x-www-form-urlencoded" with a character encoding of UTF-8
 */
export function checkFormContentType(contentType: string | null | undefined): void {
  if (contentType === formType) return;
  const [essence = "", ...parameters] = (contentType ?? "").split(";");
  if (essence.trim().toLowerCase() !== formType) {
    throw new OAuthError("invalid_request", `the content type must be ${formType}`);
  }
  for (const parameter of parameters) {
    const [, charset] = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter) ?? [];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
      throw new OAuthError("invalid_request", "the charset of the content type must be UTF-8");
    }
  }
}

const formType = "application/x-www-form-urlencoded";
