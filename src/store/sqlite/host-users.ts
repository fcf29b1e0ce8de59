import type { User } from "../../model/user.ts";
import type { UserVerbs } from "../people.ts";
import type { Connection } from "./database.ts";
import type { RecordEvent } from "./events.ts";
import { type UserWrites, userReads } from "./users.ts";

type Verbs = Pick<UserVerbs, "admitFromHost" | "refuseFromHost">;
type Input<Verb extends keyof Verbs> = Parameters<Verbs[Verb]>[0];
type Output<Verb extends keyof Verbs> = Awaited<ReturnType<Verbs[Verb]>>;

/** What the host says of its own users; all else about them is Postern's. */
const told = ["username", "displayName", "email", "emailVerified", "groups", "role"] as const satisfies (keyof User)[];

export function hostUserWrites(
  db: Connection,
  record: RecordEvent,
  users: Pick<UserWrites, "createUnrecorded" | "saveUnrecorded" | "endAdministration" | "endEverything">,
) {
  const { find, findByName, findByHostSubject } = userReads(db);

  return {
    admitFromHost: ({ user, hostSubject, event }: Input<"admitFromHost">): Output<"admitFromHost"> => {
      const before = findByHostSubject(hostSubject);
      const holder = findByName(user.username);
      if (holder !== undefined && holder.id !== before?.id) {
        const detail = { username: user.username, host_subject: hostSubject };
        record({ ...event, name: "user.name-clash", userId: holder.id, detail });
        return { outcome: "clash", holder: holder.id };
      }
      if (before === undefined) {
        const made = { ...user, hostSubject };
        if (users.createUnrecorded(made) === "taken") throw new Error("a random user id was taken");
        record({ ...event, name: "user.created", userId: made.id, detail: { from_host: true } });
        return { outcome: "admitted", user: made };
      }
      const changed = told.filter((member) => JSON.stringify(before[member]) !== JSON.stringify(user[member]));
      if (changed.length === 0) return { outcome: "admitted", user: before };
      const { username, displayName, email, emailVerified, groups, role } = user;
      const present = { ...before, username, displayName, email, emailVerified, groups, role, updatedAt: event.at };
      users.saveUnrecorded(present);
      // The host decides, also on the last administrator: what it has taken away is not kept here.
      if (role === "user") users.endAdministration(before.id, event.at);
      const detail = { from_host: true, changed: changed.join(" ") };
      record({ ...event, name: "user.updated", userId: before.id, detail });
      return { outcome: "admitted", user: present };
    },

    refuseFromHost: ({ id, event }: Input<"refuseFromHost">): Output<"refuseFromHost"> => {
      if (find(id) === undefined) return "missing";
      users.endEverything(id, "host-refused", event.at);
      users.endAdministration(id, event.at);
      record(event);
      return "done";
    },
  };
}
