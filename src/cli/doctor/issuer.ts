import { type Listen, listenText } from "../../config/address.ts";
import { quoted } from "../../config/fault.ts";
import type { Config } from "../../config/load.ts";
import { basePathOf, paths } from "../../http/paths.ts";
import { isLoopbackAddress } from "../open-data.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";
import { ask, type Reached, Unreachable } from "./probe.ts";

type Asked = Pick<Config, "issuer" | "listen">;

export interface IssuerCheck {
  readonly findings: readonly Finding[];
  /** What came back, whatever it was. */
  readonly reached: Reached | undefined;
  /** Whether it was the metadata of this issuer. */
  readonly isOurs: boolean;
}

/** Whether clients that go to the issuer's address find this server there, as far as that can be seen from here. */
export async function checkIssuer(config: Asked, isRunning: boolean): Promise<IssuerCheck> {
  const { issuer } = config;
  let reached: Reached;
  try {
    reached = await ask(new URL(issuer + paths.openidConfiguration));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const finding = unreached(config, error, isRunning);
    return { findings: [finding], reached: undefined, isOurs: false };
  }
  const fault = faultIn(config, reached, isRunning);
  if (fault !== undefined) return { findings: [fault], reached, isOurs: false };
  const note = isLoopbackAddress(issuer) ? ", which only this machine can reach" : "";
  return {
    findings: [ok("issuer", `${issuer} answers, and goes by that name${note}`), ...(await checkInserted(config))],
    reached,
    isOurs: true,
  };
}

function unreached({ issuer, listen }: Asked, { why, code }: Unreachable, isRunning: boolean): Finding {
  const { hostname, host, protocol } = new URL(issuer);
  switch (why) {
    case "unknown-name":
      return failed(
        "issuer",
        `the name ${hostname} leads to no address here (${code})`,
        `make a record for it in the DNS of your network, or correct POSTERN_ISSUER`,
      );
    case "refused":
      return isRunning
        ? failed(
            "issuer",
            `nothing listens at ${host}`,
            `start the proxy there, one that passes to ${whereIs(listen)} (${blockCommand}), or correct POSTERN_ISSUER`,
          )
        : warning(
            "issuer",
            `nothing listens at ${host}, and no server is known to run`,
            "start the server, then ask again",
          );
    case "silent":
      return failed(
        "issuer",
        `${host} does not answer (${code})`,
        "look for a firewall in between, and whether the name leads to the right machine",
      );
    case "no-tls":
      return failed(
        "issuer",
        `no TLS connection to ${host} comes about (${code})`,
        "let the proxy serve https there, with a certificate; Postern itself does with POSTERN_TLS_CERT_FILE",
      );
    case "no-http":
      return failed(
        "issuer",
        `what listens at ${host} does not speak ${protocol.replace(":", "")} (${code})`,
        "correct POSTERN_ISSUER, or what listens there",
      );
    case "failed":
      return failed("issuer", `${host} cannot be reached (${code})`, "look at the network of this machine");
  }
}

const blockCommand = "postern doctor --proxy nginx, or caddy, prints how";

function faultIn(
  { issuer, listen }: Asked,
  { status, headers, body }: Reached,
  isRunning: boolean,
): Finding | undefined {
  const server = headers.get("server");
  const who = server === null ? "what answers there" : `what answers there (${quoted(server)})`;
  if (status === 200) {
    const found = issuerIn(body);
    if (found === issuer) return undefined;
    if (found === undefined)
      return failed(
        "issuer",
        `${issuer} is answered by something that is no OpenID provider`,
        `let ${who} pass the whole path to ${whereIs(listen)}: ${blockCommand}`,
      );
    return failed(
      "issuer",
      `the server at ${issuer} calls itself ${quoted(found)}`,
      `set POSTERN_ISSUER=${issuer} for that server and restart it, or ask with the environment of the server`,
    );
  }
  if (status === 421)
    return failed(
      "issuer",
      `${who} passes another name than that of the issuer in the header Host`,
      `pass on the Host that clients send: ${blockCommand}`,
    );
  if (status >= 502 && status <= 504)
    return isRunning
      ? failed(
          "issuer",
          `${who} does not get through to Postern (${status})`,
          `let it pass to ${whereIs(listen)}: ${blockCommand}`,
        )
      : warning(
          "issuer",
          `${who} finds no server behind it, and none is known to run`,
          "start the server, then ask again",
        );
  if (status >= 300 && status < 400)
    return failed(
      "issuer",
      `${issuer} redirects to ${quoted(headers.get("location") ?? "nowhere")}`,
      "let POSTERN_ISSUER be the address that answers: clients do not follow redirects there",
    );
  return failed(
    "issuer",
    `${who} answers ${status} to the metadata of ${issuer}`,
    `let it pass the whole path to ${whereIs(listen)}: ${blockCommand}`,
  );
}

/** RFC 8414 §3.1: below an issuer with a path clients of OAuth look outside of that path. */
async function checkInserted({ issuer }: Asked): Promise<readonly Finding[]> {
  const basePath = basePathOf(issuer);
  if (basePath === "") return [];
  const url = new URL(paths.authorizationServerMetadata + basePath, issuer);
  const reached = await ask(url).catch((error: unknown) => {
    if (error instanceof Unreachable) return undefined;
    throw error;
  });
  if (reached?.status === 200 && issuerIn(reached.body) === issuer) return [];
  return [
    warning(
      "issuer",
      `the metadata is not at ${url.href}, where clients of OAuth look for it (RFC 8414 §3.1)`,
      `let the proxy pass that path, too: ${blockCommand}`,
    ),
  ];
}

function issuerIn(body: string): string | undefined {
  try {
    const { issuer }: Record<string, unknown> = JSON.parse(body);
    return typeof issuer === "string" ? issuer : undefined;
  } catch {
    return undefined;
  }
}

const whereIs = (listen: readonly Listen[]): string => listen.map(listenText).join(" or ");
