import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { addPasskey, checkNewPasskey, passkeyCreationOptions } from "../../src/identity/passkeys.ts";
import type { TestPerson } from "./people.ts";
import type { TestServer } from "./server.ts";

/** What an authenticator says of itself and of what happened; another than the truth for tests of refusals. */
interface Behaviour {
  readonly isUserVerified?: boolean;
  readonly isBackedUp?: boolean;
  /** As it is backed up, where a test does not say. */
  readonly isBackupEligible?: boolean;
  readonly signCount?: number;
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly userHandle?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly transports?: unknown;
  /** What it says of itself, in CBOR: the format, and the statement. */
  readonly attestation?: readonly [format: string, statement: Buffer];
}

/** A passkey in software: ES256, attestation `none` (WebAuthn §6). */
export interface TestPasskey {
  readonly id: string;
  /** The answer to `PublicKeyCredentialCreationOptionsJSON`. */
  create(options: string, behaviour?: Behaviour): string;
  /** The answer to `PublicKeyCredentialRequestOptionsJSON`. */
  get(options: string, behaviour?: Behaviour): string;
}

export function newPasskey(server: Pick<TestServer, "issuer">, idBytes = 16): TestPasskey {
  const { origin, hostname } = new URL(server.issuer);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(idBytes);
  const id = credentialId.toString("base64url");
  let userHandle = "";

  const clientData = (type: string, options: string, behaviour: Behaviour) => {
    const { challenge }: { challenge: string } = JSON.parse(options);
    return Buffer.from(
      JSON.stringify({
        type: behaviour.type ?? type,
        challenge: behaviour.challenge ?? challenge,
        origin: behaviour.origin ?? origin,
        crossOrigin: behaviour.crossOrigin ?? false,
      }),
    );
  };

  const authenticatorData = (behaviour: Behaviour, attested: Buffer = Buffer.alloc(0)) => {
    const { isUserVerified = true, isBackedUp = false, signCount = 0, rpId = hostname } = behaviour;
    const { isBackupEligible = isBackedUp } = behaviour;
    const backup = (isBackupEligible ? 0x08 : 0) | (isBackedUp ? 0x10 : 0);
    const flags = 0x01 | (isUserVerified ? 0x04 : 0) | backup | (attested.length > 0 ? 0x40 : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(signCount, 1);
    return Buffer.concat([sha256(Buffer.from(rpId)), head, attested]);
  };

  const answer = (response: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });

  return {
    id,
    create: (options, behaviour = {}) => {
      const { user }: { user: { id: string } } = JSON.parse(options);
      userHandle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)]);
      const data = authenticatorData(behaviour, attested);
      return answer({
        clientDataJSON: clientData("webauthn.create", options, behaviour).toString("base64url"),
        attestationObject: attestationObject(data, behaviour.attestation).toString("base64url"),
        transports: behaviour.transports ?? ["internal", "made-up"],
      });
    },
    get: (options, behaviour = {}) => {
      const client = clientData("webauthn.get", options, behaviour);
      const data = authenticatorData(behaviour);
      const signature = createSign("sha256")
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey);
      return answer({
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
        userHandle: behaviour.userHandle ?? userHandle,
      });
    },
  };
}

/** Gives a person a passkey, without the pages. */
export async function enrolPasskey(
  server: TestServer,
  { user }: Pick<TestPerson, "user">,
  behaviour: Behaviour = {},
): Promise<TestPasskey> {
  const { context } = server;
  const browserId = "none";
  const { passkeys } = await context.store.factors.of(user.id);
  const options = await passkeyCreationOptions(context, { user, browserId, passkeys });
  if (options === undefined) throw new Error("passkeys are not possible here");
  const passkey = newPasskey(server);
  const response = passkey.create(options, behaviour);
  const checked = await checkNewPasskey(context, { response, user, browserId, userAgent: undefined });
  if (checked.outcome !== "made") throw new Error(`the passkey was refused: ${checked.rule} ${checked.received}`);
  const added = await addPasskey(context, { passkey: checked.passkey });
  if (added !== "added") throw new Error(`the passkey was not added: ${added}`);
  return passkey;
}

/** The options that a page has for its script. */
export function passkeyOptionsIn(body: string, form: string): string {
  let options = "";
  new HTMLRewriter()
    .on(`form#${form}`, {
      element: (element) => {
        options = (element.getAttribute("data-options") ?? "").replaceAll("&quot;", '"');
      },
    })
    .transform(body);
  if (options === "") throw new Error(`there is no form ${form} with options`);
  return options;
}

const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** CBOR of `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` (RFC 9053 §2.1, §7.1.1). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const bytes = (text: string) => Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(text, "base64url")]);
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(x),
    Buffer.from([0x22]),
    bytes(y),
  ]);
}

/** CBOR of `{"fmt": "none", "attStmt": {}, "authData": …}` (WebAuthn §6.5.4). */
function attestationObject(
  data: Buffer,
  [format, statement]: readonly [format: string, statement: Buffer] = ["none", Buffer.from([0xa0])],
): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text("fmt"),
    text(format),
    text("attStmt"),
    statement,
    text("authData"),
    Buffer.from([0x59]),
    length,
    data,
  ]);
}
