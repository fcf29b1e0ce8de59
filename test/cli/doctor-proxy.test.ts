import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { certificateFor } from "../support/certificate.ts";
import { freePort } from "../support/free-port.ts";
import { proxyProgram, startProxy } from "../support/proxies.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

describe.skipIf(proxyProgram("nginx") === undefined)("postern doctor behind a real nginx", () => {
  let here: CommandLine;
  let env: Readonly<Record<string, string>>;
  let block: string;
  let port: number;
  let server: Served;

  beforeAll(async () => {
    here = commandLine();
    const { cert, key } = certificateFor("localhost");
    const [certFile, keyFile] = [join(here.directory, "fullchain.pem"), join(here.directory, "privkey.pem")];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    port = freePort();
    env = {
      POSTERN_ISSUER: `https://localhost:${port}/sso`,
      POSTERN_LISTEN: `127.0.0.1:${freePort()}`,
      POSTERN_TRUSTED_PROXIES: "127.0.0.1",
      NODE_EXTRA_CA_CERTS: certFile,
    };
    server = await here.serve(env);
    const words = ["doctor", "--proxy", "nginx", "--cert-file", certFile, "--key-file", keyFile];
    block = (await here.run(words, { env })).out;
  });
  afterAll(async () => {
    await server.stop();
    here.remove();
  });

  /** The findings with such a block in the proxy, by their checks. */
  async function withBlock(changed: string): Promise<Readonly<Record<string, string>>> {
    const proxy = await startProxy("nginx", changed, port);
    const { out } = await here.run(["doctor", "--json"], { env });
    await proxy.stop();
    const found: readonly Finding[] = JSON.parse(out);
    return Object.fromEntries(found.map(({ check, status, message }) => [check, `${status} ${message}`]));
  }

  test("as it prints it, everything about the issuer is ok", async () => {
    const found = await withBlock(block);
    expect(found.issuer).toBe(
      `ok ${env.POSTERN_ISSUER} answers, and goes by that name, which only this machine can reach`,
    );
    expect(found.https).toBe("ok the proxy at 127.0.0.1 is trusted, and says that requests come over https");
    expect(found["client-address"]).toBe("ok this machine is seen as 127.0.0.1, as the proxy says");
    expect(found.certificate).toStartWith("ok ");
  });

  test("without its headers, each that is missing is found", async () => {
    const found = await withBlock(block.replaceAll(/^.*X-Forwarded-.*$/gm, ""));
    expect(found.https).toBe("failed the proxy does not say that requests come over https");
    expect(found["client-address"]).toStartWith("failed the proxy passes on what clients claim");
  });

  test("without the place outside of the path, that is a warning", async () => {
    const found = await withBlock(block.replaceAll(/^.*location = \/\.well-known.*$/gm, ""));
    expect(found.issuer).toStartWith("warning the metadata is not at ");
  });

  test("leading elsewhere, it does not get through to Postern", async () => {
    const found = await withBlock(block.replaceAll(/proxy_pass [^;]*/g, "proxy_pass http://127.0.0.1:1"));
    expect(found.issuer).toMatch(
      /^failed what answers there \("nginx[^"]*"\) does not get through to Postern \(502\)$/,
    );
  });

  test("a server that does not trust it is told whom to trust, with the block for nginx below", async () => {
    await server.stop();
    const { POSTERN_TRUSTED_PROXIES: _, ...untrusting } = env;
    server = await here.serve(untrusting);
    const proxy = await startProxy("nginx", block, port);
    const { code, out } = await here.run(["doctor"], { env: untrusting });
    await proxy.stop();
    expect(code).toBe(1);
    expect(out).toMatch(/^failed {3}https .*\n.*set POSTERN_TRUSTED_PROXIES=127\.0\.0\.1 and restart the server$/m);
    expect(out).toMatch(/^failed {3}client-address .*everybody is seen as 127\.0\.0\.1/m);
    expect(out).toContain(`listen ${port} ssl http2;`);
  });
});
