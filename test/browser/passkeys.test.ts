import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import { addAuthenticator } from "../support/authenticator.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_MFA: "required" });
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});

test("try", async () => {
  const person = await createPerson(server, { username: "alice", displayName: "Alice Liddell" });
  const page = await newPage({ viewport: { width: 900, height: 900 } });
  const auth = await addAuthenticator(page);
  await auth.setPresence(false);
  const shot = async (name: string) => {
    await page.screenshot({ path: `/tmp/b/${name}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 700 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ path: `/tmp/b/${name}-phone.png`, fullPage: true });
    await page.setViewportSize({ width: 900, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
  };
  await page.goto(server.issuer + paths.signIn);
  await page.waitForSelector("#passkey-sign-in-button");
  await shot("sign-in");
  await page.fill("#username", person.username);
  await page.fill("#password", person.password);
  await page.click("#sign-in-button");
  await page.waitForSelector("#passkey-enrolment-button");
  await shot("enrolment");
  await auth.setPresence(true);
  await page.click("#passkey-enrolment-button");
  await page.waitForSelector("#recovery-codes");
  await shot("codes");
  const code = ((await page.textContent("#recovery-codes")) ?? "").split("\n")[0] ?? "";
  await auth.setPresence(false);
  await page.context().clearCookies();
  await page.goto(server.issuer + paths.signIn);
  await page.fill("#username", person.username);
  await page.fill("#password", person.password);
  await page.click("#sign-in-button");
  await page.waitForSelector("#verify-button");
  await shot("second");
  await page.fill("#code", "12345");
  await page.click("#verify-button");
  await page.waitForSelector(".notice");
  await shot("second-wrong");
  await page.fill("#code", code);
  await page.click("#verify-button");
  await page.waitForSelector("#continue");
  await shot("recovered");
});
