import { strict as assert } from "node:assert";
import type { Scenario } from "../scenario.ts";
import { ask, type Subject } from "../subject.ts";

/** A person signs in with name and password: the form is sent, the hash is made, a session begins. */
export const signIn: Scenario = {
  name: "sign-in",
  title: "password sign-in",
  // More would wait in line, and the line is bounded.
  connections: 4,
  note: ({ name, facts }) =>
    facts.person &&
    `password sign-in: the hash alone (${facts.person.hash}) takes ${name} ${facts.person.hashMilliseconds.toFixed(1)} ms on that core`,
  load: async (subject) => {
    const { person } = subject.facts;
    if (person === undefined) return undefined;
    const form = await openForm(subject, person.signIn);
    return {
      kinds: [
        {
          name: "sign-in",
          path: person.signIn,
          requests: [{ cookie: form.cookie, body: filled(form, person.username, person.password) }],
          expect: { status: 303, has: [] },
        },
      ],
    };
  },
  check: async (subject) => {
    const { person } = subject.facts;
    assert(person);
    const form = await openForm(subject, person.signIn);
    const send = (password: string) =>
      ask(subject, person.signIn, { cookie: form.cookie, body: filled(form, person.username, password) });
    const right = await send(person.password);
    assert.equal(right.status, 303);
    assert(right.headers.getSetCookie().some((cookie) => !cookie.startsWith(form.cookie)));
    // A wrong one is not let in. With rounds of a second they would come too often: after five in five seconds the right one
    // must wait as well.
    await Bun.sleep((nextWrong.get(subject.address) ?? 0) - performance.now());
    nextWrong.set(subject.address, performance.now() + pause);
    assert.notEqual((await send(`${person.password} not`)).status, 303);
  },
};

/** When a server may be sent another wrong password, and how long after the one before; in milliseconds. */
const nextWrong = new Map<string, number>();
const pause = 1500;

export interface Form {
  readonly cookie: string;
  readonly csrf: string;
}

/** A page with the form, at whoever has none yet. */
export async function openForm(subject: Pick<Subject, "address">, path: string): Promise<Form> {
  const { status, headers, body } = await ask(subject, path, {});
  assert.equal(status, 200);
  const cookie = headers
    .getSetCookie()
    .map((set) => set.slice(0, set.indexOf(";")))
    .join("; ");
  const csrf = /name="csrf" value="([^"]+)"/.exec(String(body))?.[1];
  assert(csrf, "the page has a form with a token against forgery");
  return { cookie, csrf };
}

export const filled = ({ csrf }: Form, username: string, password: string): string =>
  new URLSearchParams({ csrf, username, password }).toString();
