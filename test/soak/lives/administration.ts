import { paths } from "../../../src/http/paths.ts";
import { type Api, text } from "../../support/api.ts";
import { TestBrowser } from "../../support/browser.ts";
import { basicHeader } from "../../support/clients.ts";
import { tokenRequest } from "../../support/requests.ts";
import { Broken, chance, type Life, someOf, type Town } from "../life.ts";

interface Known {
  readonly id: string;
  /** Undefined where a change was not answered. */
  groups: string | undefined;
  disabled: boolean | undefined;
}

/** An administrator's script that keeps people, and replaces the secret of a service. */
export function administrationLife(town: Town): Life {
  let api: Api | undefined;
  let count = 0;
  const people: Known[] = [];
  const deleted: Known[] = [];
  let service: { readonly id: string; readonly secrets: string[] } | undefined;
  const spent: { readonly id: string; readonly secret: string }[] = [];

  const call = async (expected: number, method: string, path: string, body?: object) => {
    api ??= await town.api();
    let answer = await api.send(method, path, body);
    // Its token has lived its hour.
    if (answer.status === 401) {
      api = await town.api();
      answer = await api.send(method, path, body);
    }
    if (answer.status === expected) return answer;
    throw new Broken(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  };

  async function changePeople(): Promise<void> {
    const choice = chance(5);
    const [oldest] = people;
    if (oldest === undefined || (people.length < 30 && choice < 2)) {
      const username = `person-${++count}-${chance(1_000_000)}`;
      const made = await call(201, "POST", "/users", { username });
      people.push({ id: text(made, "id"), groups: "", disabled: false });
      return;
    }
    const one = people[chance(people.length)] ?? oldest;
    if (choice === 4) {
      people.splice(people.indexOf(one), 1);
      await call(204, "DELETE", `/users/${one.id}`);
      deleted.push(one);
    } else if (choice === 3) {
      const disabled = chance(2) === 0;
      one.disabled = undefined;
      await call(200, "PUT", `/users/${one.id}/disabled`, { disabled });
      one.disabled = disabled;
    } else {
      const groups = `group-${++count}`;
      one.groups = undefined;
      await call(200, "PATCH", `/users/${one.id}`, { groups: [groups] });
      one.groups = groups;
    }
  }

  async function replaceSecret(): Promise<void> {
    if (service === undefined) {
      const made = await call(201, "POST", "/clients", {
        client_name: "Service",
        grant_types: ["client_credentials"],
        scope: "run",
      });
      service = { id: text(made, "client_id"), secrets: [text(made, "client_secret")] };
      return;
    }
    const made = await call(201, "POST", `/clients/${service.id}/secrets/rotate`);
    const { id, secrets } = service;
    for (const secret of secrets.splice(0, secrets.length, text(made, "client_secret"))) spent.push({ id, secret });
  }

  const isTaken = async (id: string, secret: string): Promise<boolean> =>
    (await tokenRequest(town, { id, secret, basic: basicHeader(id, secret) }, { grant_type: "client_credentials" }))
      .status === 200;

  return {
    name: "administration",
    act: async () => {
      if (chance(10) > 0) return changePeople();
      try {
        await replaceSecret();
      } catch (error) {
        // Whether the secret was replaced is known only when it was answered: the service starts anew.
        service = undefined;
        throw error;
      }
    },
    check: async () => {
      const complaints: string[] = [];
      for (const one of someOf(people)) {
        const { body } = await call(200, "GET", `/users/${one.id}`);
        if (one.groups !== undefined && String(body.groups) !== one.groups) complaints.push("groups are as before");
        if (one.disabled !== undefined && body.disabled !== one.disabled) complaints.push("an account is as before");
      }
      for (const one of someOf(deleted)) await call(404, "GET", `/users/${one.id}`);
      if (service !== undefined) {
        for (const secret of service.secrets)
          if (!(await isTaken(service.id, secret))) complaints.push("a secret is lost");
      }
      // Each once: a secret that is wrong too often is not looked at any more.
      const last = spent.pop();
      if (last !== undefined && (await isTaken(last.id, last.secret))) complaints.push("a replaced secret works again");
      const page = await new TestBrowser(town).get(paths.signIn);
      if (page.status !== 200) complaints.push(`the sign-in page answers ${page.status}`);
      return complaints;
    },
  };
}
