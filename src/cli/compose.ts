import type { Command } from "commander";
import { inSeconds } from "../time.ts";
import { type Deployment, deploymentOf, nameOfSecret } from "./deployment.ts";
import { Failed } from "./outcome.ts";
import { complain, print } from "./printing.ts";

interface Options {
  readonly image: string;
  readonly data: string;
}

export function composeCommand(program: Command): void {
  program
    .command("compose")
    .description("print a compose file for containers that runs this executable with the settings of this environment")
    .option("--image <name>", "an image of a system with glibc; the executable is mounted into it", "debian:12-slim")
    .option("--data <directory>", "the directory for the data, on the host", "./postern-data")
    .addHelpText(
      "after",
      "\nThe first lines of what is printed tell how to start it. Secrets are not printed: set them by file, such as\nPOSTERN_SECRET_FILE, and they are mounted as secrets.\n\nExamples:\n  $ postern compose > compose.yaml\n  $ POSTERN_ISSUER=https://sso.example.net POSTERN_TRUSTED_PROXIES=172.16.0.0/12 postern compose",
    )
    .action((options: Options) => {
      const deployment = deploymentOf(process.env);
      print(composeFile(deployment, options));
      for (const name of deployment.leftOut) complain(`${name} is left out: compose files are read by everybody`);
    });
}

/** Where the data is in the container. */
const inside = "/var/lib/postern";

function composeFile(deployment: Deployment, { image, data }: Options): string {
  const { config, variables, files, directories, secretFiles, leftOut } = deployment;
  if (!/\$bunfs|~BUN/.test(import.meta.url)) {
    throw new Failed("a container needs the executable: run this command with dist/postern, which npm run build makes");
  }
  if (/\p{Cc}/u.test(data)) throw new Failed("there is a control character in the name of the directory");
  const [uid, gid] = ownerOfService();
  const port = config.listen.flatMap((one) => (one.kind === "tcp" && one.port !== 0 ? [one.port] : []))[0] ?? 8080;
  const environment = new Map([
    ...variables,
    // A port of the container's own loopback could not be published.
    ["POSTERN_LISTEN", `0.0.0.0:${port}`],
    ["POSTERN_ISSUER", config.issuer],
    ["POSTERN_DATA_DIR", inside],
    ...secretFiles.map(([name]) => [name, `/run/secrets/${nameOfSecret(name)}`] as const),
  ]);
  return [
    "# Postern in a container. To start it:",
    `#   install -d -m 700 -o ${uid} -g ${gid} ${data}`,
    "#   docker compose up -d",
    "#   docker compose exec postern postern setup-link",
    "# Connections come in from the container network: name the proxy in POSTERN_TRUSTED_PROXIES by its address there.",
    ...[...files, ...secretFiles.map(([, path]) => path)].map((file) => `# User ${uid} must be able to read ${file}.`),
    ...directories.map((directory) => `# User ${uid} must be able to write into ${directory}.`),
    ...leftOut.map((name) => `# ${name} is a secret, and left out here. Write it to a file and set ${name}_FILE.`),
    "services:",
    "  postern:",
    `    image: ${text(image)}`,
    `    command: ["/usr/local/bin/postern", "serve"]`,
    `    user: "${uid}:${gid}"`,
    "    read_only: true",
    "    cap_drop: [ALL]",
    "    security_opt: [no-new-privileges:true]",
    "    restart: unless-stopped",
    `    stop_grace_period: ${inSeconds(config.drainTimeout) + 10}s`,
    "    ports:",
    `      - "127.0.0.1:${port}:${port}"`,
    "    environment:",
    ...[...environment].map(([name, value]) => `      ${name}: ${text(value)}`),
    "    volumes:",
    ...mounts([[process.execPath, "/usr/local/bin/postern"], ...files.map((file) => [file, file] as const)], true),
    ...mounts([[data, inside], ...directories.map((directory) => [directory, directory] as const)], false),
    "    tmpfs:",
    "      - /tmp",
    ...(secretFiles.length === 0 ? [] : ["    secrets:"]),
    ...secretFiles.map(([name]) => `      - ${nameOfSecret(name)}`),
    "    healthcheck:",
    `      test: ["CMD", "/usr/local/bin/postern", "healthcheck"]`,
    "      interval: 30s",
    "      timeout: 10s",
    "      start_period: 30s",
    ...(secretFiles.length === 0 ? [] : ["secrets:"]),
    ...secretFiles.flatMap(([name, path]) => [`  ${nameOfSecret(name)}:`, `    file: ${text(path)}`]),
  ].join("\n");
}

/** In the long form a path may hold a colon. */
const mounts = (pairs: readonly (readonly [string, string])[], readOnly: boolean): readonly string[] =>
  pairs.flatMap(([source, target]) => [
    "      - type: bind",
    `        source: ${text(source)}`,
    `        target: ${text(target)}`,
    ...(readOnly ? ["        read_only: true"] : []),
  ]);

/** Who prints this owns the data; root chooses a user that owns nothing else. */
function ownerOfService(): readonly [uid: number, gid: number] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? [65532, 65532] : [uid, gid];
}

/** JSON is YAML; compose takes `$` for the beginning of a variable unless it is doubled. */
const text = (value: string): string => JSON.stringify(value).replaceAll("$", "$$$$");
