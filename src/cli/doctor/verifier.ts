import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Config } from "../../config/load.ts";
import { type Finding, failed, ok } from "./finding.ts";

type Address = NonNullable<Config["verifier"]>["address"];

const longestWait = 5000;

/**
 * Whether somebody is there to be asked about the host's own users, and whether others could take their place: who does
 * gets passwords. No question is asked, for it would be a sign-in at the host.
 */
export async function checkVerifier({ verifier }: Pick<Config, "verifier">): Promise<readonly Finding[]> {
  if (verifier === undefined) return [];
  const { address } = verifier;
  const path = address.kind === "http" ? undefined : address.path;
  const fault = address.kind === "exec" ? faultOfProgram(address.path) : await faultOfListener(address);
  if (fault !== undefined)
    return [failed("verifier", fault, "start the host's side; look at POSTERN_CREDENTIAL_VERIFIER, modes and owners")];
  const loose = path === undefined ? undefined : changeableByEverybody(path);
  if (loose !== undefined)
    return [
      failed("verifier", `every user can change ${loose}, and so get the passwords of all`, `chmod o-w ${loose}`),
    ];
  return [ok("verifier", `${path ?? "the verifier"} is there to be asked about the host's own users`)];
}

function faultOfProgram(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return `${path} is no program`;
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return `${path} cannot be run (${codeOf(error)})`;
  }
}

async function faultOfListener(address: Exclude<Address, { readonly kind: "exec" }>): Promise<string | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), longestWait);
  const socket = { data: () => undefined };
  try {
    const connection = await Promise.race([
      address.kind === "unix"
        ? Bun.connect({ unix: address.path, socket })
        : Bun.connect({ ...placeOf(address.url), socket }),
      late,
    ]);
    connection.end();
    return undefined;
  } catch (error) {
    const where = address.kind === "unix" ? address.path : new URL(address.url).host;
    return `nobody answers at ${where} (${codeOf(error)})`;
  } finally {
    clearTimeout(timer);
  }
}

function placeOf(url: string): { readonly hostname: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === "https:" ? 443 : 80;
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : Number(port) };
}

/** The program itself, or the folder in which it or the socket can be replaced; a sticky folder keeps what is others'. */
function changeableByEverybody(path: string): string | undefined {
  // Windows has no such modes.
  if (process.getuid === undefined) return undefined;
  const real = realpathSync(path);
  const program = statSync(real);
  if (program.isFile() && (program.mode & 0o002) !== 0) return real;
  const { mode } = statSync(dirname(real));
  return (mode & 0o1002) === 0o002 ? dirname(real) : undefined;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : "unknown fault");
