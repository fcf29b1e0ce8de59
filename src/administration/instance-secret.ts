import type { Context } from "../context.ts";
import { storeLabel, WrongInstanceSecret } from "../crypto/key-ring.ts";
import { keyLabel } from "../crypto/new-keys.ts";
import { deriveKey, keyEncryption, openKey, sealKey } from "../crypto/seal.ts";
import { labelOfRecoveryKey } from "../identity/recovery-codes.ts";
import { labelOfSeed } from "../identity/totp.ts";
import type { Sealed } from "../model/key.ts";
import { Refused } from "./refused.ts";

export interface SecretChange {
  /** How much was sealed under the previous secret, and is under the new one now. */
  readonly resealed: number;
  /** What opens under neither; it did not before, either. */
  readonly lost: number;
}

/**
 * Seals everything anew that was sealed under the previous instance secret, all or nothing: a process that is killed in
 * the middle leaves the file as it was. What is under the new secret already stays as it is.
 *
 * @throws WrongInstanceSecret, when a key opens under neither; then nothing was changed
 */
export async function changeInstanceSecret(
  { store, clock, random }: Pick<Context, "store" | "clock" | "random">,
  { secret, previous }: { readonly secret: string; readonly previous: string },
): Promise<SecretChange> {
  const [newKey, oldKey] = [deriveKey(secret, keyEncryption), deriveKey(previous, keyEncryption)];
  for (let tries = 0; tries < 3; tries += 1) {
    const listed = await store.sealed.list();
    const foreign = listed.filter((place) => openKey(newKey, labelOf(place), place.sealed) === undefined);
    const anew = foreign.flatMap((place) => {
      const plain = openKey(oldKey, labelOf(place), place.sealed);
      if (plain === undefined && place.what === "key")
        throw new WrongInstanceSecret(
          "neither the instance secret nor the previous one opens the keys of this database",
        );
      return plain === undefined ? [] : { place, sealed: sealKey(newKey, labelOf(place), random.bytes(12), plain) };
    });
    const change = { resealed: anew.length, lost: foreign.length - anew.length };
    if (anew.length === 0) return change;
    const detail = { sealed: anew.length };
    const event = { at: clock.now(), name: "secret.changed", actor: { kind: "system" }, detail } as const;
    // A command that runs beside may have changed something since it was listed.
    if ((await store.sealed.replace({ listed, anew, event })) === "replaced") return change;
  }
  throw new Refused("invalid", "another process changes the keys meanwhile: start again");
}

function labelOf(place: Sealed): string {
  switch (place.what) {
    case "key":
      return keyLabel(place);
    case "totp-seed":
      return storeLabel(labelOfSeed(place.userId));
    case "recovery-key":
      return storeLabel(labelOfRecoveryKey(place.userId));
  }
}
