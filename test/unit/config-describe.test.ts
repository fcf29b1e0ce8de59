import { describe, expect, test } from "bun:test";
import { configurationPage, describeEnvironment, environmentTable } from "../../src/config/describe.ts";
import { allSettings } from "../../src/config/known-names.ts";
import type { Variables } from "./config-refusal.ts";

describe("postern env and docs/configuration.md", () => {
  const names = allSettings.map(({ name }) => name);
  const row = (name: string, variables: Variables, onTerminal = false) =>
    describeEnvironment(variables, { onTerminal }).find((candidate) => candidate.name === name);

  test("the table of settings has every name of interface.md once", () => {
    expect(names.map((name) => name.replace(/^POSTERN_/, "")).join(" ")).toBe(
      "ISSUER LISTEN DATA_DIR DB_JOURNAL DB_MAX_SIZE AUDIT_RETENTION SECRET SECRET_PREVIOUS KEY_ROTATION ADMIN_USERNAME ADMIN_PASSWORD CLIENTS_FILE TLS_CERT_FILE TLS_KEY_FILE DRAIN_TIMEOUT WORKERS TRUSTED_PROXIES " +
        "ACCESS_TOKEN_TTL REFRESH_TOKEN_TTL REFRESH_TOKEN_MAX_TTL REFRESH_GRACE AUTHORIZATION_CODE_TTL ID_TOKEN_TTL " +
        "DEVICE_CODE_TTL DEVICE_POLL_INTERVAL SESSION_TTL SESSION_MAX_TTL REGISTRATION ALLOW_HTTP OUTBOUND_ALLOW SCOPES " +
        "MFA CREDENTIAL_VERIFIER CREDENTIAL_VERIFIER_TIMEOUT CREDENTIAL_VERIFIER_RECHECK BRAND_NAME BRAND_LOGO_FILE BRAND_COLOR BRAND_LINKS " +
        "BACKUP_DIR BACKUP_EVERY BACKUP_KEEP BACKUP_PASSPHRASE LOG_LEVEL LOG_FORMAT OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_HEADERS OTEL_SERVICE_NAME OTEL_TRACES_SAMPLER_ARG ALLOW_UNKNOWN",
    );
  });

  test("a row tells the value, where it comes from and what it is for", () => {
    expect(row("POSTERN_LISTEN", { POSTERN_LISTEN: "[::]:80" })).toEqual({
      name: "POSTERN_LISTEN",
      value: "[::]:80",
      origin: "environment",
      default: "127.0.0.1:8080; with serve --embed the socket postern.sock in the data directory",
      description: expect.stringContaining("host:port, [::]:port for every address, unix:/path/to.sock (for"),
    });
    expect(row("POSTERN_DATA_DIR", { STATE_DIRECTORY: "/var/lib/p" })).toMatchObject({
      value: "/var/lib/p",
      origin: "default",
    });
    expect(row("POSTERN_LOG_FORMAT", {}, true)).toMatchObject({ value: "pretty", origin: "default" });
    expect(row("POSTERN_REFRESH_GRACE", { POSTERN_REFRESH_TOKEN_TTL: "10s" })?.value).toBe("5s");
  });

  test("a secret is shown as [secret], and its file is not read", () => {
    expect(row("POSTERN_SECRET", { POSTERN_SECRET: "abc" })).toMatchObject({
      value: "[secret]",
      origin: "environment",
    });
    expect(row("POSTERN_SECRET", { POSTERN_SECRET_FILE: "/none" })).toMatchObject({
      value: "[secret]",
      origin: "file",
    });
    expect(row("POSTERN_SECRET", {})).toMatchObject({ value: "", origin: "default" });
    expect(row("POSTERN_ISSUER", { POSTERN_ISSUER: "https://a:b@h" })?.value).toBe("https://[secret]@h");
  });

  test("a faulty configuration is still described", () => {
    expect(row("POSTERN_SESSION_TTL", { POSTERN_SESSION_TTL: "soon", POSTERN_LISTEN: "?" })?.value).toBe("soon");
  });

  test("the text table is aligned, one line a setting, without control characters", () => {
    const rows = describeEnvironment({
      POSTERN_SCOPES: `{\n  "mail": "${"x".repeat(300)}" }`,
      POSTERN_LISTEN: "a\u001b[2J",
    });
    const lines = environmentTable(rows).split("\n");
    expect(lines).toHaveLength(rows.length + 1);
    expect(new Set(lines.slice(1).map((line, index) => line.indexOf(rows[index]?.origin ?? "none", 30))).size).toBe(1);
    expect(lines.join("")).not.toMatch(/\p{Cc}/u);
    expect(lines.join("")).toContain("…");
  });

  test("the configuration page has a row for each setting, and is marked as generated", () => {
    const page = configurationPage();
    for (const name of names) expect(page).toContain(`\n| \`${name}\` | `);
    expect(page).toContain("Generated from src/config/settings.ts");
    for (const word of ["90s", "365 days", "POSTERN_SECRET_FILE", "POSTERN_SERVICE_*"]) expect(page).toContain(word);
    for (const line of page.split("\n").filter((text) => text.startsWith("|")))
      expect(line.split(" | ")).toHaveLength(line.startsWith("|---") ? 1 : 4);
  });

  test("each description is one sentence", () => {
    for (const { description } of allSettings) expect(description).toMatch(/^[A-Z].*\.$/);
  });
});
