import { afterAll, expect, test } from "bun:test";
import {
  customFetch,
  fetchUserInfo,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  refreshTokenGrant,
} from "openid-client";
import type { ClientMetadata } from "../../src/model/client.ts";
import { seconds } from "../../src/time.ts";
import { createDeviceClient, decide, signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { asText } from "./as-text.ts";
import { configure } from "./openid-client.ts";
import { watchPolls } from "./polls.ts";

// The library waits by the real clock, a second a poll; the server's own stands still until the test moves it. So each
// test has a server, and they wait together.

const servers: TestServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

/** A device of openid-client's that has shown its code and polls. */
async function startPolling(metadata: Partial<ClientMetadata> = {}) {
  const server = await startTestServer({ POSTERN_DEVICE_POLL_INTERVAL: "1s" });
  servers.push(server);
  const alice = await createUser(server);
  const client = await createDeviceClient(server, metadata);
  const config = await configure(server, client);
  const polls = watchPolls();
  config[customFetch] = polls.fetch;
  const started = await initiateDeviceAuthorization(config, { scope: "openid profile" });
  const decision = async (button: "approve" | "deny") =>
    decide(await signedInBrowser(server, alice), started.user_code, button);
  return {
    server,
    alice,
    client,
    config,
    polls,
    started,
    decision,
    tokens: pollDeviceAuthorizationGrant(config, started),
  };
}

test.concurrent("8628-3.2-ok, 8628-3.5-pending, 8628-3.5-success: openid-client starts, polls while the person reads, and gets tokens", async () => {
  const { server, alice, client, config, polls, started, decision, tokens } = await startPolling();
  expect(started).toMatchObject({ interval: 1, expires_in: 1800, verification_uri: `${server.issuer}/device` });
  expect(new URL(started.verification_uri_complete ?? "").searchParams.get("user_code")).toBe(started.user_code);
  await polls.after(1);
  server.advance(seconds(1));
  await decision("approve");
  const granted = await tokens;
  expect(polls.answers).toEqual(["authorization_pending", "none"]);
  expect(granted.claims()).toMatchObject({ iss: server.issuer, aud: client.id, sub: alice.id });
  expect(await fetchUserInfo(config, granted.access_token, alice.id)).toMatchObject({ name: alice.displayName ?? "" });
  const refreshToken = asText(granted.refresh_token);
  const again = await refreshTokenGrant(config, refreshToken);
  expect(asText(again.refresh_token)).not.toBe(refreshToken);
});

test.concurrent("8628-3.5-denied, 8628-3.1-auth: openid-client learns of the person's no, as a client with a secret", async () => {
  const { polls, decision, tokens } = await startPolling({
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
  });
  const refused = tokens.catch((error: unknown) => error);
  await polls.after(1);
  await decision("deny");
  expect(await refused).toMatchObject({ error: "access_denied", status: 400 });
});

test.concurrent("8628-3.5-expired: openid-client learns that the code has expired", async () => {
  const { server, polls, tokens } = await startPolling();
  const refused = tokens.catch((error: unknown) => error);
  await polls.after(1);
  server.advance(seconds(1800));
  expect(await refused).toMatchObject({ error: "expired_token", status: 400 });
});

test.concurrent("8628-3.5-slow_down: openid-client waits five seconds longer when it is told to slow down, and still gets tokens", async () => {
  const { server, alice, polls, decision, tokens } = await startPolling();
  // The server's clock stands still: for it, the second poll comes with the first.
  await polls.after(2);
  const since = performance.now();
  server.advance(seconds(6));
  await decision("approve");
  expect((await tokens).claims()?.sub).toBe(alice.id);
  expect(polls.answers).toEqual(["authorization_pending", "slow_down", "none"]);
  expect(performance.now() - since).toBeGreaterThan(5000);
}, 15_000);
