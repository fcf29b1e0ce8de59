import type { Grant } from "../model/grant.ts";

/** `sub`: the person, or the client itself where there is no person (RFC 9068 §2.2). The two never collide. */
export const subjectOf = (grant: Grant): string => grant.userId ?? grant.clientId;

/** What `acr` can say, the weakest first. */
export const acrValues = ["pwd", "mfa"] as const;

/** From how the person signed in (RFC 8176) to the context class. */
export const acrOf = (amr: readonly string[]): (typeof acrValues)[number] => (amr.includes("mfa") ? "mfa" : "pwd");
