import { strict as assert } from "node:assert";
import type { Scenario } from "../scenario.ts";
import { ask, type Facts, formOf, memberOf, type Subject, type TokenFormat } from "../subject.ts";

/** RFC 6749 §4.4: a service gets a token for itself. */
const clientCredentials = (format: TokenFormat): Scenario => ({
  name: format === "opaque" ? "client-credentials" : `client-credentials-${format.toLowerCase()}`,
  title: `client credentials, ${format === "opaque" ? "opaque token" : `JWT signed with ${format}`}`,
  quick: format === "opaque",
  load: async ({ facts }) => {
    const client = facts.services[format];
    if (client === undefined) return undefined;
    return {
      kinds: [
        {
          name: "token",
          path: facts.endpoints.token,
          requests: [formOf(client, { grant_type: "client_credentials", scope: facts.scope })],
          expect: {
            status: 200,
            has: ['"access_token":"', `"token_type":"${tokenTypeOf(facts)}"`, `"scope":"${facts.scope}"`],
            distinct: facts.isConstant ? undefined : '"access_token":"([%w_.-]+)"',
          },
        },
      ],
    };
  },
  check: async (subject) => {
    const token = await ownToken(subject, format);
    if (subject.facts.isConstant || format === "opaque") return;
    const [header = ""] = token.split(".");
    assert.equal(memberOf(JSON.parse(Buffer.from(header, "base64url").toString()), "alg"), format);
  },
});

/** A token that a service gets for itself. */
export async function ownToken(subject: Subject, format: TokenFormat): Promise<string> {
  const { facts } = subject;
  const client = facts.services[format];
  assert(client);
  const request = formOf(client, { grant_type: "client_credentials", scope: facts.scope });
  const { status, body } = await ask(subject, facts.endpoints.token, request);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(memberOf(body, "token_type"), tokenTypeOf(facts));
  assert.equal(memberOf(body, "scope"), facts.scope);
  const { expiresIn = [3600] } = facts;
  assert(expiresIn.includes(Number(memberOf(body, "expires_in"))));
  const token = memberOf(body, "access_token");
  assert(typeof token === "string");
  return token;
}

const tokenTypeOf = ({ tokenType = "Bearer" }: Facts): string => tokenType;

export const clientCredentialsScenarios = (["opaque", "EdDSA", "ES256", "RS256"] as const).map(clientCredentials);
