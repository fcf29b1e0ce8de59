import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const coreBearer: readonly Requirement[] = [
  { id: "6750-2.1-header", level: "MUST", source: "RFC 6750 §2.1; OAuth 2.1 §5.1.1",
    summary: "The Bearer scheme is case-insensitive and takes a token of the specified characters." },
  { id: "6750-2.2-body", level: "MAY", source: "RFC 6750 §2.2",
    summary: "Userinfo alone takes a token from a posted form." },
  { id: "6750-2.3-query", level: "MUST", source: "OAuth 2.1 §5.1; RFC 9700 §4.3.2",
    summary: "A token in the query is never honoured." },
  { id: "6750-2-two", level: "SHOULD", source: "RFC 6750 §3.1",
    summary: "A token sent in two ways at once is 400 invalid_request." },
  { id: "6750-3-none", level: "MUST", source: "RFC 6750 §3, §3.1; RFC 9449 §7.1",
    summary: "Without credentials the answer is 401 with a challenge that names no error." },
  { id: "6750-3.1-invalid", level: "SHOULD", source: "RFC 6750 §3.1",
    summary: "An unusable token, or one of another kind, is 401 invalid_token." },
  { id: "6750-3.1-scope", level: "SHOULD", source: "RFC 6750 §3.1",
    summary: "A token without the needed scope is 403 insufficient_scope and told which." },
  { id: "6750-3-attr", level: "MUST", source: "RFC 6750 §3",
    summary: "Each challenge attribute stands once and keeps to the permitted characters." },
  { id: "6750-5-dpop-as-bearer", level: "MUST", source: "RFC 9449 §7.2; RFC 8705 §3",
    summary: "A sender-constrained token is refused as a plain bearer token.",
    status: { notYet: "belongs to a later release: DPoP and mutual TLS" } },
  { id: "6750-cache", level: "SHOULD", source: "RFC 6750 §2.3",
    summary: "Answers to bearer requests are not cached." },
];
