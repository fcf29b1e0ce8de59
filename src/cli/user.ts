import type { Command } from "commander";
import { userRecord } from "../administration/records.ts";
import {
  createUser,
  deleteUser,
  findUserByName,
  listUsers,
  resetPassword,
  setUserDisabled,
  type UserChanges,
  unlockUser,
  updateUser,
} from "../administration/users.ts";
import type { User } from "../model/user.ts";
import { systemClock } from "../time.ts";
import { commandLine, withData } from "./open-data.ts";
import { listing, print, printJson, table, timeCell } from "./printing.ts";
import { chosenPassword, type PasswordOptions, passwordOptions } from "./user-password.ts";

export function userCommand(program: Command): void {
  const user = program.command("user").description("make and change the people who sign in");
  create(user);
  list(user);
  show(user);
  update(user);
  reset(user);
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
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern user create ann --admin --generate-password\n  $ pass show sso/bob | postern user create bob --email bob@example.net --password-stdin",
    );
  passwordOptions(command).action(async (name: string, options: Described & PasswordOptions) => {
    const { password, generated } = await chosenPassword(options);
    const { admin = false, displayName, email, emailVerified, json = false } = options;
    const wanted = {
      username: name,
      password,
      role: admin ? "admin" : "user",
      displayName,
      email,
      emailVerified,
    } as const;
    const made = await withData((data) => createUser(data, commandLine, wanted));
    if (json) printJson({ ...userRecord(made), ...(generated ? { password } : {}) });
    else print(`Created ${made.username}.${generated ? `\n\n${listing({ password })}  (shown once)` : ""}`);
  });
}

function list(user: Command): void {
  user
    .command("list")
    .description("list everybody")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern user list\n  $ postern user list --json | jq -r '.[].username'")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const users = await withData(listUsers);
      if (json) return printJson(users.map(userRecord));
      const rows = users.map((one) => [
        one.username,
        one.role,
        one.displayName,
        one.email,
        stateOf(one),
        timeCell(one.createdAt),
      ]);
      print(table(["NAME", "ROLE", "DISPLAY NAME", "E-MAIL", "STATE", "CREATED"], rows));
    });
}

function show(user: Command): void {
  user
    .command("show <name>")
    .description("show one person")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern user show ann\n  $ postern user show ann --json")
    .action(async (name: string, { json = false }: { readonly json?: boolean }) => {
      const record = userRecord(await withData((data) => findUserByName(data, name)));
      if (json) printJson(record);
      else print(listing(record));
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
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  $ postern user update ann --display-name "Ann Example" --email ann@example.net\n  $ postern user update ann --no-admin\n  $ postern user update ann --rename anna',
    )
    .action(async (name: string, options: Described & { readonly rename?: string }) => {
      const { rename, admin, email, emailVerified, displayName, json = false } = options;
      const changes: UserChanges = {
        ...(rename === undefined ? {} : { username: rename }),
        ...(admin === undefined ? {} : { role: admin ? "admin" : "user" }),
        ...(email === undefined ? {} : { email: email === "" ? null : email }),
        ...(emailVerified === undefined ? {} : { emailVerified }),
        ...(displayName === undefined ? {} : { displayName: displayName === "" ? null : displayName }),
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
      "\nExamples:\n  $ postern user reset-password ann --generate-password\n  $ pass show sso/ann | postern user reset-password ann --password-stdin",
    );
  passwordOptions(command).action(async (name: string, options: PasswordOptions & { readonly json?: boolean }) => {
    const { password, generated } = await chosenPassword(options);
    const { username } = await withData(async (data) => {
      const found = await findUserByName(data, name);
      await resetPassword(data, commandLine, found.id, password);
      return found;
    });
    if (options.json) printJson({ username, ...(generated ? { password } : {}) });
    else print(`Set a new password for ${username}.${generated ? `\n\n${listing({ password })}  (shown once)` : ""}`);
  });
}

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
