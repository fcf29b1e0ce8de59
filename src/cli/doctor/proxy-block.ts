import { type Listen, listenText } from "../../config/address.ts";
import type { Config } from "../../config/load.ts";
import { basePathOf, paths } from "../../http/paths.ts";

export const proxyKinds = ["nginx", "caddy"] as const;
export type ProxyKind = (typeof proxyKinds)[number];

export interface Proxied extends Pick<Config, "issuer" | "listen" | "tls" | "trustedProxies"> {
  /** Those of the proxy, which shows them to browsers. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Whether this machine has addresses of IPv6: nginx does not start when it is to listen on one that there is not. */
  readonly hasIpv6: boolean;
}

/** The part of a proxy's configuration that puts it in front of this server. Real proxies are tested with this very text. */
export function proxyBlock(kind: ProxyKind, proxied: Proxied): string {
  const { issuer, trustedProxies } = proxied;
  const backend = backendOf(proxied);
  const trusted = trustedProxies.length > 0 ? trustedProxies.join(",") : trustedBy(backend);
  return [
    "# Postern needs these settings for it:",
    `#   POSTERN_ISSUER=${issuer}`,
    `#   POSTERN_TRUSTED_PROXIES=${trusted}`,
    ...(backend.kind === "unix" ? [`# The proxy's user must be in the group of ${backend.path}.`] : []),
    ...(kind === "nginx" ? nginx(proxied, backend) : caddy(proxied, backend)),
  ].join("\n");
}

function nginx({ issuer, tls, certificate, hasIpv6 }: Proxied, backend: Listen): readonly string[] {
  const { protocol, hostname, port } = new URL(issuer);
  const isTls = protocol === "https:";
  const listens = port || (isTls ? "443" : "80");
  // The word http2 is deprecated since nginx 1.25.1, which warns and takes it; older ones know nothing else.
  const how = isTls ? " ssl http2" : "";
  const certFile = certificate?.certFile ?? `/etc/letsencrypt/live/${hostname}/fullchain.pem`;
  const keyFile = certificate?.keyFile ?? `/etc/letsencrypt/live/${hostname}/privkey.pem`;
  const scheme = tls !== undefined && backend.kind === "tcp" ? "https" : "http";
  const pass = `proxy_pass ${scheme}://${listenText(backend).replace(/\?mode=.*$/, "")};`;
  return [
    "server {",
    `    listen ${listens}${how};`,
    ...(hasIpv6 ? [`    listen [::]:${listens}${how};`] : []),
    `    server_name ${hostname};`,
    ...(isTls ? [`    ssl_certificate ${word(certFile)};`, `    ssl_certificate_key ${word(keyFile)};`] : []),
    "",
    "    # Long requests of apps, and the answers to them. Beyond 16 KiB Postern refuses by itself, as it does bodies.",
    "    large_client_header_buffers 4 16k;",
    "    proxy_buffer_size 32k;",
    "    proxy_buffers 8 32k;",
    "    client_max_body_size 1m;",
    "",
    "    proxy_http_version 1.1;",
    '    proxy_set_header Connection "";',
    "    proxy_set_header Host $http_host;",
    "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "    proxy_set_header X-Forwarded-Proto $scheme;",
    "    # Redirects lead to apps, too, and stay as they are.",
    "    proxy_redirect off;",
    "",
    ...placesOf(issuer).map(({ path, below }) => `    location ${below ? "" : "= "}${path} { ${pass} }`),
    "}",
  ];
}

function caddy({ issuer, tls, certificate }: Proxied, backend: Listen): readonly string[] {
  const { origin } = new URL(issuer);
  const places = placesOf(issuer);
  const matcher = places.length === 1 ? "" : " @postern";
  const isTls = tls !== undefined && backend.kind === "tcp";
  const to = backend.kind === "unix" ? `unix/${backend.path}` : `${isTls ? "https://" : ""}${listenText(backend)}`;
  return [
    "# Caddy itself writes X-Forwarded-For and X-Forwarded-Proto, and passes the host on.",
    `${origin} {`,
    // Without it Caddy gets a certificate by itself.
    ...(certificate === undefined ? [] : [`\ttls ${word(certificate.certFile)} ${word(certificate.keyFile)}`]),
    ...(matcher === ""
      ? []
      : [`\t@postern path ${places.map(({ path, below }) => path + (below ? "*" : "")).join(" ")}`]),
    // Who asks whom is plain, both being on this machine.
    ...(isTls
      ? [`\treverse_proxy${matcher} ${to} {`, "\t\ttransport http {", "\t\t\ttls_insecure_skip_verify", "\t\t}", "\t}"]
      : [`\treverse_proxy${matcher} ${to}`]),
    "}",
  ];
}

/** What belongs to Postern: everything below the issuer's path, and its metadata outside of it (RFC 8414 §3.1). */
function placesOf(issuer: string): readonly { readonly path: string; readonly below: boolean }[] {
  const basePath = basePathOf(issuer);
  if (basePath === "") return [{ path: "/", below: true }];
  const outside = [paths.authorizationServerMetadata, paths.openidConfiguration, paths.protectedResourceMetadata];
  return [
    { path: basePath, below: false },
    { path: `${basePath}/`, below: true },
    ...outside.map((path) => ({ path: path + basePath, below: false })),
  ];
}

/** The listener that a proxy on this machine asks. */
function backendOf({ listen }: Proxied): Listen {
  const [first] = listen;
  const backend = listen.find(({ kind }) => kind === "tcp") ?? first;
  if (backend === undefined) throw new RangeError("there is no listener");
  if (backend.kind === "unix") return backend;
  const host = backend.host === "0.0.0.0" ? "127.0.0.1" : backend.host === "::" ? "::1" : backend.host;
  return { ...backend, host };
}

/** Whose headers must count: what a connection from this machine to the listener comes from. */
function trustedBy(backend: Listen): string {
  if (backend.kind === "unix") return "unix";
  return backend.host === "localhost" ? "127.0.0.1,::1" : backend.host;
}

/** A word of a configuration: in quotes where something in it would mean more. */
const word = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : JSON.stringify(text));
