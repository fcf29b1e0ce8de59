import { expect, test } from "bun:test";
import { startTestServer } from "../support/server.ts";

const header = "strict-transport-security";

test("G-21-hsts: over TLS every answer of a public issuer asks for TLS from then on, without subdomains", async () => {
  const server = await startTestServer({ POSTERN_ISSUER: "https://sso.example" });
  const ask = (path: string, method = "GET", body?: string) =>
    fetch(server.address + path, { method, redirect: "manual", headers: { host: "sso.example" }, body: body ?? null });
  const answers = [
    ask("/"),
    ask("/login"),
    ask("/healthz"),
    ask("/auth/authorize"),
    ask("/auth/token", "POST"),
    ask("/auth/token", "POST", "x".repeat(70_000)),
    ask("/nothing"),
    ask("/auth/jwks.json"),
    ask("/auth/userinfo"),
  ];
  for (const answer of await Promise.all(answers)) {
    expect([answer.url, answer.headers.get(header)]).toEqual([answer.url, "max-age=31536000"]);
  }
  await server.stop();
});

test("G-21-hsts: an issuer without TLS, or on this machine, says nothing of it", async () => {
  for (const issuer of ["https://localhost:8443", "https://127.0.0.1", undefined]) {
    const server = await startTestServer(issuer === undefined ? {} : { POSTERN_ISSUER: issuer });
    const answer = await fetch(`${server.address}/healthz`, { headers: { host: new URL(server.issuer).host } });
    expect([answer.status, answer.headers.get(header)]).toEqual([200, null]);
    await server.stop();
  }
});
