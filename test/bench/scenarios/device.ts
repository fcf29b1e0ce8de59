import { strict as assert } from "node:assert";
import type { Scenario } from "../scenario.ts";
import { ask, type Caller, formOf, memberOf, type Subject } from "../subject.ts";

const deviceCodeGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** RFC 8628 §3.1: a device begins. */
export const deviceAuthorization: Scenario = {
  name: "device-authorization",
  title: "device authorization",
  quick: true,
  load: async ({ facts }) => {
    const { endpoints, devices = [] } = facts;
    if (endpoints.deviceAuthorization === undefined || devices.length === 0) return undefined;
    return {
      kinds: [
        {
          name: "device",
          path: endpoints.deviceAuthorization,
          requests: devices.map((client) => formOf(client, { scope: facts.scope })),
          expect: {
            status: 200,
            has: ['"user_code":"', '"verification_uri_complete":"'],
            distinct: facts.isConstant ? undefined : '"device_code":"([^"]+)"',
          },
        },
      ],
    };
  },
  check: async (subject) => {
    await begin(subject, lastOf(subject));
  },
};

/** RFC 8628 §3.5: it asks again and again while the person has not decided. */
export const devicePolling: Scenario = {
  name: "device-polling",
  title: "device polling, pending",
  quick: true,
  load: async (subject) => {
    const { endpoints, devices = [] } = subject.facts;
    if (endpoints.deviceAuthorization === undefined || devices.length === 0) return undefined;
    return { kinds: [await polls(subject)] };
  },
  check: async (subject) => {
    const client = lastOf(subject);
    const code = await begin(subject, client);
    const { status, body } = await ask(subject, subject.facts.endpoints.token, poll(client, code));
    assert.equal(status, 400);
    assert.equal(memberOf(body, "error"), "authorization_pending");
  },
};

interface Waiting {
  readonly client: Caller;
  readonly code: string;
}

const known = new WeakMap<Subject, readonly Waiting[]>();

/** As many codes as may wait, made once. Whoever asks again too early gets another answer, so the next round waits. */
async function polls(subject: Subject) {
  const { facts } = subject;
  const waiting = known.get(subject) ?? (await beginMany(subject));
  known.set(subject, waiting);
  await Bun.sleep((facts.pollInterval ?? 0) * 1000);
  return {
    name: "poll",
    path: facts.endpoints.token,
    requests: waiting.map(({ client, code }) => poll(client, code)),
    expect: { status: 400, has: ['"error":"authorization_pending"'] },
  };
}

async function beginMany(subject: Subject): Promise<readonly Waiting[]> {
  const { devices = [], mostWaitingDevices = 100 } = subject.facts;
  const waiting: Waiting[] = [];
  const atOnce = Math.min(50, mostWaitingDevices);
  while (waiting.length < mostWaitingDevices) {
    const some = Array.from({ length: atOnce }, (_, each) => devices[(waiting.length + each) % devices.length] ?? {});
    waiting.push(...(await Promise.all(some.map(async (client) => ({ client, code: await begin(subject, client) })))));
  }
  return waiting;
}

function lastOf({ facts }: Subject): Caller {
  const client = facts.devices?.at(-1);
  assert(client);
  return client;
}

async function begin(subject: Subject, client: Caller): Promise<string> {
  const { facts } = subject;
  const { status, body } = await ask(
    subject,
    facts.endpoints.deviceAuthorization ?? "",
    formOf(client, { scope: facts.scope }),
  );
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(typeof memberOf(body, "user_code"), "string");
  assert(Number(memberOf(body, "expires_in")) > 0);
  const code = memberOf(body, "device_code");
  assert(typeof code === "string");
  return code;
}

const poll = (client: Caller, code: string) => formOf(client, { grant_type: deviceCodeGrantType, device_code: code });
