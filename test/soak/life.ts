import { randomInt } from "node:crypto";
import type { Api } from "../support/api.ts";
import type { AskingClient } from "../support/authorization.ts";

/** Part of the load: somebody who uses the server, and knows what it has acknowledged. */
export interface Life {
  readonly name: string;
  /**
   * One act. A connection that breaks makes it throw, and then nobody knows whether it was done; what was answered
   * otherwise than it must be throws `Broken`.
   */
  act(): Promise<void>;
  /** What was acknowledged and is not so. */
  check(): Promise<readonly string[]>;
}

/** A promise of the server that does not hold. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** What all lives share. */
export interface Town {
  readonly address: string;
  readonly issuer: string;
  /** A public client for devices, with refresh tokens that rotate. */
  readonly tv: AskingClient;
  /** A confidential web client. */
  readonly wiki: AskingClient;
  /** A resource server. */
  readonly checker: AskingClient;
  /** The administration, as a client of its own. */
  api(): Promise<Api>;
  /** A person with a password, made by the administration. */
  person(): Promise<Credentials>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Of a long list, the newest and some of the others: so many that a check after each crash stays short. */
export function someOf<Thing>(things: readonly Thing[], most = 12): readonly Thing[] {
  if (things.length <= most) return things;
  const half = Math.floor(most / 2);
  const step = Math.max(1, Math.floor((things.length - half) / half));
  return [...things.slice(0, -half).filter((_, index) => index % step === 0), ...things.slice(-half)];
}

/** A whole number below `end`. */
export const chance = (end: number): number => randomInt(end);
