import type { Grant } from "../model/grant.ts";

/** `sub`: the person, or the client itself where there is no person (RFC 9068 §2.2). The two never collide. */
export const subjectOf = (grant: Grant): string => grant.userId ?? grant.clientId;

/** The classes that a person can reach here, published: a password, or more than one factor. */
export const acrValues = ["pwd", "mfa"] as const;

/** From how the person signed in (RFC 8176) to the context class. */
export const acrOf = (amr: readonly string[]): string => (amr.includes("mfa") ? "mfa" : "pwd");
