import type { Kind } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import type { Subject } from "../subject.ts";
import { clientCredentialsScenarios } from "./client-credentials.ts";
import { codeExchange } from "./code-exchange.ts";
import { deviceAuthorization, devicePolling } from "./device.ts";
import { introspectionScenarios } from "./introspection.ts";
import { metadata } from "./metadata.ts";
import { refresh } from "./refresh.ts";
import { userinfo } from "./userinfo.ts";

// What a box with a mail server, a few web apps and a television asks of its login: mostly whether tokens live. An answer
// belongs to the first kind that knows it, so those with more in them stand first.
const parts: readonly (readonly [
  scenario: Scenario | undefined,
  ...weights: (readonly [kind: string, ofHundred: number])[],
])[] = [
  [codeExchange, ["exchange", 1], ["authorize", 1]],
  [refresh, ["refresh", 8]],
  [clientCredentialsScenarios[0], ["token", 8]],
  [introspectionScenarios[0], ["introspection", 66]],
  [userinfo, ["userinfo", 8]],
  [metadata, ["metadata", 3]],
  [deviceAuthorization, ["device", 1]],
  [devicePolling, ["poll", 4]],
];

const inOrder = parts.flatMap(([, ...weights]) => weights).flatMap(([kind, count]) => Array(count).fill(kind));

/** Spread out, the same at every run: 37 and 100 have no common divisor. */
const schedule: readonly string[] = inOrder.map((_, position) => inOrder[(position * 37) % inOrder.length]);

export const mix: Scenario = {
  name: "mix",
  title:
    "a mix as of a real box: 66 % introspection, 8 % each of refresh, client credentials and userinfo, 10 % others",
  load: async (subject, atOnce) => {
    const kinds: Kind[] = [];
    for (const [scenario] of parts) {
      const load = await scenario?.load(subject, atOnce);
      if (load === undefined) return undefined;
      kinds.push(...load.kinds);
    }
    return { kinds, schedule };
  },
  check: async (subject: Subject) => {
    for (const [scenario] of parts) await scenario?.check(subject);
  },
};
