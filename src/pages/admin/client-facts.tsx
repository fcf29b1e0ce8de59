import type { ComponentChildren } from "preact";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import type { ClientMetadata } from "../../model/client.ts";
import { parseScope } from "../../rules/scope.ts";

type Fact = readonly [label: string, value: ComponentChildren];

/** A member and what stands for it in other languages (RFC 7591 §2.2), which other readers see: `Notizen (de)`. */
export const inEveryLanguage = (
  { localized = {}, ...metadata }: ClientMetadata,
  member: "client_name" | "client_uri" | "policy_uri" | "tos_uri" | "logo_uri",
): readonly string[] => [
  ...(metadata[member] === undefined ? [] : [metadata[member]]),
  ...Object.entries(localized).flatMap(([name, value]) =>
    name.startsWith(`${member}#`) ? [`${value} (${name.slice(member.length + 1)})`] : [],
  ),
];

/** What an app is registered for, in words. Only what is said of it stands there. */
export function clientFacts(metadata: ClientMetadata, { fields, client: own }: ApplicationTexts): readonly Fact[] {
  const lines = (label: string, values: readonly string[] | undefined): readonly Fact[] =>
    values === undefined || values.length === 0 ? [] : [[label, <Lines key={label} values={values} />]];
  const set = (label: string, value: boolean | undefined): readonly Fact[] =>
    value === undefined ? [] : [[label, value ? own.yes : own.no]];
  const isForPeople = metadata.grant_types.some((type) => type !== "client_credentials" && type !== "refresh_token");
  return [
    ...lines(fields.client_name, inEveryLanguage(metadata, "client_name")),
    ...lines(fields.client_uri, inEveryLanguage(metadata, "client_uri")),
    ...lines(fields.redirect_uris, metadata.redirect_uris),
    ...lines(fields.post_logout_redirect_uris, metadata.post_logout_redirect_uris),
    ...(metadata.grant_types.length === 0
      ? []
      : [[fields.scope, <Scopes key="scope" scope={metadata.scope} none={own.every} />] as const]),
    ...(metadata.resource_server === true
      ? [[fields.accepts, <Scopes key="accepts" scope={metadata.accepts} none={own.all} />] as const]
      : []),
    ...lines(
      fields.grant_types,
      metadata.grant_types.map((type) => fields.grants[type]),
    ),
    [fields.token_endpoint_auth_method, fields.token_endpoint_auth_methods[metadata.token_endpoint_auth_method]],
    ...(isForPeople ? set(fields.require_pkce, metadata.require_pkce ?? true) : []),
    ...set(fields.require_mfa, metadata.require_mfa),
    ...set(fields.first_party, metadata.first_party),
    ...lines(fields.contacts, metadata.contacts),
  ];
}

const Lines = ({ values }: { readonly values: readonly string[] }) => (
  <ul class="lines">
    {values.map((value) => (
      <li key={value}>
        <bdi>{value}</bdi>
      </li>
    ))}
  </ul>
);

const Scopes = ({ scope, none }: { readonly scope: string | undefined; readonly none: string }) =>
  scope === undefined ? <span>{none}</span> : <code>{parseScope(scope).join(" ")}</code>;
