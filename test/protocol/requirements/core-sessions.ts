import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const coreSessions: readonly Requirement[] = [
  { id: "S-01-cookie", level: "DECIDED", source: "OIDC Core §3.1.2.3",
    summary: "The session cookie is host-bound, Secure, HttpOnly, SameSite=Lax and random; only its hash is stored." },
  { id: "S-02-fixation", level: "MUST", source: "RFC 6749 §10.12",
    summary: "Sign-in, step-up and sign-out change the session id; a foreign cookie value is ignored." },
  { id: "S-03-lifetime", level: "DECIDED", source: "OIDC Core §2",
    summary: "Sessions end after 12 idle hours or 30 days; auth_time is when credentials were last checked." },
  { id: "S-04-login-csrf", level: "MUST", source: "OIDC Core §3.1.2.3",
    summary: "A sign-in form posted without its pre-session token is 403." },
  { id: "S-05-enumeration", level: "DECIDED", source: "Postern",
    summary: "Unknown user, wrong password and disabled user look the same in text, status, size and time." },
  { id: "S-06-throttle", level: "MUST", source: "OAuth 2.1 §7.7",
    summary: "Failures slow an account down, limit an address and reveal spraying; no account locks for good." },
  { id: "S-07-password-store", level: "DECIDED", source: "RFC 8265 §4.2",
    summary: "Passwords are prepared by PRECIS OpaqueString, 8 to 1024 bytes, and kept as Argon2id." },
  { id: "S-08-no-autofill-leak", level: "DECIDED", source: "Postern",
    summary: "The consent page names the account and always offers another one." },
];
