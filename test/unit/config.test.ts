import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { ConfigError } from "../../src/config/fault.ts";
import { allSettings } from "../../src/config/known-names.ts";
import { loadConfig } from "../../src/config/load.ts";
import { days, hours, minutes, seconds } from "../../src/time.ts";
import { faultyNames, issuerFault, load, noFile, refusal } from "./config-refusal.ts";

describe("without any variable", () => {
  test("every setting has the default of interface.md", () => {
    const { settings: _, ...config } = load();
    expect(config).toEqual({
      issuer: "http://localhost:8080",
      issuerWasSet: false,
      listen: [{ kind: "tcp", host: "127.0.0.1", port: 8080 }],
      drainTimeout: seconds(10),
      workers: 1,
      dataDir: resolve("data"),
      databaseJournal: "wal",
      databaseMaxSize: undefined,
      auditRetention: days(90),
      secret: undefined,
      secretPrevious: undefined,
      keyRotation: days(90),
      adminUsername: undefined,
      adminPassword: undefined,
      clientsFile: undefined,
      tls: undefined,
      trustedProxies: [],
      accessTokenLifetime: hours(1),
      refreshTokenLifetime: days(30),
      refreshTokenMaxLifetime: days(365),
      refreshGrace: seconds(30),
      authorizationCodeLifetime: seconds(60),
      idTokenLifetime: minutes(15),
      deviceCodeLifetime: minutes(30),
      devicePollInterval: seconds(5),
      sessionLifetime: hours(12),
      sessionMaxLifetime: days(30),
      registration: "token",
      allowHttp: false,
      outboundAllow: [],
      scopes: { sentences: new Map(), optional: new Set() },
      mfa: "optional",
      verifier: undefined,
      tracing: undefined,
      brand: { name: undefined, logoFile: undefined, color: undefined, links: [] },
      backups: undefined,
      backupPassphrase: undefined,
      logLevel: "info",
      logFormat: "json",
      warnings: [],
    });
  });

  test("each default that is written down is accepted when it is set by hand", () => {
    for (const setting of allSettings) {
      if (setting.default) expect(() => load({ [setting.name]: setting.default })).not.toThrow();
    }
  });

  test("the log is pretty on a terminal, unless set", () => {
    expect(loadConfig({}, noFile, { onTerminal: true }).logFormat).toBe("pretty");
    expect(loadConfig({ POSTERN_LOG_FORMAT: "json" }, noFile, { onTerminal: true }).logFormat).toBe("json");
  });

  test("the data directory is the first of $STATE_DIRECTORY, and POSTERN_DATA_DIR goes before it", () => {
    expect(load({ STATE_DIRECTORY: "/var/lib/postern:/var/lib/other" }).dataDir).toBe("/var/lib/postern");
    expect(load({ STATE_DIRECTORY: "" }).dataDir).toBe(resolve("data"));
    expect(load({ STATE_DIRECTORY: "/var/lib/postern", POSTERN_DATA_DIR: "here" }).dataDir).toBe(resolve("here"));
  });

  test("an empty variable counts as unset", () => {
    const empty = Object.fromEntries(allSettings.map(({ name }) => [name, ""]));
    expect(load({ ...empty, POSTERN_SECRET_FILE: "", POSTERN_MFA: "", POSTERN_WHATEVER: " " })).toEqual(load());
    expect(load({ POSTERN_ISSUER: "  " }).issuerWasSet).toBe(false);
  });

  test("space around a value does not count", () => {
    expect(load({ POSTERN_ISSUER: " https://sso.example.net\r" }).issuer).toBe("https://sso.example.net");
  });
});

describe("settings that belong together", () => {
  test("a certificate and its key are set together, as absolute paths", () => {
    const tls = { POSTERN_TLS_CERT_FILE: "cert.pem", POSTERN_TLS_KEY_FILE: "/etc/key.pem" };
    expect(load(tls).tls).toEqual({ certFile: resolve("cert.pem"), keyFile: "/etc/key.pem" });
    expect(faultyNames({ POSTERN_TLS_CERT_FILE: "cert.pem" })).toEqual(["POSTERN_TLS_CERT_FILE"]);
    expect(refusal({ POSTERN_TLS_KEY_FILE: "key.pem" }).message).toBe(
      "POSTERN_TLS_KEY_FILE is set without POSTERN_TLS_CERT_FILE; set both or neither.",
    );
  });

  test("serving TLS under an http issuer is warned of", () => {
    const tls = { POSTERN_TLS_CERT_FILE: "c", POSTERN_TLS_KEY_FILE: "k", POSTERN_ISSUER: "http://localhost:8080" };
    expect(load(tls).warnings[0]).toContain("clients are sent to http");
  });

  test("the first administrator has a name and a password", () => {
    expect(faultyNames({ POSTERN_ADMIN_USERNAME: "ann" })).toEqual(["POSTERN_ADMIN_USERNAME"]);
    expect(faultyNames({ POSTERN_ADMIN_PASSWORD: "hunter2" })).toEqual(["POSTERN_ADMIN_PASSWORD"]);
    expect(load({ POSTERN_ADMIN_USERNAME: "ann", POSTERN_ADMIN_PASSWORD: "hunter2" }).adminUsername).toBe("ann");
  });

  test("the first administrator's name has no control characters and an end", () => {
    for (const name of ["a\u0000b", "a\nb", "x".repeat(129)]) {
      const variables = { POSTERN_ADMIN_USERNAME: name, POSTERN_ADMIN_PASSWORD: "hunter2" };
      expect(faultyNames(variables)).toEqual(["POSTERN_ADMIN_USERNAME"]);
    }
  });
});

describe("faults", () => {
  test("CR-24: one fault is one line that names the variable and what would be right", () => {
    expect(issuerFault("https://sso.example.net/")).toBe(
      'POSTERN_ISSUER is "https://sso.example.net/", which ends in a slash; write "https://sso.example.net".',
    );
  });

  test("every fault is reported at once, each with a name, a problem and a remedy", () => {
    const error = refusal({
      POSTERN_ISSUER: "nas",
      POSTERN_LISTEN: "8080",
      POSTERN_SECRET: "short",
      POSTERN_TLS_KEY_FILE: "key.pem",
      POSTERN_SESSION_TTL: "0",
      POSTERN_SCOPES: "[]",
      POSTERN_COLOUR: "red",
    });
    expect(error.faults.map(({ name }) => name).sort()).toEqual([
      "POSTERN_COLOUR",
      "POSTERN_ISSUER",
      "POSTERN_LISTEN",
      "POSTERN_SCOPES",
      "POSTERN_SECRET",
      "POSTERN_SESSION_TTL",
      "POSTERN_TLS_KEY_FILE",
    ]);
    expect(error.message.split("\n")).toHaveLength(8);
    expect(error.message).toStartWith("The configuration has 7 faults:\n");
    for (const { problem, remedy } of error.faults) expect([problem, remedy]).not.toContain("");
  });

  test("a value in a message stays on its line, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        for (const name of ["POSTERN_LISTEN", "POSTERN_ISSUER", "POSTERN_TRUSTED_PROXIES", "POSTERN_SCOPES"]) {
          try {
            load({ [name]: text });
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            expect(error.message.split("\n")).toHaveLength(1);
          }
        }
      }),
    );
  });
});
