import { describe, expect, test } from "bun:test";
import { faultyNames, load, refusal } from "./config-refusal.ts";

describe("names", () => {
  test("an unknown name stops the start and names the nearest known one, not its value", () => {
    for (const [name, nearest] of [
      ["POSTERN_ISUER", "POSTERN_ISSUER"],
      ["POSTERN_DATADIR", "POSTERN_DATA_DIR"],
      ["POSTERN_ACCESS_TOKEN_LIFETIME", "POSTERN_ACCESS_TOKEN_TTL"],
      ["POSTERN_TLS_CERT", "POSTERN_TLS_CERT_FILE"],
      ["POSTERN_ADMIN_PASSWORD_FIEL", "POSTERN_ADMIN_PASSWORD_FILE"],
      ["POSTERN_ALLOW_UNKNOW", "POSTERN_ALLOW_UNKNOWN"],
      ["POSTERN_SCOPE", "POSTERN_SCOPES"],
      ["POSTERN_issuer", "POSTERN_ISSUER"],
    ] as const) {
      const { message } = refusal({ [name]: "some-value" });
      expect(message).toBe(`${name} is not a setting of Postern; the nearest is ${nearest}.`);
    }
  });

  test("what container platforms inject, and names of others, are no concern of ours", () => {
    const injected = {
      POSTERN_PORT: "tcp://10.0.0.1:80",
      POSTERN_PORT_80_TCP_ADDR: "10.0.0.1",
      POSTERN_SERVICE_HOST: "a",
    };
    expect(load({ ...injected, PATH: "/bin", POSTERNX: "1", POSTERN: "1", MY_POSTERN_X: "1" })).toEqual(load());
  });

  test("POSTERN_ALLOW_UNKNOWN=true turns unknown names into warnings", () => {
    const config = load({ POSTERN_ALLOW_UNKNOWN: "true", POSTERN_ISUER: "x" });
    expect(config.warnings).toEqual([
      "POSTERN_ISUER is not a setting of Postern and is ignored; the nearest is POSTERN_ISSUER.",
    ]);
    expect(faultyNames({ POSTERN_ALLOW_UNKNOWN: "perhaps", POSTERN_ISUER: "x" })).toEqual([
      "POSTERN_ISUER",
      "POSTERN_ALLOW_UNKNOWN",
    ]);
  });
});
