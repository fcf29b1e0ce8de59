import { expect, test } from "bun:test";
import { keptText } from "../../src/events/traces.ts";
import { paths } from "../../src/http/paths.ts";
import { throttle } from "../../src/throttle/throttle.ts";
import { instant, minutes } from "../../src/time.ts";
import { basicHeader, createClient } from "../support/clients.ts";
import { cutFromBody, heldAfter, padding } from "../support/kept-memory.ts";
import { formText, ownToken, post } from "../support/requests.ts";
import { startTestServer } from "../support/server.ts";

const times = 150;
/** A tenth of what the bodies are together. */
const most = (times * padding.length) / 10;

test("what is remembered of a request is not its whole body: neither for the id of a client nor for a token", async () => {
  const server = await startTestServer({ POSTERN_SCOPES: '{"read":"Read"}' });
  const machine = await createClient(server, { grant_types: ["client_credentials"], scope: "read" });
  const basic = { authorization: basicHeader(machine.id, machine.secret ?? "") };
  const tokens: string[] = [];
  for (let each = 0; each < times; each += 1) tokens.push(await ownToken(server, machine, "read"));

  const ofStrangers = await heldAfter(async () => {
    for (let each = 0; each < times; each += 1) {
      const fields = { grant_type: "client_credentials", client_secret: "wrong", client_id: `stranger-number-${each}` };
      expect((await post(server, paths.token, padding + formText(fields))).status).toBe(401);
    }
  });
  expect(ofStrangers).toBeLessThan(most);

  const ofTokens = await heldAfter(async () => {
    for (const token of tokens) {
      const answer = await post(server, paths.introspection, padding + formText({ token }), basic);
      expect(await answer.json()).toMatchObject({ active: true });
    }
  });
  expect(ofTokens).toBeLessThan(most);
  await server.stop();
});

test("nor for what a limit counts, nor for what a trace keeps", async () => {
  const limits = throttle({ now: () => instant(0) });
  const limit = { name: "of names", most: 5, per: minutes(1) };
  const kept: string[] = [];
  const held = await heldAfter(async () => {
    for (let each = 0; each < times; each += 1) {
      limits.count(limit, await cutFromBody(`a-name-that-is-long-${each}`));
      kept.push(keptText(await cutFromBody(`another-text-that-is-long-${each}`)));
    }
  });
  expect(held).toBeLessThan(most);
  expect(limits.countedSoFar()).toHaveLength(times);
  expect(kept.at(-1)).toBe(`another-text-that-is-long-${times - 1}`);
});
