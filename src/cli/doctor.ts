import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CheckName, Finding } from "./doctor/finding.ts";
import type { ProxyKind } from "./doctor/proxy-block.ts";
import { configHere } from "./open-data.ts";
import { Failed, WrongUsage } from "./outcome.ts";
import { print, printJson, withoutControls } from "./printing.ts";

interface Options {
  readonly json?: boolean;
  readonly proxy?: ProxyKind;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export function doctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("look over settings, server, proxy, certificate, disk, database and keys: exit code 0 or 1")
    .option("--json", "print JSON")
    .addOption(
      new Option("--proxy <program>", "only print the configuration of a proxy for this server").choices([
        "nginx",
        "caddy",
      ]),
    )
    .option("--cert-file <file>", "with --proxy: the certificate chain that the proxy shows")
    .option("--key-file <file>", "with --proxy: the private key of it")
    .addHelpText(
      "after",
      "\nIt changes nothing, works whether or not the server runs, and wants the environment of the server. What failed\nis to be mended; a warning is to be thought about.\n\nExamples:\n  $ postern doctor\n  $ postern doctor --json | jq '.[] | select(.status != \"ok\")'\n  $ postern doctor --proxy nginx > /etc/nginx/conf.d/postern.conf",
    )
    .action(async ({ json = false, proxy, certFile, keyFile }: Options) => {
      if ((certFile === undefined) !== (keyFile === undefined) || (certFile !== undefined && proxy === undefined))
        throw new WrongUsage("--cert-file and --key-file go together, and with --proxy");
      const certificate =
        certFile === undefined || keyFile === undefined
          ? undefined
          : { certFile: resolve(certFile), keyFile: resolve(keyFile) };
      if (proxy !== undefined) return print(await blockFor(proxy, certificate));
      const { checkUp } = await import("./doctor/check-up.ts");
      const findings = await checkUp();
      if (json) printJson(findings);
      else {
        print(withoutControls(findings.map(lines).join("\n")));
        if (findings.some(isAboutProxy))
          print(`\nFor nginx (for Caddy: postern doctor --proxy caddy):\n\n${await blockFor("nginx")}`);
      }
      const count = findings.filter(({ status }) => status === "failed").length;
      if (count > 0) throw new Failed(count === 1 ? "one check failed" : `${count} checks failed`);
    });
}

async function blockFor(
  kind: ProxyKind,
  certificate?: { readonly certFile: string; readonly keyFile: string },
): Promise<string> {
  const { proxyBlock } = await import("./doctor/proxy-block.ts");
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === "IPv6"));
  return proxyBlock(kind, { ...configHere(), certificate, hasIpv6 });
}

const ofProxies: ReadonlySet<CheckName> = new Set(["https", "client-address"]);

const isAboutProxy = ({ check, status }: Finding): boolean => status === "failed" && ofProxies.has(check);

const lines = ({ check, status, message, remedy }: Finding): string =>
  `${status.padEnd(8)} ${check.padEnd(18)} ${message}${remedy === undefined ? "" : `\n${" ".repeat(28)}→ ${remedy}`}`;
