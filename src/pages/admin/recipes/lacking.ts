import { metadataOfKind, noAnswers } from "../../../clients/kinds.ts";
import { allowedScopes, knownScopes } from "../../../clients/scopes.ts";
import type { OwnScopes } from "../../../context.ts";
import { type Client, isPublicClient } from "../../../model/client.ts";
import { parseScope } from "../../../rules/scope.ts";
import { type Recipe, redirectUrisOf } from "./recipe.ts";

/** What a client would need for the software, and is not registered for. */
export type Lack =
  /** Values to add to a member of its metadata. */
  | {
      readonly kind: "member";
      readonly member: "grant_types" | "redirect_uris" | "scope" | "accepts" | "resource_server";
      readonly values: readonly string[];
    }
  | { readonly kind: "pkce" | "secret" | "public" }
  /** Scopes that this server does not know at all. */
  | { readonly kind: "unknown-scopes"; readonly scopes: readonly string[] };

/** `app`: where the software is found. */
export function lackingFor(own: OwnScopes, recipe: Recipe, client: Client, app: string): readonly Lack[] {
  const { metadata } = client;
  const { grant_types: grants } = metadataOfKind(recipe.kind, noAnswers);
  const member = (name: Extract<Lack, { kind: "member" }>["member"], values: readonly string[]): readonly Lack[] =>
    values.length === 0 ? [] : [{ kind: "member", member: name, values }];
  const [redirectUri] = redirectUrisOf(recipe, app);
  const wantedRedirects = redirectUri === undefined ? [] : [redirectUri];
  const accepted = metadata.accepts === undefined ? [] : parseScope(metadata.accepts);
  const checksTokens = recipe.accepts !== undefined;
  // What it asks for is known to every server; what it checks is the operator's own.
  const unknown = missing(recipe.accepts ?? [], knownScopes(own));
  return [
    ...(unknown.length === 0 ? [] : [{ kind: "unknown-scopes", scopes: unknown } as const]),
    ...methodLack(recipe, client),
    ...member("grant_types", Array.isArray(grants) ? missing(grants.map(String), metadata.grant_types) : []),
    ...member("redirect_uris", missing(wantedRedirects, metadata.redirect_uris ?? [])),
    ...member("scope", missing(recipe.scope, allowedScopes(own, metadata))),
    ...(checksTokens && metadata.resource_server !== true ? member("resource_server", ["true"]) : []),
    // Without any, every token of every app would open the mailbox.
    ...(checksTokens && accepted.length === 0 ? member("accepts", recipe.accepts ?? []) : []),
    ...(recipe.isWithoutPkce === true && metadata.require_pkce !== false ? [{ kind: "pkce" } as const] : []),
  ];
}

function methodLack({ kind }: Recipe, client: Client): readonly Lack[] {
  const isPublic = metadataOfKind(kind, noAnswers).token_endpoint_auth_method === "none";
  if (isPublic === isPublicClient(client)) return [];
  return [{ kind: isPublic ? "public" : "secret" }];
}

const missing = (wanted: readonly string[], present: readonly string[]): readonly string[] =>
  wanted.filter((value) => !present.includes(value));

/**
 * Where the software of a client is found: its redirect URIs tell. Otherwise its home page or the host of the first
 * redirect URI might be it, and where there is neither, the recipe's example stands for it.
 */
export function appOf(
  { redirectPaths, exampleApp }: Recipe,
  { metadata: { redirect_uris: uris = [], client_uri: home } }: Client,
): { readonly app: string; readonly isKnown: boolean } {
  for (const path of redirectPaths) {
    const uri = uris.find((registered) => path !== "" && registered.endsWith(path) && isWebAddress(registered));
    if (uri !== undefined) return { app: uri.slice(0, -path.length), isKnown: true };
  }
  // The software that returns to its own address has no path that would tell.
  const bare = redirectPaths.includes("") ? uris.find((uri) => URL.parse(uri)?.origin === uri) : undefined;
  if (bare !== undefined) return { app: bare, isKnown: true };
  const [guess] = [home, ...uris].flatMap((address) => (isWebAddress(address) ? [new URL(address).origin] : []));
  return { app: guess ?? exampleApp ?? "", isKnown: exampleApp === undefined };
}

const isWebAddress = (address: string | undefined): address is string =>
  address?.startsWith("https://") === true && URL.canParse(address);
