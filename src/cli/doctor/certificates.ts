import { X509Certificate } from "node:crypto";
import type { Config } from "../../config/load.ts";
import { normaliseAddress } from "../../rules/client-address.ts";
import { readKeyPair } from "../../server/certificate.ts";
import { ListenFault } from "../../server/listen-fault.ts";
import { between, type Duration, days, fromDateText, type Instant } from "../../time.ts";
import { type CheckName, type Finding, failed, ok, warning } from "./finding.ts";
import type { ShownCertificate } from "./probe.ts";

/** Whether browsers accept what is shown at the issuer's address, and for how long. */
export function checkShown(issuer: string, { chain, trouble }: ShownCertificate, now: Instant): Finding {
  const { hostname } = new URL(issuer);
  if (trouble !== undefined) return failed("certificate", ...troubleAt(hostname, trouble, chain));
  return judgeTimes("certificate", `the certificate at ${hostname}`, chain, now);
}

/** Whether the files that Postern serves TLS with fit together, fit the issuer, and are what is shown. */
export function checkFiles(
  { issuer, tls }: Pick<Config, "issuer" | "tls">,
  shown: ShownCertificate | undefined,
  now: Instant,
): readonly Finding[] {
  if (tls === undefined) return [];
  const chain = chainIn(tls);
  if (chain instanceof ListenFault)
    return [failed("certificate-files", chain.message, "give Postern a readable pair that belongs together")];
  const [own] = chain;
  const { hostname } = new URL(issuer);
  if (own !== undefined && !isFor(own, hostname.replace(/^\[|\]$/g, "")))
    return [
      failed(
        "certificate-files",
        `the certificate in ${tls.certFile} is not for ${hostname}, the host of the issuer`,
        `get one for ${hostname}`,
      ),
    ];
  const isShown = shown === undefined || shown.chain[0]?.fingerprint256 === own?.fingerprint256;
  return [
    judgeTimes("certificate-files", `the certificate in ${tls.certFile}`, chain, now),
    ...(isShown
      ? []
      : [
          warning(
            "certificate-files",
            `another certificate than that in ${tls.certFile} is shown at ${hostname}`,
            "it is well if a proxy is in between; else look in the log why the new one was not taken",
          ),
        ]),
  ];
}

const isFor = (certificate: X509Certificate, host: string): boolean =>
  (normaliseAddress(host) === undefined ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;

function chainIn(tls: NonNullable<Config["tls"]>): readonly X509Certificate[] | ListenFault {
  try {
    const { cert } = readKeyPair(tls);
    const blocks = cert.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    if (error instanceof ListenFault) return error;
    throw error;
  }
}

/** A warning comes while there is time: two weeks before the end, and of short ones when a quarter is left. */
function judgeTimes(check: CheckName, which: string, chain: readonly X509Certificate[], now: Instant): Finding {
  const renew = "renew it, and look why that was not done by itself";
  let first: { readonly left: Duration; readonly whole: Duration } | undefined;
  for (const { validFrom, validTo } of chain) {
    const [start, end] = [fromDateText(validFrom), fromDateText(validTo)];
    if (start === undefined || end === undefined) continue;
    if (start > now)
      return failed(check, `${which} is valid from ${validFrom} on`, "look whether the clock of this machine is right");
    const left = between(now, end);
    if (first === undefined || left < first.left) first = { left, whole: between(start, end) };
  }
  if (first === undefined) return failed(check, `${which} cannot be read`, "look at the file, and at what issued it");
  const { left, whole } = first;
  if (left <= 0) return failed(check, `${which} has expired`, renew);
  const told = left >= days(2) ? `${Math.floor(left / days(1))} days` : `${Math.floor(left / (days(1) / 24))} hours`;
  if (left < Math.min(days(14), whole / 4)) return warning(check, `${which} expires in ${told}`, renew);
  return ok(check, `${which} is good for ${told}`);
}

function troubleAt(host: string, code: string, chain: readonly X509Certificate[]): [message: string, remedy: string] {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return [`the certificate at ${host} has expired`, "renew it, and look why that was not done by itself"];
    case "CERT_NOT_YET_VALID":
      return [`the certificate at ${host} is not valid yet`, "look whether the clock of this machine is right"];
    case "ERR_TLS_CERT_ALTNAME_INVALID":
    case "HOSTNAME_MISMATCH":
      return [`the certificate at ${host} is for another name`, `let what ends TLS there show one for ${host}`];
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return [
        `the certificate at ${host} is one that nobody vouches for (${code})`,
        "get one from an authority that browsers know, or add yours to the trusted ones of every machine, this one included",
      ];
    default:
      return [
        `the certificate at ${host} comes from an authority that is not known here (${code})`,
        chain.length === 1
          ? "let the proxy send the whole chain (of certbot's files it is fullchain.pem), or add your authority to the trusted ones"
          : "add your authority to the trusted ones of every machine, this one included",
      ];
  }
}
