import { expect, test } from "bun:test";
import { join } from "node:path";
import { changeInstanceSecret } from "../../src/administration/instance-secret.ts";
import { type KeyRing, keyRing } from "../../src/crypto/key-ring.ts";
import { keyKinds, keysOfKind } from "../../src/crypto/key-schedule.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { labelOfRecoveryKey } from "../../src/identity/recovery-codes.ts";
import { labelOfSeed } from "../../src/identity/totp.ts";
import type { Store } from "../../src/store/store.ts";
import { hours } from "../../src/time.ts";
import { integrityOf, openFile } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const random = systemRandom();
const clock = { now: () => a.start };
const [one, other, third] = ["the first secret", "the second secret", "the third secret"];
const lifetimes = { signing: hours(1), sealing: hours(1), derivation: hours(1) };
const ring = (store: Store, instanceSecret: string): KeyRing =>
  keyRing({ store, clock, random, instanceSecret, lifetimes });
const change = (store: Store, secret: string, previous: string) =>
  changeInstanceSecret({ store, clock, random }, { secret, previous });

/** Keys of every kind, and people with a seed and with a key of recovery codes under the first secret. */
async function filled(store: Store, people: number): Promise<readonly Awaited<ReturnType<typeof a.addUser>>[]> {
  const keys = ring(store, one);
  await (await keys.ensure()).complete;
  const users = [];
  for (let each = 0; each < people; each += 1) {
    const user = await a.addUser(store);
    const sealedSeed = keys.sealForStore(labelOfSeed(user.id), Buffer.from(`seed of ${user.id}`));
    const totp = { sealedSeed, confirmedAt: a.start, lastStep: 1 };
    await store.factors.enableTotp({ userId: user.id, totp, event: a.event("totp.enabled") });
    await store.factors.replaceRecoveryCodes({
      userId: user.id,
      sealedKey: keys.sealForStore(labelOfRecoveryKey(user.id), Buffer.from(`key of ${user.id}`)),
      hashes: [],
      event: a.event("recovery-codes.created"),
    });
    users.push(user);
  }
  return users;
}

/** Under which of the secrets everything opens, in one piece. */
async function secretsThatOpen(store: Store): Promise<readonly string[]> {
  const opening: string[] = [];
  for (const secret of [one, other, third]) {
    const keys = ring(store, secret);
    const opens = await keys.open().then(
      () => true,
      () => false,
    );
    const users = await store.users.list();
    const seeds = await Promise.all(
      users.map(async ({ id }) => {
        const { totp, recoveryCodes } = await store.factors.of(id);
        return (
          keys.openFromStore(labelOfSeed(id), totp?.sealedSeed ?? "")?.toString() === `seed of ${id}` &&
          keys.openFromStore(labelOfRecoveryKey(id), recoveryCodes?.sealedKey ?? "")?.toString() === `key of ${id}`
        );
      }),
    );
    // All or nothing, the keys with the seeds.
    expect(new Set([opens, ...seeds]).size).toBe(1);
    if (opens) opening.push(secret);
  }
  return opening;
}

test("G-26: what was sealed under the previous secret is sealed under the new one, with an event; a second time there is nothing to do", async () => {
  const store = openFile(join(folder, "changed.db"), "inline");
  await filled(store, 2);
  expect(await change(store, other, one)).toEqual({ resealed: 9, lost: 0 });
  expect(await secretsThatOpen(store)).toEqual([other]);
  expect(await change(store, other, one)).toEqual({ resealed: 0, lost: 0 });
  const events = (await store.events.list(100)).filter(({ name }) => name === "secret.changed");
  expect(events).toMatchObject([{ actor: { kind: "system" }, detail: { sealed: 9 } }]);
  await store.close();
});

test("a previous secret that opens no key is refused, and nothing is changed", async () => {
  const store = openFile(join(folder, "refused.db"), "inline");
  await filled(store, 1);
  const before = await store.sealed.list();
  const refused = await a.failureOf(change(store, other, third));
  expect(refused).toMatchObject({ name: "WrongInstanceSecret", message: expect.stringContaining("neither") });
  expect(await store.sealed.list()).toEqual(before);
  await store.close();
});

test("a second factor that opens under neither secret keeps nobody from the rest", async () => {
  const store = openFile(join(folder, "lost.db"), "inline");
  const [user] = await filled(store, 1);
  const totp = { sealedSeed: "of another database", confirmedAt: a.start, lastStep: 1 };
  if (user !== undefined) await store.factors.enableTotp({ userId: user.id, totp, event: a.event("totp.enabled") });
  expect(await change(store, other, one)).toEqual({ resealed: 6, lost: 1 });
  await store.close();
});

test("CR-07: kill -9 while all is sealed anew leaves a file that opens as a whole, under one secret or the other", async () => {
  const path = join(folder, "killed-change.db");
  const store = openFile(path, "inline");
  await filled(store, 60);
  let [secret, previous] = [one, other];
  for (const delay of [0, 3, 7, 11, 20, 31]) {
    await killedDuring([path, "change", secret, previous], delay);
    const [opens, ...more] = await secretsThatOpen(store);
    expect([one, other]).toContain(opens ?? "none");
    expect(more).toEqual([]);
    [secret, previous] = opens === one ? [one, other] : [other, one];
  }
  await store.close();
  expect(integrityOf(path)).toBe("ok");
}, 60_000);

test("CR-07: kill -9 during a rotation leaves keys of every kind, as many of each, with as many events", async () => {
  const path = join(folder, "killed-rotation.db");
  const store = openFile(path, "inline");
  await filled(store, 0);
  for (const delay of [0, 40, 90]) {
    await killedDuring([path, "rotate", one], delay);
    const stored = await store.keys.list();
    const rotations = (await a.eventNames(store)).filter((name) => name === "key.rotated").length;
    expect(keyKinds.map((kind) => keysOfKind(stored, kind).length)).toEqual(keyKinds.map(() => rotations + 1));
    await ring(store, one).open();
  }
  await store.close();
  expect(integrityOf(path)).toBe("ok");
}, 60_000);

/** Waits until something was done, and a little longer, so that each time the process dies in another place. */
async function killedDuring(words: readonly string[], delay: number): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures", "key-changes.ts"), ...words], {
    stdout: "pipe",
    stderr: "inherit",
  });
  for await (const _ of child.stdout) break;
  await Bun.sleep(delay);
  child.kill("SIGKILL");
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
}
