import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { inSeconds } from "../time.ts";
import { programWords, sourceRoot } from "./data-directory.ts";
import { type Deployment, deploymentOf, nameOfSecret } from "./deployment.ts";
import { complain, print } from "./printing.ts";

export function systemdCommand(program: Command): void {
  program
    .command("systemd")
    .description("print a unit for systemd that runs this executable with the settings of this environment")
    .option("--user <name>", "the user that it runs as", userName, "postern")
    .option("--executable <path>", "where the executable will be, if not where it is now")
    .addHelpText(
      "after",
      "\nThe first lines of what is printed tell how to install it. Secrets are not printed: set them by file, such as\nPOSTERN_SECRET_FILE, and systemd passes the file on.\n\nExamples:\n  $ postern systemd\n  $ POSTERN_ISSUER=https://sso.example.net POSTERN_TRUSTED_PROXIES=127.0.0.1 postern systemd > postern.service",
    )
    .action(({ user, executable }: { readonly user: string; readonly executable?: string }) => {
      const deployment = deploymentOf(process.env);
      const program = executable === undefined ? programWords() : [resolve(executable)];
      print(unitOf(deployment, user, program));
      for (const doubt of doubtsAbout(deployment, program)) complain(doubt);
    });
}

function userName(value: string): string {
  // systemd.exec(5), with the names that it warns of left out.
  if (/^[a-zA-Z_][\w-]{0,30}$/.test(value)) return value;
  throw new InvalidArgumentError("It is not the name of a user.");
}

/** Long enough for a large database to be brought to a new release. */
const startSeconds = 300;

function unitOf(deployment: Deployment, user: string, program: readonly string[]): string {
  const { config, variables, secretFiles, dataDir, directories, leftOut } = deployment;
  const home = stateDirectoryOf(dataDir);
  const ports = config.listen.flatMap((one) => (one.kind === "tcp" ? [one.port] : []));
  const bindsLow = ports.some((port) => port > 0 && port < 1024);
  const root = program.length === 1 ? undefined : sourceRoot();
  return [
    "# Postern as a service. To install it:",
    `#   useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ${user}`,
    "#   cp postern.service /etc/systemd/system/",
    "#   systemctl daemon-reload",
    "#   systemctl enable --now postern",
    `#   POSTERN_DATA_DIR=${home.path} ${program.join(" ")} setup-link`,
    ...deployment.files.map((file) => `# ${user} must be able to read ${file}.`),
    ...directories.map((directory) => `# ${user} must be able to write into ${directory}.`),
    ...leftOut.map((name) => `# ${name} is a secret, and left out here. Write it to a file and set ${name}_FILE.`),
    "",
    "[Unit]",
    "Description=Postern, OAuth 2.0 authorization server and OpenID Connect provider",
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    "Type=notify",
    "NotifyAccess=main",
    `ExecStart=${[...program, "serve"].map(execWord).join(" ")}`,
    "ExecReload=/bin/kill -HUP $MAINPID",
    ...(root === undefined ? [] : [`WorkingDirectory=${specifiersEscaped(root)}`]),
    "Restart=on-failure",
    "RestartSec=2s",
    `TimeoutStartSec=${startSeconds}s`,
    // Postern has its own deadline, and needs a moment after it.
    `TimeoutStopSec=${inSeconds(config.drainTimeout) + 10}s`,
    "WatchdogSec=30s",
    // The process that was started ends its workers, and waits for them.
    ...(config.workers > 1 ? ["KillMode=mixed"] : []),
    "LimitNOFILE=65536",
    "",
    `User=${user}`,
    ...home.lines,
    ...socketDirectories(config.listen),
    // One that is not there, a disk that is not plugged in, must not keep everybody from signing in.
    ...directories.map((directory) => `ReadWritePaths=${quotedPath(`-${directory}`)}`),
    "UMask=0077",
    ...variables.map(([name, value]) => assignment(name, value)),
    ...secretFiles.flatMap(([name, path]) => [
      `LoadCredential=${nameOfSecret(name)}:${specifiersEscaped(path)}`,
      `Environment=${name}=%d/${nameOfSecret(name)}`,
    ]),
    "",
    "# It reads and writes its own directories, and talks to the network. Nothing else.",
    "# No MemoryDenyWriteExecute: the runtime compiles JavaScript to machine code while it runs.",
    `AmbientCapabilities=${bindsLow ? "CAP_NET_BIND_SERVICE" : ""}`,
    `CapabilityBoundingSet=${bindsLow ? "CAP_NET_BIND_SERVICE" : ""}`,
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectSystem=strict",
    `ProtectHome=${isBelowHome(deployment, program) ? "read-only" : "yes"}`,
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RemoveIPC=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ].join("\n");
}

/** Below /var/lib systemd makes the directory for the user; one elsewhere must be there, and be its own. */
function stateDirectoryOf(dataDir: string | undefined): { readonly path: string; readonly lines: readonly string[] } {
  const path = dataDir ?? "/var/lib/postern";
  const [, name] = /^\/var\/lib\/([\w.-]+)$/.exec(path) ?? [];
  if (name !== undefined) return { path, lines: [`StateDirectory=${name}`, "StateDirectoryMode=0700"] };
  return { path, lines: [assignment("POSTERN_DATA_DIR", path), `ReadWritePaths=${quotedPath(path)}`] };
}

/** /run/postern is made by systemd; any other directory of a socket is somebody else's, and only opened for writing. */
function socketDirectories(listen: Deployment["config"]["listen"]): readonly string[] {
  const directories = new Set(listen.flatMap((one) => (one.kind === "unix" ? [dirname(one.path)] : [])));
  return [...directories].map((directory) =>
    directory === "/run/postern" ? "RuntimeDirectory=postern" : `ReadWritePaths=${quotedPath(directory)}`,
  );
}

const home = /^\/(?:home|root|run\/user)\//;
const isBelowHome = ({ files, directories, dataDir }: Deployment, program: readonly string[]): boolean =>
  [...program, ...files, ...directories, dataDir ?? ""].some((path) => home.test(path));

function doubtsAbout({ leftOut, dataDir }: Deployment, program: readonly string[]): readonly string[] {
  const hidden = program.filter((word) => /^\/(?:var\/)?tmp\//.test(word));
  return [
    ...hidden.map((path) => `the service has a /tmp of its own and will not find ${path}: move it elsewhere first`),
    ...(dataDir !== undefined && home.test(dataDir)
      ? [`${dataDir} is in a home directory: see that the user of the service owns it and gets there`]
      : []),
    ...leftOut.map((name) => `${name} is left out: units are read by everybody`),
  ];
}

/** systemd.syntax(7): double quotes, with C escapes in them; `%` stands for itself when it is doubled. */
const assignment = (name: string, value: string): string => `Environment=${quoted(`${name}=${value}`)}`;
const quoted = (text: string): string =>
  `"${specifiersEscaped(text).replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
const quotedPath = (path: string): string => (/[\s"'\\]/.test(path) ? quoted(path) : specifiersEscaped(path));
/** systemd.service(5): `$` begins a variable here, unless it is doubled. */
const execWord = (word: string): string => quotedPath(word).replaceAll("$", "$$$$");
const specifiersEscaped = (text: string): string => text.replaceAll("%", "%%");
