import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { asClientId } from "../../src/brand.ts";
import { metadataOfKind, noAnswers } from "../../src/clients/kinds.ts";
import { readClientMetadata } from "../../src/clients/metadata.ts";
import type { Client } from "../../src/model/client.ts";
import { appOf, lackingFor } from "../../src/pages/admin/recipes/lacking.ts";
import { quotedString, rawValue, shellWord, userinfoPart } from "../../src/pages/admin/recipes/quoting.ts";
import { type Recipe, type RecipeValues, redirectUrisOf } from "../../src/pages/admin/recipes/recipe.ts";
import { recipes } from "../../src/pages/admin/recipes/recipes.ts";
import { instant } from "../../src/time.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "postern-recipes-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a script in an empty directory with nothing but what it defines. */
function sh(script: string): string {
  const { stdout, exitCode, stderr } = Bun.spawnSync(["/bin/sh", "-c", script], { cwd: directory, env: {} });
  if (exitCode !== 0) throw new Error(`the shell failed: ${stderr}`);
  return stdout.toString();
}

/** What a format without quotes or several lines leaves of a text. */
const visible = (text: string) => text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, "");

describe("quoting", () => {
  const anything = fc.string({
    unit: fc.oneof(
      fc.constantFrom(..."'\"\\$`(){};#&|<>*?~!% \n\r\t\0\u202e"),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  });

  test("a shell reads every word as the text that it was", () => {
    const words = fc.sample(anything, { numRuns: 500, seed: 1 });
    // A NUL could not be in an argument anyway.
    const read = sh(`printf '%s\\n' ${words.map(shellWord).join(" ")}`);
    expect(read).toBe(words.map((word) => `${visible(word)}\n`).join(""));
  });

  test("TOML and YAML read every string as the text that it was", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(Bun.TOML.parse(`key = ${quotedString(text)}`)).toEqual({ key: visible(text) });
        expect(Bun.YAML.parse(`- ${quotedString(text)}`)).toEqual([visible(text)]);
      }),
    );
  });

  test("where nothing can be quoted, nothing that would need it is left", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(rawValue(text)).toMatch(/^[A-Za-z0-9._~:/?&=@%+,[\]-]*$/);
        expect(userinfoPart(text)).toMatch(/^[A-Za-z0-9._~%-]*$/);
      }),
    );
  });
});

const kind: RecipeValues = {
  issuer: "https://sso.example/postern",
  clientId: "harmless-id",
  clientSecret: "pst_cs_harmless",
  app: "https://app.example",
};

const evil = `'"; touch pwned #$(touch pwned)\`touch pwned\`\n</script>{$HOME}${"\\"}\r\n[section]\nadmin = true\u202e`;

const hostile: RecipeValues = {
  // An issuer is a checked URL; what a URL can hold is still more than a shell takes as it is.
  issuer: "https://sso.example/it's$(touch%20pwned);`x`&y",
  clientId: `id${evil}`,
  clientSecret: `secret${evil}`,
  app: "https://app.example/'$(touch%20pwned)`;{x}",
};

const commandsOf = ({ steps }: Recipe, values: RecipeValues): readonly string[] =>
  steps(values)
    .filter(({ where }) => where.kind === "command")
    .map(({ text }) => text);

/** Every program that a recipe runs, as a function that only tells its arguments. */
const programs = ["curl", "sudo", "gitea", "pveum", "kubectl"];

/** The arguments of every command in the script, one after the other. */
const argumentsIn = (script: string): readonly string[] =>
  sh(
    // No function can have the name of the second one.
    `${programs.map((name) => `${name}() { printf '%s\\n' "$@"; }`).join("\n")}\nopenssl() { :; }\nalias oauth2-proxy=:\n${script}`,
  ).split("\n");

type SameShape = (text: string, like: string) => void;

/** Read by a real parser where there is one. */
function formatOf(file: string): SameShape {
  if (file.endsWith("oauth2-proxy.cfg")) return sameToml;
  return file === "kube-apiserver" ? sameYaml : sameLines;
}

const sameToml: SameShape = (text, like) => {
  const [read, harmless] = [text, like].map((toml) => Object.entries(Bun.TOML.parse(toml)));
  expect(read?.map(([key]) => key)).toEqual(harmless?.map(([key]) => key) ?? []);
  expect(Object.fromEntries(read ?? [])).toMatchObject({
    oidc_issuer_url: hostile.issuer,
    client_id: visible(hostile.clientId),
    client_secret: visible(hostile.clientSecret),
    redirect_url: `${hostile.app}/oauth2/callback`,
    email_domains: ["*"],
  });
};

const sameYaml: SameShape = (text) => {
  expect(Bun.YAML.parse(text)).toEqual([
    `--oidc-issuer-url=${hostile.issuer}`,
    `--oidc-client-id=${visible(hostile.clientId)}`,
    "--oidc-username-claim=sub",
    "--oidc-username-prefix=postern:",
    "--oidc-groups-claim=groups",
    // A group that is called system:masters here is not that there.
    "--oidc-groups-prefix=postern:",
  ]);
};

/** No quotes here: what stands for a value has no sign of the format in it, and the rest of the line is as always. */
const sameLines: SameShape = (text, like) => {
  const lines = text.split("\n");
  expect(lines).toHaveLength(like.split("\n").length);
  for (const [number, harmless] of like.split("\n").entries()) {
    const line = lines[number] ?? "";
    if (line === harmless) continue;
    const [before = ""] = harmless.split(/harmless-id|pst_cs_harmless|https:\/\/|app\.example|sso\.example/);
    expect(line).toStartWith(before);
    expect(line.slice(before.length).replace(/ \{$|;$/, "")).toMatch(/^[A-Za-z0-9._~:/?&=@%+,[\]-]*$/);
  }
};

test("oauth2-proxy is asked to lead back to a path: a whole address it would take for a stranger's", () => {
  const texts = ["nginx", "caddy"].map((id) =>
    recipes.flatMap((recipe) => (recipe.id === id ? recipe.steps(kind).map(({ text }) => text) : [])).join("\n"),
  );
  expect(texts.map((text) => /rd=[^;\n]*/.exec(text)?.[0])).toEqual(["rd=$request_uri", "rd={uri}"]);
});

describe.each(recipes.map((recipe) => [recipe.id, recipe] as const))("%s", (_, recipe) => {
  test("its commands run nothing but themselves, whatever the values are", () => {
    const harmless = commandsOf(recipe, kind);
    for (const [index, script] of commandsOf(recipe, hostile).entries()) {
      // The same words for other values: nothing became a command or an argument of its own.
      expect(argumentsIn(script)).toHaveLength(argumentsIn(harmless[index] ?? "").length);
      expect(existsSync(join(directory, "pwned"))).toBe(false);
    }
  });

  test("its files say the same for all values but the values themselves", () => {
    for (const [index, step] of recipe.steps(hostile).entries()) {
      const like = recipe.steps(kind)[index]?.text ?? "";
      if (step.where.kind === "file") formatOf(step.where.name)(step.text, like);
    }
  });

  test("with harmless values each of them is there as it is", () => {
    const all = recipe.steps(kind).map(({ text }) => text);
    expect(all.join("\n")).toContain(kind.clientId);
    if (recipe.kind !== "device") expect(all.join("\n")).toContain(kind.clientSecret);
    expect(all.join("\n")).toContain("sso.example/postern");
    expect(all.every((text) => !text.includes("undefined"))).toBe(true);
  });
});

const own = { sentences: new Map([["mail", "Read your mail"]]), optional: new Set<string>() };
const none = { sentences: new Map<string, string>(), optional: new Set<string>() };

/** A client as the guided form makes it for the recipe. */
function clientFor(recipe: Recipe, changes: Parameters<typeof readClientMetadata>[0] = {}): Client {
  const app = recipe.exampleApp ?? "";
  const members = metadataOfKind(recipe.kind, {
    ...noAnswers,
    name: recipe.software,
    redirectUris: redirectUrisOf(recipe, app),
    scope: recipe.scope,
    accepts: recipe.accepts ?? [],
    isWithoutPkce: recipe.isWithoutPkce === true,
  });
  return {
    id: asClientId("some-app"),
    metadata: readClientMetadata(
      { ...members, ...changes },
      { registrant: "administrator", config: { outboundAllow: [] } },
    ),
    origin: "administrator",
    createdAt: instant(0),
    secrets: [],
    approval: "none",
  };
}

describe("what an app lacks", () => {
  test("nothing, where the guided form made it for the software", () => {
    for (const recipe of recipes) {
      const client = clientFor(recipe);
      const { app } = appOf(recipe, client);
      const lacks = lackingFor(own, recipe, client, app).filter(({ kind: lack }) => lack !== "unknown-scopes");
      expect([recipe.id, app, lacks]).toEqual([recipe.id, recipe.exampleApp ?? "", []]);
    }
  });

  test("the exact redirect URI, permissions, grants and PKCE that are missing", () => {
    const gitea = recipes.find(({ id }) => id === "gitea");
    if (gitea === undefined) throw new Error("there is no recipe for Gitea");
    const client = clientFor(gitea, {
      redirect_uris: ["https://git.example/elsewhere"],
      scope: "openid",
      grant_types: ["authorization_code"],
      require_pkce: true,
    });
    const { app, isKnown } = appOf(gitea, client);
    expect([app, isKnown]).toEqual(["https://git.example", false]);
    expect(lackingFor(none, gitea, client, app).filter(({ kind: lack }) => lack !== "unknown-scopes")).toEqual([
      { kind: "member", member: "grant_types", values: ["refresh_token"] },
      { kind: "member", member: "redirect_uris", values: ["https://git.example/user/oauth2/postern/callback"] },
      { kind: "member", member: "scope", values: ["profile", "email", "groups"] },
      { kind: "pkce" },
    ]);
  });

  test("a scope that the server does not know at all, and a method that does not fit", () => {
    const [dovecot, cli, grafana] = ["dovecot", "cli", "grafana"].map((id) =>
      recipes.find((recipe) => recipe.id === id),
    );
    if (dovecot === undefined || cli === undefined || grafana === undefined) throw new Error("a recipe is missing");
    expect(lackingFor(none, dovecot, clientFor(dovecot), "")).toContainEqual({
      kind: "unknown-scopes",
      scopes: ["mail"],
    });
    expect(lackingFor(own, cli, clientFor(grafana), "")).toContainEqual({ kind: "public" });
    expect(lackingFor(own, grafana, clientFor(cli), "https://grafana.example")).toContainEqual({ kind: "secret" });
  });

  test("an address is taken from a web address alone", () => {
    const [proxy] = recipes.filter(({ id }) => id === "nginx");
    if (proxy === undefined) throw new Error("there is no recipe for nginx");
    const native = clientFor(proxy, {
      application_type: "native",
      token_endpoint_auth_method: "none",
      redirect_uris: ["com.example.app:/oauth2/callback"],
    });
    expect(appOf(proxy, native)).toEqual({ app: "https://app.example", isKnown: false });
  });
});
