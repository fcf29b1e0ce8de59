import type { ClientKind } from "../../../clients/kinds.ts";

/** What a recipe is filled with. */
export interface RecipeValues {
  readonly issuer: string;
  readonly clientId: string;
  /** As it is to be pasted: the secret, or what stands for one that nobody knows any more. */
  readonly clientSecret: string;
  /** Where the software is found, without a slash at its end; the recipe's example where nobody has said. */
  readonly app: string;
}

/** What stands for a value that Postern does not know. In capitals, and nothing that a format would mind. */
export const placeholder = (name: "CLIENT_SECRET" | "COOKIE_SECRET" | "JELLYFIN_API_KEY" | "DEVICE_CODE"): string =>
  `PUT_${name}_HERE`;

/** Something to paste. */
export interface RecipeStep {
  readonly where:
    | { readonly kind: "file"; readonly name: string }
    /** On the machine of the software, or on the reader's own. */
    | { readonly kind: "command"; readonly on: "server" | "own" };
  readonly text: string;
}

export const recipeIds = [
  "grafana",
  "nextcloud",
  "gitea",
  "proxmox",
  "jellyfin",
  "nginx",
  "caddy",
  "oauth2-proxy",
  "dovecot",
  "kubectl",
  "cli",
] as const;
export type RecipeId = (typeof recipeIds)[number];

/** How one program is set up to work with Postern. What is to be said beside it stands in languages/applications. */
export interface Recipe {
  readonly id: RecipeId;
  /** Its name, the same in every language. */
  readonly software: string;
  readonly kind: ClientKind;
  /** Where it might be found; absent where that does not matter. */
  readonly exampleApp?: string;
  /** What follows its address in its redirect URIs; the first is the one that it uses as it comes. */
  readonly redirectPaths: readonly string[];
  /** What it asks for. */
  readonly scope: readonly string[];
  /** The scopes that concern it, where it checks tokens. */
  readonly accepts?: readonly string[];
  /** Whether it knows no PKCE. */
  readonly isWithoutPkce?: boolean;
  readonly steps: (values: RecipeValues) => readonly RecipeStep[];
}

export const file = (name: string, lines: readonly string[]): RecipeStep => ({
  where: { kind: "file", name },
  text: lines.join("\n"),
});

export const command = (on: "server" | "own", lines: readonly string[]): RecipeStep => ({
  where: { kind: "command", on },
  text: lines.join("\n"),
});

/** One command over several lines. */
export const wrapped = (words: readonly string[]): string => words.join(" \\\n  ");

/** The redirect URIs of the software at this address. */
export const redirectUrisOf = ({ redirectPaths }: Pick<Recipe, "redirectPaths">, app: string): readonly string[] =>
  redirectPaths.map((path) => `${app}${path}`);

export const discoveryOf = (issuer: string): string => `${issuer}/.well-known/openid-configuration`;
