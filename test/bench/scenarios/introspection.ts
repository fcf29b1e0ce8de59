import { strict as assert } from "node:assert";
import type { Load, RequestText } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { ask, type Caller, formOf, memberOf, type Subject } from "../subject.ts";
import { ownToken } from "./client-credentials.ts";

/** So many services ask for a household: each token is looked at again and again, as a mail server does. */
const tokens = 100;

/** RFC 7662: a resource server asks whether a token lives. */
const introspection = (format: "opaque" | "ES256"): Scenario => ({
  name: format === "opaque" ? "introspection" : "introspection-jwt",
  title: `introspection, ${format === "opaque" ? "opaque token" : "JWT"}, active`,
  quick: format === "opaque",
  address: whereToAsk,
  load: async (subject) => {
    if (!canIntrospect(subject) || subject.facts.services[format] === undefined) return undefined;
    const known = await Promise.all(Array.from({ length: tokens }, () => ownToken(subject, format)));
    return introspectionOf(subject, known);
  },
  check: async (subject) => checkActive(subject, await ownToken(subject, format)),
});

/** A token that looks like one of the server's own and is not. */
const forged = (token: string) => token.slice(0, -10) + "A".repeat(10);

const inactive: Scenario = {
  name: "introspection-inactive",
  title: "introspection of a forged token: inactive",
  address: whereToAsk,
  load: async (subject) => {
    const { facts } = subject;
    if (!canIntrospect(subject)) return undefined;
    const token = forged(await ownToken(subject, "opaque"));
    return {
      kinds: [
        {
          name: "introspection",
          path: facts.endpoints.introspection ?? "",
          requests: (facts.resourceServers ?? []).map((caller) => formOf(caller, { token })),
          expect: { status: 200, has: ['{"active":false}'] },
        },
      ],
    };
  },
  check: async (subject) => {
    const token = forged(await ownToken(subject, "opaque"));
    const request = formOf(resourceServerOf(subject), { token });
    const { status, body } = await askAbout(subject, request);
    assert.deepEqual({ status, body }, { status: 200, body: { active: false } });
  },
};

export const introspectionScenarios: readonly Scenario[] = [introspection("opaque"), introspection("ES256"), inactive];

const canIntrospect = ({ facts }: Subject): boolean =>
  facts.endpoints.introspection !== undefined && (facts.resourceServers ?? []).length > 0;

/** Asks for each of the tokens in turn. */
export const introspectionOf = (subject: Subject, tokens: readonly string[]): Load => ({
  kinds: [
    {
      name: "introspection",
      path: subject.facts.endpoints.introspection ?? "",
      requests: tokens.map((token) => formOf(resourceServerOf(subject), { token })),
      expect: { status: 200, has: ['"active":true', '"client_id":"'] },
    },
  ],
});

export async function checkActive(subject: Subject, token: string, scope = subject.facts.scope): Promise<void> {
  const { facts } = subject;
  const request = formOf(resourceServerOf(subject), { token });
  const { status, body } = await askAbout(subject, request);
  assert.equal(status, 200);
  assert.equal(memberOf(body, "active"), true, JSON.stringify(body));
  assert.equal(memberOf(body, "scope"), scope);
  assert.equal(memberOf(body, "iss"), facts.issuer);
  assert.equal(Number(memberOf(body, "exp")) - Number(memberOf(body, "iat")), 3600);
}

function whereToAsk({ address, facts }: Subject): string {
  return facts.introspectionAddress ?? address;
}

const askAbout = (subject: Subject, request: RequestText) =>
  ask({ address: whereToAsk(subject) }, subject.facts.endpoints.introspection ?? "", request);

function resourceServerOf({ facts }: Subject): Caller {
  const caller = facts.resourceServers?.[0];
  assert(caller);
  return caller;
}
