import { describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFiles, checkShown } from "../../../src/cli/doctor/certificates.ts";
import { after, before as beforeThat, days, fromDateText, hours, type Instant } from "../../../src/time.ts";
import { certificateFor } from "../../support/certificate.ts";

const issuer = "https://sso.example";

/** A certificate good for so many days, and what is said of it some time before its end. */
function shown(length: number, trouble?: string) {
  const certificate = new X509Certificate(certificateFor("sso.example", length).cert);
  const end = fromDateText(certificate.validTo);
  if (end === undefined) throw new Error(`no time: ${certificate.validTo}`);
  const at = (now: Instant) => {
    const { status, message } = checkShown(issuer, { chain: [certificate], trouble }, now);
    return `${status} ${message}`;
  };
  return { end, at };
}

describe("the certificate at the issuer", () => {
  test("is ok while there is time, a warning in its last two weeks, and failed after its end", () => {
    const { end, at } = shown(90);
    expect(at(beforeThat(end, days(15)))).toBe("ok the certificate at sso.example is good for 15 days");
    expect(at(beforeThat(end, days(13)))).toBe("warning the certificate at sso.example expires in 13 days");
    expect(at(beforeThat(end, hours(30)))).toBe("warning the certificate at sso.example expires in 30 hours");
    expect(at(after(end, hours(1)))).toBe("failed the certificate at sso.example has expired");
  });

  test("of six days is a warning only when a quarter of them is left", () => {
    const { end, at } = shown(6);
    expect(at(beforeThat(end, days(2)))).toStartWith("ok ");
    expect(at(beforeThat(end, hours(30)))).toStartWith("warning ");
  });

  test("is failed before its beginning", () => {
    const { end, at } = shown(10);
    expect(at(beforeThat(end, days(20)))).toStartWith("failed the certificate at sso.example is valid from ");
  });

  test("is failed in words that tell what to do, for whatever OpenSSL says against it", () => {
    const now = shown(90).end;
    const said = (code: string) => shown(90, code).at(beforeThat(now, days(30)));
    expect(said("ERR_TLS_CERT_ALTNAME_INVALID")).toBe("failed the certificate at sso.example is for another name");
    expect(said("CERT_HAS_EXPIRED")).toBe("failed the certificate at sso.example has expired");
    expect(said("CERT_NOT_YET_VALID")).toBe("failed the certificate at sso.example is not valid yet");
    expect(said("SELF_SIGNED_CERT_IN_CHAIN")).toContain("one that nobody vouches for (SELF_SIGNED_CERT_IN_CHAIN)");
    expect(said("UNABLE_TO_VERIFY_LEAF_SIGNATURE")).toContain("from an authority that is not known here");
  });

  test("without the one above it is told to be sent as a whole chain", () => {
    const { cert } = certificateFor("sso.example");
    const { remedy } = checkShown(
      issuer,
      { chain: [new X509Certificate(cert)], trouble: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
      fromDateText("2026-12-01T00:00:00Z") ?? shown(1).end,
    );
    expect(remedy).toContain("fullchain.pem");
  });
});

describe("the certificate in the files", () => {
  const directory = mkdtempSync(join(tmpdir(), "postern-certificates-"));
  const tls = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
  const write = (cert: string, key: string) => {
    writeFileSync(tls.certFile, cert);
    writeFileSync(tls.keyFile, key);
  };
  const said = (now: Instant, other?: string) => {
    const shownHere = other === undefined ? undefined : { chain: [new X509Certificate(other)], trouble: undefined };
    return checkFiles({ issuer, tls }, shownHere, now).map(({ status, message }) => `${status} ${message}`);
  };
  const now = beforeThat(shown(90).end, days(60));

  test("fits the key and the issuer, and is the one that is shown", () => {
    const { cert, key } = certificateFor("sso.example");
    write(cert, key);
    expect(said(now, cert).map((line) => line.split(" ")[0] ?? "")).toEqual(["ok"]);
    expect(said(now, certificateFor("sso.example").cert)[1]).toBe(
      `warning another certificate than that in ${tls.certFile} is shown at sso.example`,
    );
    write(cert, certificateFor("sso.example").key);
    expect(said(now)).toEqual([`failed the key ${tls.keyFile} does not belong to the certificate ${tls.certFile}`]);
    const other = certificateFor("other.example");
    write(other.cert, other.key);
    expect(said(now)).toEqual([
      `failed the certificate in ${tls.certFile} is not for sso.example, the host of the issuer`,
    ]);
    rmSync(tls.certFile);
    expect(said(now)).toEqual([`failed ${tls.certFile} cannot be read (ENOENT)`]);
    rmSync(directory, { recursive: true });
  });
});
