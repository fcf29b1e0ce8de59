import { strict as assert } from "node:assert";
import type { Scenario } from "../scenario.ts";
import { ask, type Person, type Subject } from "../subject.ts";

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
    const form = await openForm(subject, person);
    return {
      kinds: [
        {
          name: "sign-in",
          path: person.signIn,
          requests: [{ cookie: form.cookie, body: filled(form, person, person.password) }],
          expect: { status: 303, has: [] },
        },
      ],
    };
  },
  check: async (subject) => {
    const { person } = subject.facts;
    assert(person);
    const form = await openForm(subject, person);
    const send = (password: string) =>
      ask(subject, person.signIn, { cookie: form.cookie, body: filled(form, person, password) });
    const right = await send(person.password);
    assert.equal(right.status, 303);
    assert(right.headers.getSetCookie().some((cookie) => !cookie.startsWith(form.cookie)));
    // A wrong one is not let in. Once a round: too many failures would lock the account.
    assert.notEqual((await send(`${person.password} not`)).status, 303);
  },
};

interface Form {
  readonly cookie: string;
  readonly csrf: string;
}

async function openForm(subject: Subject, { signIn: path }: Person): Promise<Form> {
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

const filled = ({ csrf }: Form, { username }: Person, password: string) =>
  new URLSearchParams({ csrf, username, password }).toString();
