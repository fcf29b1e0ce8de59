import type { Command } from "commander";
import { makeAccountLink } from "../administration/links.ts";
import { factorsRecord, userRecord } from "../administration/records.ts";
import {
  createUser,
  deleteUser,
  findUserByName,
  listUsers,
  resetFactors,
  resetPassword,
  setUserDisabled,
  type UserChanges,
  unlockUser,
  updateUser,
} from "../administration/users.ts";
import type { User } from "../model/user.ts";
import { systemClock } from "../time.ts";
import { linkRecord, printLink } from "./link-printing.ts";
import { commandLine, type Data, withData } from "./open-data.ts";
import { collect } from "./option-values.ts";
import { WrongUsage } from "./outcome.ts";
import { listing, print, printJson, table, timeCell } from "./printing.ts";
import { chosenPassword, type PasswordOptions, passwordOptions, warnOfEasyPassword } from "./user-password.ts";

export function userCommand(program: Command): void {
  const user = program.command("user").description("make and change the people who sign in");
  create(user);
  list(user);
  show(user);
  update(user);
  reset(user);
  simple(
    user,
    "reset-factors",
    "take away passkeys, authenticator app and recovery codes, and end all sessions",
    "reset the factors of",
    (data, { id }) => resetFactors(data, commandLine, id),
  );
  simple(user, "disable", "refuse the person's sign-in and end all sessions and grants", "disabled", (data, { id }) =>
    setUserDisabled(data, commandLine, id, true),
  );
  simple(user, "enable", "let the person sign in again", "enabled", (data, { id }) =>
    setUserDisabled(data, commandLine, id, false),
  );
  simple(user, "delete", "delete the person, with all sessions and grants", "deleted", (data, { id }) =>
    deleteUser(data, commandLine, id),
  );
  simple(
    user,
    "unlock",
    "forget wrong passwords, so that the person may try again at once",
    "unlocked",
    (data, { id }) => unlockUser(data, commandLine, id),
  );
}

interface Described {
  readonly admin?: boolean;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly displayName?: string;
  readonly group?: readonly string[];
  readonly json?: boolean;
}

function create(user: Command): void {
  const command = user
    .command("create <name>")
    .description("make a person")
    .option("--admin", "may administer Postern")
    .option("--email <address>", "e-mail address")
    .option("--email-verified", "the address is known to be the person's")
    .option("--display-name <name>", "the name that others see")
    .option("--group <name>", "a group for the claim groups; may be repeated", collect)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern user create ann --admin --generate-password\n  $ postern user create bob --group family --group media --invite\n  $ pass show sso/bob | postern user create bob --email bob@example.net --password-stdin",
    );
  passwordOptions(command, ["--invite", "print a link by which the person chooses the password"]).action(
    async (name: string, options: Described & PasswordOptions & { readonly invite?: boolean }) => {
      const { admin = false, displayName, email, emailVerified, group, invite = false, json = false } = options;
      const chosen = await chosenPassword(options, { name: "--invite", isWanted: invite });
      const password = chosen.kind === "password" ? chosen.password : undefined;
      const role = admin ? "admin" : "user";
      const wanted = { username: name, password, role, displayName, email, emailVerified, groups: group } as const;
      const { made, link } = await withData(async (data) => {
        const user = await createUser(data, commandLine, wanted);
        return { made: user, link: await linkOf(data, "invite", user, chosen) };
      });
      await warnOfEasyPassword(chosen, made);
      const shown = chosen.kind === "password" && chosen.isGenerated ? { password } : undefined;
      if (json) printJson({ ...userRecord(made), ...shown, ...(link === undefined ? {} : linkRecord(link)) });
      else if (link !== undefined) printLink(`Created ${made.username}. Hand over this link.`, link);
      else print(`Created ${made.username}.${shownOnce(shown)}`);
    },
  );
}

/** The link, where the person is to choose the password. */
async function linkOf(
  data: Data,
  kind: "invite" | "reset",
  { id }: Pick<User, "id">,
  chosen: Awaited<ReturnType<typeof chosenPassword>>,
) {
  if (chosen.kind !== "link") return undefined;
  return makeAccountLink(data, commandLine, { kind, userId: id, lifetime: chosen.lifetime });
}

const shownOnce = (generated: { readonly password: string | undefined } | undefined): string =>
  generated === undefined ? "" : `\n\n${listing(generated)}  (shown once)`;

function list(user: Command): void {
  user
    .command("list")
    .description("list everybody")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern user list\n  $ postern user list --json | jq -r '.[].username'")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const users = await withData(async (data) =>
        Promise.all((await listUsers(data)).map(async (one) => ({ one, factors: await factorsOf(data, one) }))),
      );
      if (json) return printJson(users.map(({ one, factors }) => ({ ...userRecord(one), factors })));
      const rows = users.map(({ one, factors }) => [
        one.username,
        one.role,
        one.displayName,
        one.email,
        one.groups.join(" "),
        factorsCell(factors),
        fromWhere(one),
        stateOf(one),
        timeCell(one.createdAt),
      ]);
      print(table(["NAME", "ROLE", "DISPLAY NAME", "E-MAIL", "GROUPS", "FACTORS", "FROM", "STATE", "CREATED"], rows));
    });
}

const factorsOf = async ({ store }: Pick<Data, "store">, { id }: Pick<User, "id">) =>
  factorsRecord(await store.factors.of(id));

/** Beside the password: `2 passkeys, app`. */
const factorsCell = ({ passkeys, totp }: ReturnType<typeof factorsRecord>): string =>
  [passkeys === 0 ? [] : `${passkeys} passkey${passkeys === 1 ? "" : "s"}`, totp ? "app" : []].flat().join(", ");

function show(user: Command): void {
  user
    .command("show <name>")
    .description("show one person")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern user show ann\n  $ postern user show ann --json")
    .action(async (name: string, { json = false }: { readonly json?: boolean }) => {
      const { record, factors } = await withData(async (data) => {
        const found = await findUserByName(data, name);
        return { record: userRecord(found), factors: await factorsOf(data, found) };
      });
      if (json) printJson({ ...record, factors });
      else print(listing({ ...record, ...factors }));
    });
}

function update(user: Command): void {
  user
    .command("update <name>")
    .description("change a person; what is not named stays, an empty text takes a value away")
    .option("--rename <name>", "another user name")
    .option("--admin", "may administer Postern")
    .option("--no-admin", "may not administer Postern")
    .option("--email <address>", "e-mail address")
    .option("--email-verified", "the address is known to be the person's")
    .option("--display-name <name>", "the name that others see")
    .option("--group <name>", "a group, in place of all there were; may be repeated", collect)
    .option("--no-groups", "in no group any more")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  $ postern user update ann --display-name "Ann Example" --email ann@example.net\n  $ postern user update ann --no-admin\n  $ postern user update ann --group family --group media\n  $ postern user update ann --rename anna',
    )
    .action(async (name: string, options: Described & { readonly rename?: string; readonly groups: boolean }) => {
      const { rename, admin, email, emailVerified, displayName, groups: keepsGroups, json = false } = options;
      if (options.group !== undefined && !keepsGroups) throw new WrongUsage("give --group or --no-groups, not both");
      const groups = keepsGroups ? options.group : [];
      const changes: UserChanges = {
        ...(rename === undefined ? {} : { username: rename }),
        ...(admin === undefined ? {} : { role: admin ? "admin" : "user" }),
        ...(email === undefined ? {} : { email: email === "" ? null : email }),
        ...(emailVerified === undefined ? {} : { emailVerified }),
        ...(displayName === undefined ? {} : { displayName: displayName === "" ? null : displayName }),
        ...(groups === undefined ? {} : { groups }),
      };
      const changed = await withData(async (data) => {
        const { id } = await findUserByName(data, name);
        await updateUser(data, commandLine, id, changes);
        return findUserByName(data, rename ?? name);
      });
      if (json) printJson(userRecord(changed));
      else print(`Updated ${changed.username}.`);
    });
}

function reset(user: Command): void {
  const command = user
    .command("reset-password <name>")
    .description("set a new password and end the person's sessions and grants")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nWith --link nothing changes before the person has used the link.\n\nExamples:\n  $ postern user reset-password ann --link\n  $ postern user reset-password ann --generate-password\n  $ pass show sso/ann | postern user reset-password ann --password-stdin",
    );
  passwordOptions(command, ["--link", "print a link by which the person chooses the password"]).action(
    async (name: string, options: PasswordOptions & { readonly link?: boolean; readonly json?: boolean }) => {
      const chosen = await chosenPassword(options, { name: "--link", isWanted: options.link === true });
      const { found, link } = await withData(async (data) => {
        const person = await findUserByName(data, name);
        if (chosen.kind === "password") await resetPassword(data, commandLine, person.id, chosen.password);
        return { found: person, link: await linkOf(data, "reset", person, chosen) };
      });
      const { username } = found;
      await warnOfEasyPassword(chosen, found);
      const shown = chosen.kind === "password" && chosen.isGenerated ? { password: chosen.password } : undefined;
      if (options.json) printJson({ username, ...shown, ...(link === undefined ? {} : linkRecord(link)) });
      else if (link !== undefined) printLink(`A link for ${username} to choose a new password.`, link);
      else print(`Set a new password for ${username}.${shownOnce(shown)}`);
    },
  );
}

/** Who says that there is this person. */
const fromWhere = ({ hostSubject, origin }: User): string => {
  if (hostSubject !== undefined) return "host";
  return origin === "administrator" ? "here" : origin;
};

/** A command that names a person and nothing else. */
function simple(
  user: Command,
  verb: string,
  description: string,
  done: string,
  work: (data: Parameters<typeof createUser>[0], user: User) => Promise<void>,
): void {
  user
    .command(`${verb} <name>`)
    .description(description)
    .addHelpText("after", `\nExamples:\n  $ postern user ${verb} ann`)
    .action(async (name: string) => {
      const { username } = await withData(async (data) => {
        const found = await findUserByName(data, name);
        await work(data, found);
        return found;
      });
      print(`${done.charAt(0).toUpperCase()}${done.slice(1)} ${username}.`);
    });
}

function stateOf({ disabledAt, lockedUntil }: User): string {
  if (disabledAt !== undefined) return "disabled";
  return lockedUntil !== undefined && lockedUntil > systemClock.now()
    ? `locked until ${timeCell(lockedUntil)}`
    : "active";
}
