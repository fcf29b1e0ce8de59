import { strict as assert } from "node:assert";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { authorizePath, cookiesOf, openidScope, redemption, tokensOf } from "../code-flow.ts";
import type { Load } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { ask, memberOf, type Subject } from "../subject.ts";

/** RFC 6749 §4.1, OIDC Core §3.1: a browser in which somebody is signed in gets a code, and the app its tokens. */
export const codeExchange: Scenario = {
  name: "code-exchange",
  title: "authorization and code exchange with ID token (RS256)",
  requestsPerOperation: 2,
  load: async (subject): Promise<Load | undefined> => {
    const { facts } = subject;
    const { app } = facts;
    if (app === undefined || facts.endpoints.authorize === undefined) return undefined;
    const cookies = await cookiesOf(subject, app, 100);
    return {
      // In turn; where there is no code yet, the next one is asked for.
      schedule: ["exchange", "authorize"],
      kinds: [
        {
          name: "exchange",
          path: facts.endpoints.token,
          requests: [redemption(app, "")],
          takes: { queue: "code", initial: [] },
          expect: {
            status: 200,
            has: ['"id_token":"eyJ', '"refresh_token":"'],
            distinct: facts.isConstant ? undefined : '"access_token":"([^"]+)"',
          },
        },
        {
          name: "authorize",
          path: authorizePath(facts, app, openidScope),
          requests: cookies.map((cookie) => ({ cookie })),
          gives: { queue: "code", pattern: "[?&]code=([^&]+)" },
          expect: { status: 303, has: [] },
        },
      ],
    };
  },
  check: async (subject) => {
    const { app, isConstant } = subject.facts;
    assert(app);
    const [cookie = ""] = await cookiesOf(subject, app, 1);
    const { id_token: idToken = "" } = await tokensOf(subject, app, cookie, openidScope);
    if (isConstant) return;
    const { payload, protectedHeader } = await jwtVerify(idToken, await keysOf(subject), {
      issuer: subject.facts.issuer,
      audience: app.id,
    });
    assert.equal(protectedHeader.alg, "RS256");
    assert(payload.sub);
  },
};

const keys = new WeakMap<Subject, ReturnType<typeof createRemoteJWKSet>>();

/** What the server publishes, read once. */
async function keysOf(subject: Subject): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const known = keys.get(subject);
  if (known !== undefined) return known;
  const { body } = await ask(subject, subject.facts.endpoints.metadata, {});
  const fresh = createRemoteJWKSet(new URL(String(memberOf(body, "jwks_uri"))));
  keys.set(subject, fresh);
  return fresh;
}
