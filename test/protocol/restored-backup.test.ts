import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackup } from "../../src/backup/read.ts";
import { minutes } from "../../src/time.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, isActive, refresh, refusalOf } from "../support/requests.ts";
import { startTestServer, testSecret } from "../support/server.ts";

test("CR-21: after the return of a backup, refresh tokens that are newer than it go on, with a security event", async () => {
  const folder = mkdtempSync(join(tmpdir(), "postern-restored-"));
  const passphrase = "seven dwarves dig at night";
  const before = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_PASSPHRASE: passphrase });
  const app = await createClient(before, { ...mayRefresh, token_endpoint_auth_method: "none" });
  const api = await createClient(before, { grant_types: [], resource_server: true });
  const [rotated, untouched] = [await grantTokens(before, app), await grantTokens(before, app)];
  await before.backups?.round();
  before.advance(minutes(5));
  // Three generations that the backup knows nothing of.
  let newest = rotated.refreshToken;
  let accessToken = "";
  for (let generation = 0; generation < 3; generation += 1) {
    const answer = await bodyOf(refresh(before, app, newest));
    newest = String(answer.refresh_token);
    accessToken = String(answer.access_token);
  }
  await before.stop();

  const file = await open(join(folder, readdirSync(folder)[0] ?? ""), "r");
  const { contents, unpack } = await openBackup(file, { passphrase });
  expect(contents).toMatchObject({ instanceSecret: testSecret, issuer: before.issuer });
  const database = join(folder, "unpacked.db");
  await unpack(database);
  await file.close();

  const after = await startTestServer({ POSTERN_ISSUER: before.issuer }, { database });
  after.advance(minutes(10));
  const names = async () => (await after.context.store.events.list(50)).map(({ name }) => name);
  expect(await isActive(after, api, accessToken)).toBe(true);
  expect(await names()).not.toContain("grant.newer-than-database");
  const next = await bodyOf(refresh(after, app, newest));
  expect(await names()).toContain("grant.newer-than-database");
  expect(await isActive(after, api, String(next.access_token))).toBe(true);
  expect((await refresh(after, app, String(next.refresh_token))).status).toBe(200);
  // One of those before is a replay as ever, and ends the grant; another grant goes on.
  expect(await refusalOf(refresh(after, app, rotated.refreshToken))).toBe("400 invalid_grant");
  expect(await isActive(after, api, String(next.access_token))).toBe(false);
  expect((await refresh(after, app, untouched.refreshToken)).status).toBe(200);
  await after.stop();
  rmSync(folder, { recursive: true });
});
