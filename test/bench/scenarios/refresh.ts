import { strict as assert } from "node:assert";
import { cookiesOf, manyTokens, tokensOf } from "../code-flow.ts";
import type { Scenario } from "../scenario.ts";
import { ask, formOf, memberOf } from "../subject.ts";

/** RFC 6749 §6, RFC 9700 §4.14.2: each refresh token is used once, and brings the next. */
export const refresh: Scenario = {
  name: "refresh",
  title: "refresh with rotation",
  quick: true,
  load: async (subject, atOnce) => {
    const { facts } = subject;
    const { app } = facts;
    if (app === undefined) return undefined;
    // Each connection waits for the answer that brings the next token; wrk takes one more, which it does not send.
    const made = await manyTokens(subject, app, facts.scope, atOnce + 2);
    return {
      kinds: [
        {
          name: "refresh",
          path: facts.endpoints.token,
          requests: [formOf(app.client, { grant_type: "refresh_token", refresh_token: "" })],
          takes: { queue: "refresh", initial: made.map(({ refresh_token: token = "" }) => token) },
          gives: { queue: "refresh", pattern: '"refresh_token":"([^"]+)"' },
          expect: {
            status: 200,
            has: ['"access_token":"', '"refresh_token":"', `"scope":"${facts.scope}"`],
            distinct: facts.isConstant ? undefined : '"refresh_token":"([^"]+)"',
          },
        },
      ],
    };
  },
  check: async (subject) => {
    const { facts } = subject;
    const { app } = facts;
    assert(app);
    const [cookie = ""] = await cookiesOf(subject, app, 1);
    const { refresh_token: token = "" } = await tokensOf(subject, app, cookie, facts.scope);
    const { status, body } = await ask(
      subject,
      facts.endpoints.token,
      formOf(app.client, { grant_type: "refresh_token", refresh_token: token }),
    );
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(memberOf(body, "scope"), facts.scope);
    if (!facts.isConstant) assert.notEqual(memberOf(body, "refresh_token"), token);
  },
};
