import type { Config } from "../../config/load.ts";
import { systemRandom } from "../../crypto/random.ts";
import { selfTestHeader, selfTestKey, selfTestQuestion } from "../../crypto/self-test.ts";
import { paths } from "../../http/paths.ts";
import type { Sight } from "../../model/sight.ts";
import { addressMatcher, isLoopback, normaliseAddress } from "../../rules/client-address.ts";
import { systemClock } from "../../time.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";
import { ask, type Reached, Unreachable } from "./probe.ts";

/** What a client could claim of itself: addresses that no machine has (RFC 5737), and the other protocol. */
const madeUp = { "x-forwarded-for": "192.0.2.77", forwarded: "for=192.0.2.78;proto=http", "x-forwarded-proto": "http" };
const madeUpAddresses = ["192.0.2.77", "192.0.2.78"];

/** What the server saw of two questions that came to it by the issuer's address. */
export interface Sights {
  /** A question as any client would send it. */
  readonly plain: Sight;
  /** One that claims to come from elsewhere. */
  readonly claiming: Sight;
  /** The address that it came from in truth. */
  readonly from: string;
  /** Whether the connection was one to the server itself. */
  readonly isDirect: boolean;
}

/**
 * Asks the running server, through whatever is between, whether it knows that a request came over https, and from whom. It
 * knows the question by the instance secret, and answers nobody else.
 */
export async function checkProxy(
  config: Pick<Config, "issuer" | "trustedProxies">,
  instanceSecret: string | undefined,
): Promise<readonly Finding[]> {
  if (instanceSecret === undefined) {
    const remedy = "ask with the environment of the server, POSTERN_SECRET above all";
    return [warning("https", "the server cannot be asked what it sees, as its secret is not known here", remedy)];
  }
  const key = selfTestKey(instanceSecret);
  const url = new URL(config.issuer + paths.selfTest);
  const question = () => ({ [selfTestHeader]: selfTestQuestion(key, systemRandom(), systemClock.now()) });
  let answers: readonly Reached[];
  try {
    answers = await Promise.all([ask(url, question()), ask(url, { ...question(), ...madeUp })]);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return [failed("https", `the server does not answer at ${url.href} (${error.code})`, "ask again")];
  }
  const [plain, claiming] = answers.map(sightIn);
  const [{ local } = { local: { address: "", port: 0 } }] = answers;
  if (plain === undefined || claiming === undefined) {
    return [
      failed(
        "https",
        `the server at ${config.issuer} does not know the question of this one (${answers.map(({ status }) => status).join(", ")})`,
        "look whether another server answers there, one of an older version, or one with another POSTERN_SECRET",
      ),
    ];
  }
  const from = normaliseAddress(local.address) ?? local.address;
  const isDirect = plain.peer.port === local.port && normaliseAddress(plain.peer.address) === from;
  const sights = { plain, claiming, from, isDirect };
  return [judgeProtocol(config, sights), judgeAddress(config, sights)];
}

/** Whoever answered: nothing but the server of this directory is believed to know what it saw. */
function sightIn({ status, body }: Reached): Sight | undefined {
  if (status !== 200) return undefined;
  try {
    const sight: Sight = JSON.parse(body);
    const texts: readonly unknown[] = [sight.peer.address, sight.client.address];
    return texts.every((text) => typeof text === "string" && /^[\w.:]{1,50}$/.test(text)) ? sight : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the server knows by which protocol clients come. */
export function judgeProtocol(
  config: Pick<Config, "issuer" | "trustedProxies">,
  { plain, claiming, isDirect }: Sights,
): Finding {
  const expected = config.issuer.startsWith("https:") ? "https" : "http";
  if (isDirect) return ok("https", `no proxy is in between: Postern itself serves ${expected}`);
  if (!plain.peer.trusted)
    return failed(
      "https",
      `requests come from ${plain.peer.address}, whose word does not count, so that nobody knows whether they came over https`,
      trustRemedy(config, plain.peer.address),
    );
  if (expected === "http") return ok("https", "the issuer is http, and so is the way to it");
  if (plain.client.protocol === null)
    return failed("https", "the proxy does not say that requests come over https", headerRemedy("X-Forwarded-Proto"));
  if (plain.client.protocol === "http")
    return failed(
      "https",
      "the proxy says that requests come over http, though the issuer is https",
      "let the proxy that ends TLS be the one that sets X-Forwarded-Proto: https",
    );
  if (claiming.client.protocol !== "https")
    return failed(
      "https",
      "the proxy passes on what clients claim in X-Forwarded-Proto or Forwarded",
      headerRemedy("X-Forwarded-Proto"),
    );
  return ok("https", `the proxy at ${plain.peer.address} is trusted, and says that requests come over https`);
}

/** Whether the server knows from which address clients come. */
export function judgeAddress(
  config: Pick<Config, "trustedProxies">,
  { plain, claiming, from, isDirect }: Sights,
): Finding {
  const seen = plain.client.address;
  const isBelieved = madeUpAddresses.includes(claiming.client.address);
  if (!isDirect) {
    if (!plain.peer.trusted)
      return failed(
        "client-address",
        `everybody is seen as ${seen}, the address of the proxy: they share each other's limits, and logs tell nothing`,
        trustRemedy(config, plain.peer.address),
      );
    if (isBelieved && isPassedOn(claiming))
      return failed(
        "client-address",
        "the proxy passes on what clients claim: anybody can pretend to be any address",
        headerRemedy("X-Forwarded-For"),
      );
    if (plain.headers["x-forwarded-for"] === null && plain.headers.forwarded === null)
      return failed(
        "client-address",
        "the proxy does not say where requests come from",
        headerRemedy("X-Forwarded-For"),
      );
  }
  // Programs of this machine could be the proxy, whatever the settings are.
  if (isBelieved && !isLoopback(from))
    return warning(
      "client-address",
      `${from} counts as a proxy, so that it can pretend to be any other address`,
      "name in POSTERN_TRUSTED_PROXIES the proxy alone, and not the network of clients",
    );
  if (seen !== from)
    return warning(
      "client-address",
      `this machine is seen as ${seen}, though it connects from ${from}`,
      "ignore it if a router translates addresses in between; else look what the proxy puts into X-Forwarded-For",
    );
  return ok("client-address", `this machine is seen as ${seen}${isDirect ? "" : ", as the proxy says"}`);
}

/** Whether what came with the claim ends in it: a proxy adds the address of the other end to the right, or writes anew. */
function isPassedOn({ headers }: Sight): boolean {
  const last = (headers["x-forwarded-for"] ?? headers.forwarded ?? "").split(",").at(-1) ?? "";
  return madeUpAddresses.some((address) => last.includes(address));
}

const headerRemedy = (header: string) =>
  `let the proxy set ${header} itself: postern doctor --proxy nginx, or caddy, prints how`;

function trustRemedy({ trustedProxies }: Pick<Config, "trustedProxies">, peer: string): string {
  return addressMatcher(trustedProxies)(peer)
    ? "restart the server: POSTERN_TRUSTED_PROXIES names it here, and not in the server that runs"
    : `if that is your proxy, set POSTERN_TRUSTED_PROXIES=${[...trustedProxies, peer].join(",")} and restart the server`;
}
