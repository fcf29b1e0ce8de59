import { strict as assert } from "node:assert";
import { cookiesOf, manyTokens, openidScope, tokensOf } from "../code-flow.ts";
import type { Scenario } from "../scenario.ts";
import { ask, memberOf } from "../subject.ts";

const people = 50;

/** OIDC Core §5.3: an app asks who somebody is. */
export const userinfo: Scenario = {
  name: "userinfo",
  title: "userinfo",
  quick: true,
  load: async (subject) => {
    const { facts } = subject;
    const { userinfo: path } = facts.endpoints;
    if (facts.app === undefined || path === undefined) return undefined;
    const made = await manyTokens(subject, facts.app, openidScope, people);
    return {
      kinds: [
        {
          name: "userinfo",
          path,
          requests: made.map(({ access_token: token = "" }) => ({ authorization: `Bearer ${token}` })),
          expect: { status: 200, has: ['"name":"Ada Lovelace"', '"email":"ada@example.org"'] },
        },
      ],
    };
  },
  check: async (subject) => {
    const { app, endpoints } = subject.facts;
    assert(app);
    const [cookie = ""] = await cookiesOf(subject, app, 1);
    const { access_token: token = "" } = await tokensOf(subject, app, cookie, openidScope);
    const { status, body } = await ask(subject, endpoints.userinfo ?? "", { authorization: `Bearer ${token}` });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(memberOf(body, "name"), "Ada Lovelace");
    assert.equal(memberOf(body, "email"), "ada@example.org");
    assert(memberOf(body, "sub"));
  },
};
