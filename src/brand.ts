declare const brand: unique symbol;

/** A type that only its own constructor can make, so that one kind of string or number is never taken for another. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The identifier of an OAuth client (RFC 6749 §2.2). */
export type ClientId = Brand<string, "client-id">;
/** The subject identifier of a person: 128 random bits, base64url. Never a `ClientId` (RFC 9700 §4.15). */
export type UserId = Brand<string, "user-id">;
/** The identifier of a grant: 128 random bits, base64url. */
export type GrantId = Brand<string, "grant-id">;
/** The public identifier of a browser session, shown in lists and as `sid`; not the cookie's value. */
export type SessionId = Brand<string, "session-id">;

/** The one place where a string becomes an identifier: what comes from the store or has just been made. */
export const asClientId = (value: string) => value as ClientId;
export const asUserId = (value: string) => value as UserId;
export const asGrantId = (value: string) => value as GrantId;
export const asSessionId = (value: string) => value as SessionId;
