import { statSync } from "node:fs";
import { housekeeping } from "../../src/server/housekeeping.ts";
import { databasePath } from "../../src/server/instance.ts";
import { hours, minutes } from "../../src/time.ts";
import { createDeviceClient, decide, poll, signedInBrowser, startDevice } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { refresh, textOf, tokenRequest } from "../support/requests.ts";
import { startTestServer } from "../support/server.ts";

/**
 * The size of the database in bytes at the end of each month, while a household uses the server day by day: devices are
 * let in and forgotten, others go on refreshing, people sign in on one browser after another and never sign out, and
 * somebody tries wrong tokens. The clock is moved; housekeeping does its rounds.
 */
export async function years(months: number): Promise<readonly number[]> {
  const server = await startTestServer();
  const keeper = housekeeping(server.context);
  try {
    const tv = await createDeviceClient(server);
    const alice = await createUser(server);
    const connect = async (): Promise<string> => {
      const browser = await signedInBrowser(server, alice, { "user-agent": "Mozilla/5.0 (TV)" });
      const device = await startDevice(server, tv, { scope: "openid offline_access" });
      await decide(browser, device.userCode, "approve");
      server.advance(minutes(1));
      return textOf(poll(server, device), "refresh_token");
    };
    let kept = await connect();
    const sizes: number[] = [];
    for (let day = 1; day <= months * 30; day++) {
      for (let each = 0; each < 4; each++) await connect();
      await startDevice(server, tv, { scope: "openid" });
      await tokenRequest(server, tv, { grant_type: "refresh_token", refresh_token: `${kept}x` });
      // A connection lives for a year at most.
      kept = day % 300 === 0 ? await connect() : await textOf(refresh(server, tv, kept), "refresh_token");
      // Nothing is deleted in the first hour on a clock that has jumped.
      for (const step of [22, 1, 1]) {
        server.advance(hours(step));
        await keeper.round();
      }
      if (day % 30 === 0) sizes.push(statSync(databasePath(server.directory)).size);
    }
    return sizes;
  } finally {
    keeper.stop();
    await server.stop();
  }
}
