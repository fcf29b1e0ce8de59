import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describeEnvironment } from "../../src/config/describe.ts";
import { Hidden } from "../../src/config/hidden.ts";
import { loadConfig } from "../../src/config/load.ts";
import { load, refusal } from "./config-refusal.ts";

const strongSecret = "correct-horse-battery-staple-0123456789";

describe("secrets", () => {
  test("a hidden value prints as [secret] wherever it is printed, and only reveal gives it out", () => {
    const hidden = new Hidden(strongSecret);
    expect(hidden.reveal()).toBe(strongSecret);
    expect([`${hidden}`, JSON.stringify({ hidden }), Bun.inspect({ hidden }), hidden.toString()]).toEqual([
      "[secret]",
      '{"hidden":"[secret]"}',
      expect.stringContaining("[secret]"),
      "[secret]",
    ]);
    expect(Bun.inspect({ hidden })).not.toContain(strongSecret);
    expect(Object.keys(hidden)).toEqual([]);
  });

  test("a secret is read from its variable as it stands", () => {
    const config = load({
      POSTERN_SECRET: ` ${strongSecret} `,
      POSTERN_ADMIN_USERNAME: "ann",
      POSTERN_ADMIN_PASSWORD: " p ",
    });
    expect(config.secret?.reveal()).toBe(` ${strongSecret} `);
    expect(config.adminPassword?.reveal()).toBe(" p ");
    expect(Bun.inspect(config)).not.toContain(strongSecret);
  });

  test("a secret is read from the file that _FILE names, without the newline at its end", () => {
    for (const [stored, value] of [
      [`${strongSecret}\n`, strongSecret],
      [`${strongSecret}\r\n`, strongSecret],
      [strongSecret, strongSecret],
      [`${strongSecret}\n\n`, `${strongSecret}\n`],
    ] as const) {
      expect(load({ POSTERN_SECRET_FILE: "/run/s" }, () => stored).secret?.reveal()).toBe(value);
    }
    const files = { POSTERN_ADMIN_USERNAME: "ann", POSTERN_ADMIN_PASSWORD_FILE: "/run/p" };
    expect(load(files, (path) => `from ${path}`).adminPassword?.reveal()).toBe("from /run/p");
  });

  test("a secret is read from the real file system unless told otherwise", () => {
    const directory = mkdtempSync(join(tmpdir(), "postern-config-"));
    try {
      writeFileSync(join(directory, "secret"), `${strongSecret}\n`);
      expect(loadConfig({ POSTERN_SECRET_FILE: join(directory, "secret") }).secret?.reveal()).toBe(strongSecret);
      expect(() => loadConfig({ POSTERN_SECRET_FILE: join(directory, "none") })).toThrow("cannot be read (ENOENT)");
      expect(() => loadConfig({ POSTERN_SECRET_FILE: directory })).toThrow("cannot be read (EISDIR)");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("a file that cannot be read or is empty is refused by its path", () => {
    expect(refusal({ POSTERN_SECRET_FILE: "/run/s" }).message).toBe(
      'POSTERN_SECRET_FILE names "/run/s", which cannot be read (ENOENT); name a file that Postern can read.',
    );
    expect(refusal({ POSTERN_SECRET_FILE: "/run/s" }, () => "\n").message).toContain('"/run/s", which is empty');
  });

  test("a secret that is set twice is refused", () => {
    const twice = { POSTERN_SECRET: strongSecret, POSTERN_SECRET_FILE: "/run/s" };
    expect(refusal(twice).message).toBe("POSTERN_SECRET and POSTERN_SECRET_FILE are both set; keep one of them.");
  });

  test("an instance secret of fewer than 32 characters is refused", () => {
    expect(load({ POSTERN_SECRET: "x".repeat(32) }).secret?.reveal()).toHaveLength(32);
    expect(refusal({ POSTERN_SECRET: "x".repeat(31) }).message).toContain("fewer than 32 characters");
    expect(refusal({ POSTERN_SECRET_FILE: "/s" }, () => `${"x".repeat(31)}\n`).message).toContain(
      "POSTERN_SECRET has fewer",
    );
  });

  test("no secret is in any message, whatever else is wrong", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{20,31}$/), (value) => {
        const text = [
          refusal({ POSTERN_SECRET: value, POSTERN_ISSUER: "x", POSTERN_ADMIN_PASSWORD: value }).message,
          refusal({ POSTERN_SECRET: value, POSTERN_SECRET_FILE: "/s" }).message,
          refusal({ POSTERN_SECRETS: value }).message,
          JSON.stringify(describeEnvironment({ POSTERN_SECRET: value, POSTERN_ADMIN_PASSWORD: value })),
        ].join("\n");
        expect(text).not.toContain(value);
      }),
    );
  });

  test("other settings do not come from files", () => {
    expect(refusal({ POSTERN_ISSUER_FILE: "/run/issuer" }).message).toBe(
      "POSTERN_ISSUER_FILE is unknown, only secrets come from files; set POSTERN_ISSUER instead.",
    );
  });
});
