import { createHash, timingSafeEqual } from "node:crypto";
import { OAuthError, unmet } from "../oauth-error.ts";

/**
 * Checks the challenge of an authorization request. Whether one is required is the client's matter: none at all passes.
 *
 * @throws OAuthError invalid_request, for a method other than S256, a method alone, or a challenge that no S256 makes
 * @source RFC 7636 §4.2, §4.3, §4.4.1; RFC 9700 §2.1.1
 */
export function checkCodeChallenge(challenge: string | undefined, method: string | undefined): void {
  if (challenge === undefined) {
    if (method === undefined) return;
    throw new OAuthError("invalid_request", "code_challenge_method is sent without code_challenge");
  }
  // RFC 7636 §4.3: the method "defaults to 'plain' if not present in the request", and plain is not supported.
  if (method !== "S256") throw new OAuthError("invalid_request", "only code_challenge_method S256 is supported");
  // RFC 7636 §4.2: BASE64URL-ENCODE(SHA256(ASCII(code_verifier))): 32 octets make 43 characters.
  if (!challengeGrammar.test(challenge)) {
    throw new OAuthError("invalid_request", "code_challenge is not 43 characters of base64url");
  }
}

/**
 * Checks the verifier of a token request against the challenge of the authorization request. S256 only. A verifier
 * without a challenge is the mark of a downgrade; a challenge without a verifier that of a stolen code.
 *
 * @throws OAuthError invalid_grant, when they do not match or only one of them is there (RFC 7636 §4.6)
 * @source RFC 7636 §4.1: 43 to 128 unreserved characters; RFC 9700 §2.1.1, §4.8.2
 */
export function checkCodeVerifier(verifier: string | undefined, challenge: string | undefined): void {
  if (challenge === undefined) {
    if (verifier === undefined) return;
    // RFC 9700 §2.1.1: "a token request containing a code_verifier parameter is accepted only if a code_challenge
    // parameter was present in the authorization request."
    throw new OAuthError("invalid_grant", "code_verifier is sent for a code without code_challenge");
  }
  if (verifier === undefined) throw new OAuthError("invalid_grant", "code_verifier is missing");
  if (!verifierGrammar.test(verifier) || !isDigestOf(verifier, challenge)) {
    throw new OAuthError("invalid_grant", "code_verifier does not match code_challenge", {
      checks: unmet("the digest of code_verifier is the code_challenge of the authorization request (RFC 7636 §4.6)", {
        expected: challenge,
        received: verifierGrammar.test(verifier) ? codeChallengeOf(verifier) : "no verifier of 43 to 128 characters",
      }),
    });
  }
}

/** The S256 challenge of a verifier (RFC 7636 §4.2). */
export const codeChallengeOf = (verifier: string): string =>
  createHash("sha256").update(verifier, "ascii").digest("base64url");

function isDigestOf(verifier: string, challenge: string): boolean {
  const expected = Buffer.from(codeChallengeOf(verifier), "latin1");
  const presented = Buffer.from(challenge, "latin1");
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}

const challengeGrammar = /^[A-Za-z0-9_-]{43}$/;
const verifierGrammar = /^[A-Za-z0-9._~-]{43,128}$/;
