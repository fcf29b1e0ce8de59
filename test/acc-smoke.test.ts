import { test } from "bun:test";
import { signedInBrowser } from "./support/devices.ts";
import { createPerson } from "./support/people.ts";
import { startTestServer } from "./support/server.ts";

test("smoke", async () => {
  const server = await startTestServer();
  const alice = await createPerson(server, { displayName: "Alice <b>" });
  const browser = await signedInBrowser(server, alice.user, {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
  });
  for (const path of (process.env.P ?? "/account,/account/sessions,/account/activity").split(",")) {
    const a = await browser.get(path);
    console.log(
      path,
      a.status,
      a.location,
      a.body
        .replace(/^[\s\S]*<main/, "<main")
        .replace(/<\/main>[\s\S]*/, "")
        .replace(/></g, ">\n<"),
    );
  }
  await server.stop();
});
