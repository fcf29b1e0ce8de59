import { paths } from "../../../src/http/paths.ts";
import { bearer, sendJson, webClient } from "../../support/registration.ts";
import { bodyOf } from "../../support/requests.ts";
import { Broken, chance, type Life, someOf, type Town } from "../life.ts";

interface Registered {
  readonly id: string;
  readonly token: string;
  /** Undefined where a change was not answered: it may have either name. */
  name: string | undefined;
}

/** Software that registers itself, changes its registration and takes it back (RFC 7591, RFC 7592). */
export function registrationLife(town: Town, initialAccessToken: () => Promise<string>): Life {
  const live: Registered[] = [];
  const gone: Registered[] = [];
  let initial: string | undefined;
  let count = 0;
  const at = ({ id }: Registered) => `${town.address}${paths.registration}/${id}`;

  return {
    name: "registration",
    act: async () => {
      const choice = chance(4);
      const [oldest] = live;
      if (oldest === undefined || (live.length < 30 && choice < 2)) {
        initial ??= await initialAccessToken();
        const name = `App ${++count}`;
        const answer = await sendJson(
          "POST",
          town.address + paths.registration,
          { ...webClient, client_name: name },
          bearer(initial),
        );
        const { client_id: id, registration_access_token: token } = await bodyOf(answer);
        if (typeof id !== "string" || typeof token !== "string") {
          // It is used up: the next one comes with the next act.
          if (answer.status === 401) initial = undefined;
          else throw new Broken(`a registration answered ${answer.status}`);
          return;
        }
        live.push({ id, token, name });
        return;
      }
      const one = live[chance(live.length)] ?? oldest;
      if (choice === 3) {
        live.splice(live.indexOf(one), 1);
        // On a connection that was used before, Bun would send it anew where that breaks.
        const { status } = await fetch(at(one), { method: "DELETE", headers: bearer(one.token), keepalive: false });
        if (status !== 204) throw new Broken(`a deletion answered ${status}`);
        gone.push(one);
        return;
      }
      const name = `App ${++count}`;
      one.name = undefined;
      const change = { ...webClient, client_id: one.id, client_name: name };
      const { status } = await sendJson("PUT", at(one), change, bearer(one.token));
      if (status !== 200) throw new Broken(`a change answered ${status}`);
      one.name = name;
    },
    check: async () => {
      const complaints: string[] = [];
      for (const one of someOf(live)) {
        const answer = await fetch(at(one), { headers: bearer(one.token) });
        const { client_name } = await bodyOf(answer);
        if (answer.status !== 200) complaints.push(`a registration is lost: ${answer.status}`);
        else if (one.name !== undefined && client_name !== one.name)
          complaints.push("a changed registration is as before");
      }
      for (const one of someOf(gone)) {
        const { status } = await fetch(at(one), { headers: bearer(one.token) });
        if (status !== 401) complaints.push(`a deleted registration answers ${status}`);
      }
      return complaints;
    },
  };
}
