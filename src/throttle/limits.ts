import { hours, minutes, seconds } from "../time.ts";
import type { Limit } from "./throttle.ts";

/** Wrong secrets of one client from one address (RFC 6749 §2.3.1). */
export const clientSecretFailures: Limit = { name: "client-secret", most: 10, per: minutes(10) };
/** Wrong secrets of one client from everywhere: somebody tries many addresses. Told to the operator, at most so often. */
export const clientSecretFailuresInAll: Limit = { name: "client-secret all", most: 99, per: minutes(10) };
export const clientSecretAlerts: Limit = { name: "client-secret alert", most: 1, per: minutes(10) };
/** Wrong authorization codes from one address (RFC 6749 §10.10). */
export const codeFailures: Limit = { name: "code", most: 100, per: minutes(1) };
/** Inactive answers to one caller from one address (RFC 7662 §4). */
export const inactiveAnswers: Limit = { name: "introspection", most: 1000, per: seconds(10) };

/** Wrong user codes (RFC 8628 §5.1). */
export const userCodesOfSession: Limit = { name: "user-code session", most: 5, per: hours(1) };
export const userCodesOfAccount: Limit = { name: "user-code account", most: 10, per: hours(1) };
export const userCodesOfAddress: Limit = { name: "user-code address", most: 20, per: minutes(10) };
export const userCodesInAll: Limit = { name: "user-code all", most: 100, per: minutes(1) };

/** Failed sign-ins from one address, and of different people in all: one password tried on everybody. */
export const signInsOfAddress: Limit = { name: "sign-in address", most: 30, per: minutes(10) };
export const signInsInAll: Limit = { name: "sign-in all", most: 100, per: minutes(1) };
/** Of one account from one address that count against the address: one account has its own wait, and others live there. */
export const signInsOfPair: Limit = { name: "sign-in account and address", most: 5, per: minutes(10) };
/** So that one account counts once among all. */
export const signInsOfPerson: Limit = { name: "sign-in person", most: 1, per: minutes(1) };
/** Who has failed while too many fail in all. */
export const signInsOfSuspect: Limit = { name: "sign-in suspect", most: 1, per: minutes(10) };

/** More passwords at once than the machine can check: no count, but a line that is full (crypto/fair-line.ts). */
export const passwordQueue = "password queue";

/** Failures of one person in all the browsers that the person is known from. */
export const knownBrowserFailures: Limit = { name: "sign-in known browsers", most: 30, per: hours(1) };

/** Refused answers of one person's passkeys that are recorded: anybody who knows a passkey's id can make them up. */
export const passkeyFailuresOfPerson: Limit = { name: "passkey person", most: 20, per: hours(1) };

/** Wrong links to choose a password. They cannot be guessed: who tries should not make this machine look them up. */
export const accountLinksOfAddress: Limit = { name: "account-link address", most: 30, per: minutes(10) };

/** Faults of one kind of the host's verifier that are told to the operator. */
export const verifierFaults: Limit = { name: "verifier fault", most: 1, per: minutes(1) };

/** Requests that failed for the same want, of room on the disk or of time: strangers can make very many of them. */
export const wants: Limit = { name: "want", most: 1, per: minutes(1) };
/** Times that all descriptors were used up, as they are told to the operator. */
export const openFilesLimit: Limit = { name: "open files", most: 1, per: minutes(10) };

/** Collectors that took no traces, as they are told to the operator. */
export const collectorFaults: Limit = { name: "collector", most: 1, per: minutes(10) };

/** Registrations without an initial access token (RFC 7591 §3). */
export const registrationsOfAddress: Limit = { name: "registration address", most: 10, per: hours(1) };
export const registrationsInAll: Limit = { name: "registration all", most: 1000, per: hours(24) };
