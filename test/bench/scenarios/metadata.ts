import { strict as assert } from "node:assert";
import type { Scenario } from "../scenario.ts";
import { ask, memberOf } from "../subject.ts";

/** OpenID Connect Discovery. */
export const metadata: Scenario = {
  name: "metadata",
  title: "metadata",
  load: async ({ facts }) => ({
    kinds: [
      {
        name: "metadata",
        path: facts.endpoints.metadata,
        requests: [{}],
        expect: { status: 200, has: [`"issuer":"${facts.issuer}"`] },
      },
    ],
  }),
  check: async (subject) => {
    const { facts } = subject;
    const { status, body } = await ask(subject, facts.endpoints.metadata, {});
    assert.equal(status, 200);
    assert.equal(memberOf(body, "issuer"), facts.issuer);
    if (!facts.isConstant) assert.equal(memberOf(body, "token_endpoint"), facts.issuer + facts.endpoints.token);
  },
};
