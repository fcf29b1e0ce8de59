import type { SecretKind } from "../model/secret.ts";
import type { Random } from "./random.ts";

/** People type the others: short codes, which have a maker of their own. */
type Long = Exclude<SecretKind, "user-code" | "recovery-code">;

/** What Postern hands out names itself to secret scanners. */
const prefixes: Readonly<Record<Long, string>> = {
  "client-secret": "pst_cs_",
  "authorization-code": "pst_ac_",
  "device-code": "pst_dc_",
  "registration-token": "pst_ra_",
  "initial-access-token": "pst_ia_",
  session: "",
  "setup-link": "",
  "account-link": "",
};

/** A text without what Postern has handed out as a secret: somebody may have put one where something else is wanted. */
export const withoutSecrets = (text: string): string => text.replace(/pst_[a-z]{2}_[\w-]+/g, "[secret]");

/** A secret in the clear. It cannot be printed by accident: only `reveal` gives it out. */
export class Secret<Kind extends SecretKind> {
  readonly #value: string;
  readonly kind: Kind;

  constructor(kind: Kind, value: string) {
    this.kind = kind;
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** 256 random bits, base64url, behind the prefix of its kind (RFC 6749 §10.10 asks for at least 128). */
export function newSecret<Kind extends Long>(random: Random, kind: Kind): Secret<Kind> {
  return new Secret(kind, prefixes[kind] + Buffer.from(random.bytes(32)).toString("base64url"));
}

/** 128 random bits, base64url: an identifier, no secret. None begins with a dash: on a command line it would be an option. */
export function newIdentifier(random: Random): string {
  const id = Buffer.from(random.bytes(16)).toString("base64url");
  return id.startsWith("-") ? newIdentifier(random) : id;
}
