import type { Environment, Surroundings } from "./defaults.ts";
import { durationSyntax } from "./duration.ts";
import { allSettings, fileVariable } from "./known-names.ts";
import type { Setting } from "./settings.ts";
import { defaultText, findSource } from "./source.ts";

/** One setting as `postern env` shows it. */
export interface EnvironmentRow {
  readonly name: string;
  /** The text that counts, empty where there is none; `[secret]` for a secret. */
  readonly value: string;
  readonly origin: "default" | "environment" | "file";
  readonly default: string;
  readonly description: string;
}

/** A setting as it was read: what counts, and where it comes from. */
export type SettingLine = Pick<EnvironmentRow, "name" | "value" | "origin">;

/** What a running server tells of its settings; no secret is among it. */
export const settingLines = (
  environment: Environment,
  surroundings: Omit<Surroundings, "environment">,
): readonly SettingLine[] =>
  describeEnvironment(environment, surroundings).map(({ name, value, origin }) => ({ name, value, origin }));

/** Tells what each setting is here and where from. Checks nothing and reads no file, so that it helps to find a fault. */
export function describeEnvironment(
  environment: Environment,
  { onTerminal, embedded = false }: Omit<Surroundings, "environment"> = { onTerminal: false },
): readonly EnvironmentRow[] {
  return allSettings.map((setting) => {
    const source = findSource(setting, environment);
    const standing = defaultText(setting, { environment, onTerminal, embedded }) ?? "";
    const text = source.origin === "environment" ? source.text : standing;
    return {
      name: setting.name,
      value: setting.secret && source.origin !== "default" ? "[secret]" : withoutUserinfo(text),
      origin: source.origin === "both" ? "environment" : source.origin,
      default: defaultWords(setting).replaceAll("`", ""),
      description: setting.description.replaceAll("`", ""),
    };
  });
}

/** The rows as a table for a terminal: columns aligned, long values cut, no control characters. */
export function environmentTable(rows: readonly EnvironmentRow[]): string {
  const lines = rows.map((row) => [row.name, row.value, row.origin, row.default, row.description].map(cell));
  const table = [["NAME", "VALUE", "FROM", "DEFAULT", "WHAT"], ...lines];
  const widths = table.reduce<readonly number[]>(
    (widest, line) => line.map((text, column) => Math.max(text.length, widest[column] ?? 0)),
    [],
  );
  return table.map((line) => aligned(line, widths)).join("\n");
}

/** The page docs/configuration.md. */
export function configurationPage(): string {
  const secrets = allSettings.filter(({ secret }) => secret === true);
  const rows = allSettings.map((setting) =>
    [`\`${setting.name}\``, setting.kind, defaultWords(setting), setting.description].map(markdownCell).join(" | "),
  );
  return `# Configuration

<!-- Generated from src/config/settings.ts. Do not edit: change the table there and generate this page again. -->

Postern reads its configuration from environment variables, once, at the start. None is needed to try it on one machine.
\`postern env\` shows what counts and where it comes from.

| name | kind | default | what |
|---|---|---|---|
${rows.map((row) => `| ${row} |`).join("\n")}

## How values are written

- **Duration**: ${durationSyntax}.
- **Boolean**: \`true\` or \`false\`.
- **List**: entries separated by commas.
- **Address lists**: a CIDR such as \`192.168.1.0/24\`; a bare address means that one address.
  Limits by client address alone do not apply to peers on loopback and on a unix socket.
- **Path**: a relative path starts at the working directory.
- An empty variable is an unset one.

## Secrets from files

A secret may come from a file instead, as systemd credentials and container secrets are given:

${secrets.map((setting) => `- \`${fileVariable(setting)}\`: the path of a file that holds \`${setting.name}\``).join("\n")}

One newline at the end of the file is not part of the secret. Setting both names of one secret is refused. Secrets are
never printed or logged.

## Clients from a file

\`POSTERN_CLIENTS_FILE\` names a JSON list of clients, each an object with its \`client_id\`, the metadata of RFC 7591, and
Postern's own members, as \`postern client show ID --json\` prints them. One that authenticates by secret brings a
\`client_secret\` of at least 32 characters.

\`\`\`json
[
  { "client_id": "wiki", "client_name": "Wiki", "client_secret": "…", "redirect_uris": ["https://wiki.example/callback"] },
  { "client_id": "mail", "client_name": "Mail", "client_secret": "…", "resource_server": true, "accepts": "mail.read" }
]
\`\`\`

## Mistakes

Postern does not start with a configuration that it does not understand: it lists every fault at once, and what would be
right. That goes for unknown names that begin with \`POSTERN_\` too, which are mostly misspelled; the message gives the
nearest known name. What Kubernetes injects for a service named "postern" (\`POSTERN_PORT\`, \`POSTERN_PORT_*\`,
\`POSTERN_SERVICE_*\`) is ignored. \`POSTERN_ALLOW_UNKNOWN=true\` turns the refusal of unknown names into a warning, for
example to go back to an older release without editing the environment.
`;
}

function defaultWords(setting: Setting): string {
  if (setting.defaultInWords !== undefined) return setting.defaultInWords;
  return setting.default ? `\`${setting.default}\`` : "none";
}

// An issuer with a password in it is refused at the start, but this table is what people paste into reports.
function withoutUserinfo(text: string): string {
  return text.replace(/\/\/.*@/, "//[secret]@");
}

function cell(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function aligned(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((text, column) => text.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}

function markdownCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
