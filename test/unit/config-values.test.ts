import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationBetween, durationText } from "../../src/config/duration.ts";
import { days, hours, minutes, seconds } from "../../src/time.ts";
import { faultyNames, load, refusal } from "./config-refusal.ts";

describe("backups", () => {
  test("are made by the server only where there is a folder for them, daily, and seven are kept", () => {
    expect(load({ POSTERN_BACKUP_EVERY: "6h" }).backups).toBeUndefined();
    expect(load({ POSTERN_BACKUP_DIR: "/mnt/nas" }).backups).toEqual({ folder: "/mnt/nas", every: days(1), keep: 7 });
    const chosen = { POSTERN_BACKUP_DIR: "/mnt/nas", POSTERN_BACKUP_EVERY: "6h", POSTERN_BACKUP_KEEP: "28" };
    expect(load(chosen).backups).toEqual({ folder: "/mnt/nas", every: hours(6), keep: 28 });
  });

  test("are never so many, so few or so frequent as nobody means", () => {
    for (const keep of ["0", "-1", "1.5", "seven", "10001", "1e3", "0x7"])
      expect(faultyNames({ POSTERN_BACKUP_KEEP: keep })).toEqual(["POSTERN_BACKUP_KEEP"]);
    expect(faultyNames({ POSTERN_BACKUP_EVERY: "9m" })).toEqual(["POSTERN_BACKUP_EVERY"]);
  });

  test("have a passphrase of at least 12 characters, which no message repeats", () => {
    expect(load({ POSTERN_BACKUP_PASSPHRASE: "zwölf Zeichen" }).backupPassphrase?.reveal()).toBe("zwölf Zeichen");
    const { message } = refusal({ POSTERN_BACKUP_PASSPHRASE: "eleven sign" });
    expect(message).toContain("fewer than 12 characters");
    expect(message).not.toContain("eleven");
  });
});

describe("durations", () => {
  test("are read with each unit and as plain seconds", () => {
    const read = (text: string) => load({ POSTERN_REFRESH_TOKEN_MAX_TTL: text }).refreshTokenMaxLifetime;
    expect([read("90s"), read("10m"), read("1h"), read("30d"), read("1y"), read("3600"), read("007")]).toEqual([
      seconds(90),
      minutes(10),
      hours(1),
      days(30),
      days(365),
      hours(1),
      seconds(7),
    ]);
  });

  test("are refused where they are written otherwise", () => {
    for (const text of [
      "soon",
      "1.5h",
      "-1s",
      "1 h",
      "1H",
      "1h30m",
      "s",
      "1e3",
      "0x10",
      "1w",
      "+1",
      "10ms",
      "Infinity",
    ]) {
      expect(refusal({ POSTERN_ACCESS_TOKEN_TTL: text }).message).toContain("not a duration");
    }
    expect(refusal({ POSTERN_ACCESS_TOKEN_TTL: "9".repeat(400) }).message.length).toBeLessThan(300);
  });

  test("are written back so that they read the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 315_360_000 }), (count) => {
        const read = durationBetween("0", "10y");
        expect(read(durationText(seconds(count)))).toBe(seconds(count));
        expect(read(String(count))).toBe(seconds(count));
      }),
    );
  });

  test.each([
    ["POSTERN_ACCESS_TOKEN_TTL", "1s", "30d"],
    ["POSTERN_REFRESH_TOKEN_TTL", "1s", "10y"],
    ["POSTERN_REFRESH_TOKEN_MAX_TTL", "1s", "10y"],
    ["POSTERN_REFRESH_GRACE", "0", "10m"],
    ["POSTERN_AUTHORIZATION_CODE_TTL", "1s", "10m"],
    ["POSTERN_ID_TOKEN_TTL", "1s", "1d"],
    ["POSTERN_DEVICE_CODE_TTL", "1s", "1d"],
    ["POSTERN_DEVICE_POLL_INTERVAL", "1s", "60s"],
    ["POSTERN_SESSION_TTL", "1s", "1y"],
    ["POSTERN_SESSION_MAX_TTL", "1s", "1y"],
  ])("%s lies between %s and %s", (name, shortest, longest) => {
    expect(() => load({ [name]: shortest })).not.toThrow();
    expect(() => load({ [name]: longest })).not.toThrow();
    const longestSeconds = durationBetween("0", "10y")(longest) / 1000;
    expect(refusal({ [name]: String(longestSeconds + 1) }).message).toContain("too long");
    if (shortest !== "0") expect(refusal({ [name]: "0" }).message).toContain("too short");
  });

  test("6749-4.1.2-code: a code cannot be made to live longer than the 10 minutes that RFC 6749 recommends", () => {
    expect(refusal({ POSTERN_AUTHORIZATION_CODE_TTL: "11m" }).message).toBe(
      'POSTERN_AUTHORIZATION_CODE_TTL is "11m", which is too long; write a duration from 1s to 10m.',
    );
  });

  test("6749-6-rt-retry: a grace of 0 turns it off", () => {
    expect(load({ POSTERN_REFRESH_GRACE: "0" }).refreshGrace).toBe(seconds(0));
  });

  test("6749-6-rt-retry: a grace that outlasts the refresh token is refused", () => {
    const lifetime = { POSTERN_REFRESH_TOKEN_TTL: "60s" };
    expect(load({ ...lifetime, POSTERN_REFRESH_GRACE: "59s" }).refreshGrace).toBe(seconds(59));
    expect(refusal({ ...lifetime, POSTERN_REFRESH_GRACE: "60s" }).message).toBe(
      "POSTERN_REFRESH_GRACE is 1m, not shorter than POSTERN_REFRESH_TOKEN_TTL (1m); make it shorter, or 0 for no grace.",
    );
  });

  test("6749-6-rt-retry: unset, the grace is at most half the lifetime of the refresh token", () => {
    const graceOf = (lifetime: string) => load({ POSTERN_REFRESH_TOKEN_TTL: lifetime }).refreshGrace;
    expect([graceOf("1s"), graceOf("5s"), graceOf("60s"), graceOf("2m")]).toEqual([0, 2, 30, 30].map(seconds));
  });

  test("a grace is not compared with a lifetime that is itself at fault", () => {
    expect(faultyNames({ POSTERN_REFRESH_TOKEN_TTL: "soon", POSTERN_REFRESH_GRACE: "5m" })).toEqual([
      "POSTERN_REFRESH_TOKEN_TTL",
    ]);
  });

  test("an idle lifetime that is set above the absolute one is warned of", () => {
    expect(load({ POSTERN_SESSION_TTL: "60d" }).warnings).toEqual([
      "POSTERN_SESSION_TTL is longer than POSTERN_SESSION_MAX_TTL, which ends it first.",
    ]);
    expect(load({ POSTERN_REFRESH_TOKEN_TTL: "2y" }).warnings).toHaveLength(1);
    expect(load({ POSTERN_REFRESH_TOKEN_MAX_TTL: "7d", POSTERN_SESSION_MAX_TTL: "1h" }).warnings).toEqual([]);
  });
});

describe("words and JSON", () => {
  test("choices are taken exactly", () => {
    const config = load({ POSTERN_REGISTRATION: "open", POSTERN_LOG_LEVEL: "debug", POSTERN_LOG_FORMAT: "pretty" });
    expect(config).toMatchObject({ registration: "open", logLevel: "debug", logFormat: "pretty" });
    expect(refusal({ POSTERN_REGISTRATION: "on" }).message).toBe(
      'POSTERN_REGISTRATION is "on"; write off, token, open or approval.',
    );
    expect(faultyNames({ POSTERN_LOG_LEVEL: "INFO", POSTERN_LOG_FORMAT: "text" })).toHaveLength(2);
  });

  test("a boolean is true or false", () => {
    expect([load({ POSTERN_ALLOW_HTTP: "true" }).allowHttp, load({ POSTERN_ALLOW_HTTP: "1" }).allowHttp]).toEqual([
      true,
      true,
    ]);
    expect([load({ POSTERN_ALLOW_HTTP: "false" }).allowHttp, load({ POSTERN_ALLOW_HTTP: "0" }).allowHttp]).toEqual([
      false,
      false,
    ]);
    expect(refusal({ POSTERN_ALLOW_HTTP: "yes" }).message).toBe('POSTERN_ALLOW_HTTP is "yes"; write true or false.');
  });

  test("a boolean at fault does not bring a second fault about the issuer", () => {
    expect(faultyNames({ POSTERN_ALLOW_HTTP: "yes", POSTERN_ISSUER: "http://nas.lan" })).toEqual([
      "POSTERN_ALLOW_HTTP",
    ]);
  });

  test("6749-3.3-scope-grammar: scopes of the grammar are taken with their sentences", () => {
    const scopes = { "urn:ietf:params:oauth:scope:mail": "Read your mail", "<b>!#[]~": " Odd but allowed " };
    expect([...load({ POSTERN_SCOPES: JSON.stringify(scopes) }).scopes.sentences]).toEqual([
      ["urn:ietf:params:oauth:scope:mail", "Read your mail"],
      ["<b>!#[]~", "Odd but allowed"],
    ]);
    expect([...load({ POSTERN_SCOPES: '{"__proto__":"a","toString":"b"}' }).scopes.sentences.keys()]).toEqual([
      "__proto__",
      "toString",
    ]);
  });

  test("a scope that people may take out is marked so", () => {
    const described = { description: "Send mail", optional: true };
    const { scopes } = load({
      POSTERN_SCOPES: JSON.stringify({ a: described, b: "Read", c: { description: " Sort " } }),
    });
    expect([...scopes.sentences]).toEqual([
      ["a", "Send mail"],
      ["b", "Read"],
      ["c", "Sort"],
    ]);
    expect([...scopes.optional]).toEqual(["a"]);
    for (const [scope, value, words] of [
      ["a", { optional: true }, "has no sentence"],
      ["a", { ...described, optional: "yes" }, "in a way that is not known"],
      ["a", { ...described, hidden: true }, "in a way that is not known"],
      ["a".repeat(101), described, "at most 100 characters"],
    ] as const) {
      expect(refusal({ POSTERN_SCOPES: JSON.stringify({ [scope]: value }) }).message).toContain(words);
    }
  });

  test("6749-3.3-scope-grammar: a scope outside the grammar is refused", () => {
    for (const scope of ["", "a b", 'a"b', "a\\b", "caf\u00e9", "a\tb", "a\u007fb"]) {
      expect(refusal({ POSTERN_SCOPES: JSON.stringify({ [scope]: "x" }) }).message).toContain("RFC 6749 §3.3");
    }
  });

  test("scopes with the prefix postern: are refused", () => {
    expect(refusal({ POSTERN_SCOPES: '{"postern:admin":"Everything"}' }).message).toContain("Postern's own");
  });

  test("a scope without a sentence is refused", () => {
    for (const sentence of ["", "  ", 1, null, ["a"], "a\nb"]) {
      expect(refusal({ POSTERN_SCOPES: JSON.stringify({ mail: sentence }) }).message).toContain("has no sentence");
    }
  });

  test("what is not a JSON object is refused", () => {
    for (const text of ["mail", "[]", "null", '"mail"', "1", "{mail: 1}"]) {
      expect(refusal({ POSTERN_SCOPES: text }).message).toContain("not a JSON object");
    }
  });
});

describe("workers", () => {
  test("are one, so many, or one to each processor", () => {
    expect(load({}).workers).toBe(1);
    expect(load({ POSTERN_WORKERS: "4" }).workers).toBe(4);
    expect(load({ POSTERN_WORKERS: "auto" }).workers).toBe(navigator.hardwareConcurrency);
  });

  test("are never none, nor so many as nobody means; the message names the word auto", () => {
    for (const workers of ["0", "65", "-1", "1.5", "two"])
      expect(faultyNames({ POSTERN_WORKERS: workers })).toEqual(["POSTERN_WORKERS"]);
    expect(refusal({ POSTERN_WORKERS: "two" }).message).toContain("a whole number from 1 to 64, or auto");
  });

  test("of a server that listens on sockets alone are doubted at its start", () => {
    const doubtsAbout = (listen: string) =>
      load({ POSTERN_WORKERS: "2", POSTERN_LISTEN: listen }).warnings.filter((said) =>
        said.includes("POSTERN_WORKERS"),
      );
    expect(doubtsAbout("unix:/run/postern.sock")).toHaveLength(1);
    expect(doubtsAbout("unix:/run/postern.sock,127.0.0.1:8080")).toEqual([]);
  });
});
