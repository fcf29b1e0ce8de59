import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { asClientId, asGrantId, asSessionId, asUserId } from "../../src/brand.ts";
import type { Store } from "../../src/store/store.ts";
import { after, days, hours } from "../../src/time.ts";
import { openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const identifier = () => randomBytes(16).toString("base64url");

test("a grant with its refresh token takes at most 500 bytes of the file", async () => {
  const count = 20_000;
  const path = join(folder, "size.db");
  const store = openFile(path, "inline");
  const known = await a.addClient(store, { id: asClientId(identifier()) });
  const people = await Promise.all(Array.from({ length: 200 }, () => a.addUser(store, { id: asUserId(identifier()) })));
  const empty = sizeAfterVacuum(path);

  await Promise.all(
    Array.from({ length: count }, (_, each) =>
      addRealisticGrant(store, known, people[each % people.length] ?? a.user()),
    ),
  );
  expect(await store.grants.list({ clientId: known.id })).toHaveLength(count);
  // What is left when the codes and the events have had their time.
  withDatabase(path, (database) =>
    database.exec("DELETE FROM events; DELETE FROM authorization_codes; DELETE FROM spent_handles"),
  );
  await store.close();
  const perGrant = (sizeAfterVacuum(path) - empty) / count;
  expect(perGrant).toBeLessThanOrEqual(500);
  expect(perGrant).toBeGreaterThan(100);
}, 20_000);

test("sweeping gives its pages to what comes after: the file does not grow from day to day", async () => {
  const path = join(folder, "steady.db");
  const store = openFile(path, "inline");
  const pagesAfter = async (day: number) => {
    const expiresAt = after(a.start, days(day));
    await Promise.all(Array.from({ length: 3000 }, () => store.codes.spend({ id: identifier(), expiresAt })));
    let swept = 1;
    while (swept > 0) swept = await store.sweep({ now: after(expiresAt, hours(25)), limit: 500 });
    return withDatabase(path, (database) => database.query("PRAGMA page_count").values()[0]?.[0]);
  };
  const first = Number(await pagesAfter(1));
  for (const day of [2, 3, 4]) expect(Number(await pagesAfter(day))).toBeLessThanOrEqual(first + 8);
  await store.close();
});

/** Of an app on a telephone. */
const userAgent = "Nextcloud/3.12 (iPhone; iOS 17.4.1; Scale/3.00) CFNetwork/1494.0.7 Darwin/23.4.0";
const address = "2001:db8:1234:5678:9abc:def0:1234:5678";

async function addRealisticGrant(
  store: Store,
  ...[known, person]: [Parameters<typeof a.code>[0], Parameters<typeof a.code>[1]]
) {
  const sid = asSessionId(identifier());
  const code = a.code(known, person);
  await store.codes.save({ code, spend: a.handle() });
  const scope = ["openid", "profile", "email", "offline_access"];
  const grant = { id: asGrantId(identifier()), scope, sid, lastUsedAt: a.start, address, userAgent };
  await store.codes.redeem(a.redemption(code, grant));
}

function sizeAfterVacuum(path: string): number {
  withDatabase(path, (database) => database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"));
  return statSync(path).size;
}

test("the audit log is bounded by its length as by its age: the oldest of too many events go", async () => {
  const path = join(folder, "events.db");
  const store = openFile(path, "inline");
  await store.events.record(a.event("client.created"));
  withDatabase(path, (database) =>
    database.exec("INSERT INTO events (id, at, name, actor) SELECT 100001, at, 'key.rotated', actor FROM events"),
  );
  await store.sweep({ now: a.start, limit: 10 });
  expect(await a.eventNames(store)).toEqual(["key.rotated", "client.created"]);
  withDatabase(path, (database) =>
    database.exec(
      "INSERT INTO events (id, at, name, actor) SELECT 100002, at, 'key.rotated', actor FROM events LIMIT 1",
    ),
  );
  await store.sweep({ now: a.start, limit: 10 });
  expect(new Set(await a.eventNames(store))).toEqual(new Set(["key.rotated"]));
  await store.close();
});
