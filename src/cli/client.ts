import type { Command } from "commander";
import {
  approveClient,
  clientRecord,
  createClient,
  deleteClient,
  findClient,
  listClients,
  readAdministratorMetadata,
  rotateClientSecret,
  setClientDisabled,
  updateClient,
} from "../administration/clients.ts";
import { type Client, isPublicClient } from "../model/client.ts";
import type { JsonObject } from "../rules/json.ts";
import { fromNumericDate, isoTime } from "../time.ts";
import { type ClientOptions, changedMembers, clientOptions, newMembers } from "./client-options.ts";
import { commandLine, type Data, withData } from "./open-data.ts";
import { listing, print, printJson, table, timeCell } from "./printing.ts";
import { registrationTokenCommand } from "./registration-token.ts";

export function clientCommand(program: Command): void {
  const client = program.command("client").description("make and change the applications that get tokens");
  create(client);
  list(client);
  show(client);
  update(client);
  rotateSecret(client);
  simple(client, "disable", "refuse the client; its tokens are dead while it is disabled", "Disabled", (data, { id }) =>
    setClientDisabled(data, commandLine, id, true),
  );
  simple(client, "enable", "take the client again", "Enabled", (data, { id }) =>
    setClientDisabled(data, commandLine, id, false),
  );
  simple(
    client,
    "approve",
    "let in a client that registered itself; pages call it verified from now on",
    "Approved",
    (data, { id }) => approveClient(data, commandLine, id),
  );
  simple(client, "delete", "delete the client, with all grants and consents", "Deleted", (data, { id }) =>
    deleteClient(data, commandLine, id),
  );
  registrationTokenCommand(client);
}

/** The same without what only programs need, and the time as people read it. */
const forPeople = ({
  client_id_issued_at: issued,
  client_secret_expires_at: _,
  secrets: _secrets,
  approval,
  ...record
}: JsonObject) => ({
  ...record,
  ...(approval === "none" ? {} : { approval }),
  created: typeof issued === "number" ? isoTime(fromNumericDate(issued)) : undefined,
});

interface Json {
  readonly json?: boolean;
}

function create(client: Command): void {
  const command = client
    .command("create")
    .description("make a client; its secret, where it has one, is shown once")
    .option("--id <id>", "its client_id: letters, digits and . _ - (default: random)");
  clientOptions(command, "create")
    .option("--json", "print the metadata in the names of RFC 7591")
    .addHelpText(
      "after",
      `
Without --type and --auth-method a client is public if it uses the device flow or runs on its user's machine
(a loopback redirect URI, or one with a scheme of its own), else confidential.

Examples:
  $ postern client create --name Wiki --redirect-uri https://wiki.example/callback
  $ postern client create --name TV --grant device_code --grant refresh_token --scope "openid profile"
  $ postern client create --name Backup --grant client_credentials --scope "files.read" --json
  $ postern client create --name "Files API" --resource-server --accepts "files.read files.write"`,
    )
    .action(async ({ id, json = false, ...options }: ClientOptions & Json & { readonly id?: string }) => {
      const members = newMembers(options);
      const made = await withData((data) =>
        createClient(data, commandLine, { metadata: readAdministratorMetadata(data, members), id }),
      );
      const record = clientRecord(made.client, made.secret);
      if (json) return printJson(record);
      print(
        `Created ${made.client.id}.${made.secret === undefined ? "" : " The secret is shown once."}\n\n${listing(forPeople(record))}`,
      );
    });
}

function list(client: Command): void {
  client
    .command("list")
    .description("list all clients")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern client list\n  $ postern client list --json | jq -r '.[].client_id'",
    )
    .action(async ({ json = false }: Json) => {
      const clients = await withData(listClients);
      if (json) return printJson(clients.map((one) => clientRecord(one)));
      print(table(["ID", "NAME", "TYPE", "GRANTS", "FROM", "STATE", "LAST USED"], clients.map(row)));
    });
}

const row = (client: Client) => [
  client.id,
  client.metadata.client_name,
  isPublicClient(client) ? "public" : "confidential",
  client.metadata.grant_types.map((type) => type.split(":").at(-1)).join(" ") ||
    (client.metadata.resource_server ? "resource server" : undefined),
  client.origin,
  client.disabledAt === undefined ? "active" : "disabled",
  timeCell(client.lastUsedAt),
];

function show(client: Command): void {
  client
    .command("show <id>")
    .description("show one client")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern client show wiki\n  $ postern client show wiki --json")
    .action(async (id: string, { json = false }: Json) => {
      const record = clientRecord(await withData((data) => findClient(data, id)));
      if (json) printJson(record);
      else print(listing(forPeople(record)));
    });
}

function update(client: Command): void {
  const command = client
    .command("update <id>")
    .description("change a client; what is not named stays, an empty text takes a value away");
  clientOptions(command, "update")
    .option("--json", "print the metadata in the names of RFC 7591")
    .addHelpText(
      "after",
      `
A list that is given replaces the one before.

Examples:
  $ postern client update wiki --redirect-uri https://wiki.example/callback --redirect-uri https://wiki.example/other
  $ postern client update tv --grant device_code --grant refresh_token
  $ postern client update wiki --no-first-party`,
    )
    .action(async (id: string, { json = false, ...options }: ClientOptions & Json) => {
      const changed = await withData(async (data) => {
        const before = await findClient(data, id);
        const metadata = readAdministratorMetadata(data, changedMembers(before.metadata, options));
        return updateClient(data, commandLine, before.id, metadata);
      });
      const record = clientRecord(changed.client, changed.secret);
      if (json) return printJson(record);
      print(
        `Updated ${id}.${changed.secret === undefined ? "" : ` Its new secret is shown once: ${changed.secret.reveal()}`}`,
      );
    });
}

function rotateSecret(client: Command): void {
  client
    .command("rotate-secret <id>")
    .description("give the client a new secret; the one before it is refused at once")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern client rotate-secret wiki\n  $ postern client rotate-secret wiki --json | jq -r .client_secret",
    )
    .action(async (id: string, { json = false }: Json) => {
      const { secret } = await withData(async (data) =>
        rotateClientSecret(data, commandLine, (await findClient(data, id)).id),
      );
      if (json) printJson({ client_id: id, client_secret: secret.reveal(), client_secret_expires_at: 0 });
      else print(`${listing({ client_id: id, client_secret: secret.reveal() })}  (shown once)`);
    });
}

/** A command that names a client and nothing else. */
function simple(
  client: Command,
  verb: string,
  description: string,
  done: string,
  work: (data: Data, client: Client) => Promise<void>,
): void {
  client
    .command(`${verb} <id>`)
    .description(description)
    .addHelpText("after", `\nExamples:\n  $ postern client ${verb} wiki`)
    .action(async (id: string) => {
      await withData(async (data) => work(data, await findClient(data, id)));
      print(`${done} ${id}.`);
    });
}
