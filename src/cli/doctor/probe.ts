import { X509Certificate } from "node:crypto";
import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { getCACertificates, rootCertificates, type TLSSocket, connect as tlsConnect } from "node:tls";
import { normaliseAddress } from "../../rules/client-address.ts";

/** An answer, and what is to be known of the connection that it came by. */
export interface Reached {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** This end of the connection. */
  readonly local: { readonly address: string; readonly port: number };
  readonly certificate: ShownCertificate | undefined;
}

export interface ShownCertificate {
  /** As it was sent, the server's own first. */
  readonly chain: readonly X509Certificate[];
  /** Why browsers would not accept it: a code of OpenSSL, or undefined. */
  readonly trouble: string | undefined;
}

/** Nothing was answered. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly why: "unknown-name" | "refused" | "silent" | "no-tls" | "no-http" | "failed";
  /** What the system calls it. */
  readonly code: string;

  constructor(code: string, { why, cause }: { readonly why: Unreachable["why"]; readonly cause?: unknown }) {
    super(`${why}: ${code}`, { cause });
    this.why = why;
    this.code = code;
  }
}

const longestWait = 5000;
const mostBytes = 256 * 1024;
/** Of a host with many addresses so many are tried. */
const mostAddresses = 3;

/**
 * Asks over a connection of its own, without any proxy of the environment. The certificate is judged, and the question asked
 * whatever the judgement is: who has to mend something wants to know all of it.
 *
 * @throws Unreachable
 */
export async function ask(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<Reached> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const deadline = AbortSignal.timeout(longestWait);
  let last = new Unreachable("no address", { why: "unknown-name" });
  for (const address of (await addressesOf(host, deadline)).slice(0, mostAddresses)) {
    try {
      return await askAt(address, host, url, headers, deadline);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      last = error;
      if (deadline.aborted) break;
    }
  }
  throw last;
}

async function addressesOf(host: string, deadline: AbortSignal): Promise<readonly string[]> {
  // The resolver cannot be stopped: who waits for it is.
  const { promise: late, reject } = Promise.withResolvers<never>();
  deadline.addEventListener("abort", () => reject(new Unreachable("the resolver did not answer", { why: "silent" })));
  try {
    return (await Promise.race([lookup(host, { all: true }), late])).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    throw new Unreachable(codeOf(error), { why: "unknown-name", cause: error });
  }
}

function askAt(
  address: string,
  host: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  deadline: AbortSignal,
): Promise<Reached> {
  const isTls = url.protocol === "https:";
  const port = Number(url.port || (isTls ? 443 : 80));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let local = { address: "", port: 0 };
    let certificate: ShownCertificate | undefined;
    const secured = isTls
      ? tlsConnect({ host: address, port, servername: nameToAsk(host), rejectUnauthorized: false, ca: authorities() })
      : undefined;
    const socket: Socket = secured ?? connect({ host: address, port });
    const fail = (why: Unreachable["why"], code: string, cause?: unknown) => {
      socket.destroy();
      reject(new Unreachable(code, { why, cause }));
    };
    const finish = (why: Unreachable["why"], code: string) => {
      const answer = answerIn(Buffer.concat(chunks));
      if (answer === undefined) return fail(why, code);
      socket.destroy();
      resolve({ ...answer, local, certificate });
    };
    // Not everything that answers also closes, as it is asked to.
    deadline.addEventListener("abort", () => finish("silent", "ETIMEDOUT"));
    socket.on(isTls ? "secureConnect" : "connect", () => {
      local = { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
      if (secured !== undefined) certificate = shownBy(secured);
      const lines = Object.entries({ host: url.host, accept: "application/json", ...headers, connection: "close" });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      socket.write(`GET ${url.pathname} HTTP/1.1\r\n${head}\r\n`);
    });
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > mostBytes) fail("no-http", "the answer is too long");
    });
    socket.on("close", () => finish("no-http", "the connection was closed"));
    socket.on("error", (error) => fail(kindOf(codeOf(error)), codeOf(error), error));
  });
}

/** SNI takes names alone (RFC 6066 §3). */
const nameToAsk = (host: string): string => (normaliseAddress(host) === undefined ? host : "");

/** Those of browsers, and those that the owner of this machine trusts: their own among them. */
const authorities = (): string[] => [
  ...new Set([...rootCertificates, ...getCACertificates("default"), ...getCACertificates("system")]),
];

function shownBy(socket: TLSSocket): ShownCertificate {
  const chain: X509Certificate[] = [];
  let shown = socket.getPeerCertificate(true);
  // The last one of a chain is its own issuer.
  while (shown?.raw !== undefined && chain.length < 10) {
    chain.push(new X509Certificate(shown.raw));
    if (shown.issuerCertificate === shown) break;
    shown = shown.issuerCertificate;
  }
  return { chain, trouble: socket.authorized ? undefined : String(socket.authorizationError) };
}

/** An answer that is read to its end (RFC 9112 §2.1, §7.1). */
function answerIn(octets: Buffer): Pick<Reached, "status" | "headers" | "body"> | undefined {
  const end = octets.indexOf("\r\n\r\n");
  const [first = "", ...lines] = octets.subarray(0, Math.max(0, end)).toString("latin1").split("\r\n");
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(first) ?? [];
  if (status === undefined) return undefined;
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers.append(name, value);
  }
  const rest = octets.subarray(end + 4);
  const isChunked = /\bchunked\b/i.test(headers.get("transfer-encoding") ?? "");
  return { status: Number(status), headers, body: (isChunked ? dechunked(rest) : rest).toString("utf8") };
}

function dechunked(octets: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = octets.indexOf("\r\n", at);
    const size = Number.parseInt(octets.subarray(at, Math.max(at, end)).toString("latin1"), 16);
    if (end < 0 || !(size > 0)) break;
    chunks.push(octets.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}

function kindOf(code: string): Unreachable["why"] {
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "silent";
  return /SSL|TLS|EPROTO/.test(code) ? "no-tls" : "failed";
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown fault";
