import { relative } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import type { Config } from "../config/load.ts";
import { isLoopbackAddress } from "./open-data.ts";
import { qrCode } from "./qr-code.ts";

interface Started {
  readonly config: Config;
  readonly listen: readonly string[];
  /** Where there is no administrator yet. */
  readonly setupLink: string | undefined;
}

/** What a person at a terminal reads when the server has started. */
export function startMessage({ config, listen, setupLink }: Started): string {
  const postern = programName();
  const setup =
    setupLink === undefined
      ? []
      : [
          "  Make the first administrator here (the link works once, for one hour):",
          "",
          `  ${setupLink}`,
          "",
          // A phone that scans an address of its own would find nothing there.
          ...(isLoopbackAddress(setupLink) ? [] : [qrCode(setupLink), ""]),
          `  Print a new link    ${postern} setup-link`,
        ];
  return [
    "",
    `Postern ${manifest.version} is at ${config.issuer}`,
    "",
    ...setup,
    `  Try a sign-in       ${postern} try device`,
    `  Data                ${config.dataDir}`,
    `  Listens on          ${listen.join(", ")}`,
    "  Stop                Ctrl+C",
    "",
  ].join("\n");
}

/** What to type for another command, from where this one was typed. */
function programName(): string {
  if (/\$bunfs|~BUN/.test(import.meta.url)) return named(process.execPath);
  const source = named(process.argv[1] ?? "src/main.ts").replace(/^\.\//, "");
  // Bun may be there only as a dependency of the project: then npx finds it.
  return `${process.execPath.includes("/node_modules/") ? "npx bun" : "bun"} ${source}`;
}

function named(path: string): string {
  const program = path.split("/").at(-1) ?? path;
  if (Bun.which(program) === path) return program;
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : `./${fromHere}`;
}
