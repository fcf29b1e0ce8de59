import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const corePkce: readonly Requirement[] = [
  { id: "7636-4.2-s256", level: "MUST", source: "RFC 7636 §4.2, App. B",
    summary: "S256 challenges are computed as the specification's test vector says." },
  { id: "7636-4.2-plain", level: "DECIDED", source: "RFC 7636 §4.3, §4.4.1",
    summary: "The plain method, named or by default, is refused." },
  { id: "7636-4.3-method-alone", level: "DECIDED", source: "RFC 7636 §4.3",
    summary: "A challenge method without a challenge is refused." },
  { id: "7636-4.3-syntax", level: "DECIDED", source: "RFC 7636 §4.2",
    summary: "A challenge is 43 characters of the base64url alphabet." },
  { id: "7636-4.4.1-required-public", level: "MUST", source: "RFC 7636 §4.4.1; RFC 9700 §2.1.1",
    summary: "A public client without a challenge is refused." },
  { id: "7636-required-confidential", level: "SHOULD", source: "RFC 9700 §2.1.1",
    summary: "So is a confidential client, unless an administrator made PKCE optional for it." },
  { id: "7636-4.5-missing", level: "MUST", source: "RFC 7636 §4.6",
    summary: "A bound code without a verifier is invalid_grant." },
  { id: "7636-4.6-mismatch", level: "MUST", source: "RFC 7636 §4.6",
    summary: "A verifier that does not hash to the challenge is invalid_grant." },
  { id: "7636-4.1-verifier", level: "MUST", source: "RFC 7636 §4.1",
    summary: "A verifier has 43 to 128 unreserved characters; anything else is answered as a mismatch." },
  { id: "7636-downgrade", level: "MUST", source: "RFC 9700 §2.1.1, §4.8.2; OAuth 2.1 §4.1.3",
    summary: "A verifier for a code without a challenge is invalid_grant." },
  { id: "7636-private", level: "MUST", source: "RFC 7636 §4.4",
    summary: "The challenge appears in no response." },
  { id: "7636-metadata", level: "MUST", source: "RFC 9700 §2.1.1",
    summary: "Both metadata documents list S256 and nothing else." },
];
