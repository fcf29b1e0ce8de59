import type { Duration } from "../time.ts";
import { parseListenList, parseOutboundAllow, parseTrustedProxies } from "./address.ts";
import { parseBrandColor, parseBrandLinks, parseBrandName } from "./brand.ts";
import { graceWithinLifetime, localIssuer, ownListen, type Surroundings, stateDirectory } from "./defaults.ts";
import { durationBetween } from "./duration.ts";
import { Hidden } from "./hidden.ts";
import { parseIssuer } from "./issuer.ts";
import {
  oneOf,
  parseBoolean,
  parseInstanceSecret,
  parsePassphrase,
  parsePath,
  parseUsername,
  parseWorkers,
  wholeNumberBetween,
} from "./plain-values.ts";
import { parseScopes } from "./scopes.ts";
import { sizeFrom } from "./size.ts";
import { parseCollector, parseCollectorHeaders, parseRatio, parseServiceName } from "./tracing.ts";
import { parseVerifier } from "./verifier.ts";

export interface Setting<Value = unknown> {
  /** Postern's own, or one that OpenTelemetry has set for all software. */
  readonly name: `POSTERN_${string}` | `OTEL_${string}`;
  /** The text that stands for an unset variable, in the variable's own syntax. */
  readonly default: string | undefined;
  /** The default here and now, where it depends on something. */
  readonly defaultFor?: (surroundings: Surroundings) => string;
  /** How the configuration page tells the default, where its text does not. */
  readonly defaultInWords?: string;
  readonly kind: "URL" | "path" | "text" | "size" | "duration" | "number" | "boolean" | "choice" | "list" | "JSON";
  /** Whether the value is never shown and may also come from the file that `…_FILE` names. */
  readonly secret?: true;
  /** @throws SettingFault */
  readonly parse: (text: string) => Value;
  /** One sentence. */
  readonly description: string;
}

export interface SettingWithDefault<Value> extends Setting<Value> {
  readonly default: string;
}

/** Every variable that Postern reads, in the order of the configuration page. */
export const settings = {
  issuer: {
    name: "POSTERN_ISSUER",
    default: "http://localhost:8080",
    defaultFor: localIssuer,
    defaultInWords: "`http://localhost:8080` (the first port of `POSTERN_LISTEN`)",
    kind: "URL",
    parse: parseIssuer,
    description: "The public base URL, without a slash at its end; https is demanded unless its host is loopback.",
  },
  listen: {
    name: "POSTERN_LISTEN",
    default: "127.0.0.1:8080",
    defaultFor: ownListen,
    defaultInWords: "`127.0.0.1:8080`; with `serve --embed` the socket `postern.sock` in the data directory",
    kind: "list",
    parse: parseListenList,
    description:
      "Where to listen, one or more of: `host:port`, `[::]:port` for every address, `unix:/path/to.sock` (for owner and group, else `unix:/path/to.sock?mode=0600`).",
  },
  dataDir: {
    name: "POSTERN_DATA_DIR",
    default: "./data",
    defaultFor: stateDirectory,
    defaultInWords: "`$STATE_DIRECTORY`, else `./data`",
    kind: "path",
    parse: parsePath,
    description: "The directory of the database, the keys and the secret, made with mode 0700.",
  },
  databaseJournal: {
    name: "POSTERN_DB_JOURNAL",
    default: "wal",
    kind: "choice",
    parse: oneOf("wal", "rollback"),
    description:
      "How the database keeps what is being written: `wal`, which needs a local disk, or `rollback`: slower, for a file system without shared memory that no other machine uses.",
  },
  databaseMaxSize: {
    name: "POSTERN_DB_MAX_SIZE",
    default: undefined,
    defaultInWords: "as the disk has room",
    kind: "size",
    parse: sizeFrom("16m"),
    description:
      "How large the database file may become, such as `512m` or `2g`; within it a reserve is kept for sign-ins, sign-outs and revocations.",
  },
  auditRetention: {
    name: "POSTERN_AUDIT_RETENTION",
    default: "90d",
    kind: "duration",
    parse: durationBetween("1d", "10y"),
    description: "How long an event stays in the audit log, which holds 100,000 events at most.",
  },
  secret: {
    name: "POSTERN_SECRET",
    default: undefined,
    defaultInWords: "generated into the data directory",
    kind: "text",
    secret: true,
    parse: parseInstanceSecret,
    description: "Encrypts the signing, sealing and derivation keys at rest; at least 32 characters.",
  },
  secretPrevious: {
    name: "POSTERN_SECRET_PREVIOUS",
    default: undefined,
    kind: "text",
    secret: true,
    parse: parseInstanceSecret,
    description: "The secret before `POSTERN_SECRET` was changed: at the start all that it opens is sealed anew.",
  },
  keyRotation: {
    name: "POSTERN_KEY_ROTATION",
    default: "90d",
    kind: "duration",
    parse: (text: string): Duration | "off" => (text === "off" ? "off" : durationBetween("1d", "10y")(text)),
    description: "How long a key is used before the next takes over; `off` for only when you ask for it.",
  },
  adminUsername: {
    name: "POSTERN_ADMIN_USERNAME",
    default: undefined,
    kind: "text",
    parse: parseUsername,
    description:
      "With `POSTERN_ADMIN_PASSWORD`, makes the first administrator without the setup page; ignored once there is one.",
  },
  adminPassword: {
    name: "POSTERN_ADMIN_PASSWORD",
    default: undefined,
    kind: "text",
    secret: true,
    parse: (text) => new Hidden(text),
    description: "The password of that administrator.",
  },
  clientsFile: {
    name: "POSTERN_CLIENTS_FILE",
    default: undefined,
    kind: "path",
    parse: parsePath,
    description:
      "JSON list of clients (RFC 7591 names), read at start and on SIGHUP, changed only there; removed ones are disabled.",
  },
  tlsCertFile: {
    name: "POSTERN_TLS_CERT_FILE",
    default: undefined,
    kind: "path",
    parse: parsePath,
    description:
      "The certificate chain (PEM) with which Postern serves TLS itself; read again on SIGHUP and when it changes.",
  },
  tlsKeyFile: {
    name: "POSTERN_TLS_KEY_FILE",
    default: undefined,
    kind: "path",
    parse: parsePath,
    description: "The private key (PEM) of the certificate; read again with it.",
  },
  drainTimeout: {
    name: "POSTERN_DRAIN_TIMEOUT",
    default: "10s",
    kind: "duration",
    parse: durationBetween("0s", "10m"),
    description: "How long requests that are under way may take when the server ends; what is left then is cut off.",
  },
  workers: {
    name: "POSTERN_WORKERS",
    default: "1",
    kind: "number",
    parse: parseWorkers,
    description:
      "How many processes issue and check tokens, 1 to 64, or `auto` for one to each processor; more than one costs memory and is for hosts whose processor is the limit.",
  },
  trustedProxies: {
    name: "POSTERN_TRUSTED_PROXIES",
    default: "",
    kind: "list",
    parse: parseTrustedProxies,
    description: "CIDRs, and `unix` for peers on a socket, whose `Forwarded` and `X-Forwarded-*` headers count.",
  },
  accessTokenLifetime: {
    name: "POSTERN_ACCESS_TOKEN_TTL",
    default: "1h",
    kind: "duration",
    parse: durationBetween("1s", "30d"),
    description: "How long an access token is valid.",
  },
  refreshTokenLifetime: {
    name: "POSTERN_REFRESH_TOKEN_TTL",
    default: "30d",
    kind: "duration",
    parse: durationBetween("1s", "10y"),
    description: "How long a refresh token may go unused.",
  },
  refreshTokenMaxLifetime: {
    name: "POSTERN_REFRESH_TOKEN_MAX_TTL",
    default: "1y",
    kind: "duration",
    parse: durationBetween("1s", "10y"),
    description: "How long refresh tokens of one grant are valid, however often they are used.",
  },
  refreshGrace: {
    name: "POSTERN_REFRESH_GRACE",
    default: "30s",
    defaultFor: graceWithinLifetime,
    defaultInWords: "`30s`, at most half of `POSTERN_REFRESH_TOKEN_TTL`",
    kind: "duration",
    parse: durationBetween("0s", "10m"),
    description:
      "How long after a rotation the preceding refresh token may be sent again by who lost the answer; `0` for never.",
  },
  authorizationCodeLifetime: {
    name: "POSTERN_AUTHORIZATION_CODE_TTL",
    default: "60s",
    kind: "duration",
    // RFC 6749 §4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED."
    parse: durationBetween("1s", "10m"),
    description: "How long an authorization code is valid.",
  },
  idTokenLifetime: {
    name: "POSTERN_ID_TOKEN_TTL",
    default: "15m",
    kind: "duration",
    parse: durationBetween("1s", "1d"),
    description: "How long an ID token is valid.",
  },
  deviceCodeLifetime: {
    name: "POSTERN_DEVICE_CODE_TTL",
    default: "30m",
    kind: "duration",
    parse: durationBetween("1s", "1d"),
    description: "How long a device code and its user code are valid.",
  },
  devicePollInterval: {
    name: "POSTERN_DEVICE_POLL_INTERVAL",
    default: "5s",
    kind: "duration",
    parse: durationBetween("1s", "60s"),
    description: "How long a device waits between two polls.",
  },
  sessionLifetime: {
    name: "POSTERN_SESSION_TTL",
    default: "12h",
    kind: "duration",
    parse: durationBetween("1s", "1y"),
    description: "How long a browser session may go unused.",
  },
  sessionMaxLifetime: {
    name: "POSTERN_SESSION_MAX_TTL",
    default: "30d",
    kind: "duration",
    parse: durationBetween("1s", "1y"),
    description: "How long a browser session is valid, however often it is used.",
  },
  registration: {
    name: "POSTERN_REGISTRATION",
    default: "token",
    kind: "choice",
    parse: oneOf("off", "token", "open", "approval"),
    description:
      "Dynamic registration: `off`, `token` (from `postern client registration-token`), `open` (anyone, within limits) or `approval` (anyone, within limits; an administrator lets each client in).",
  },
  allowHttp: {
    name: "POSTERN_ALLOW_HTTP",
    default: "false",
    kind: "boolean",
    parse: parseBoolean,
    description: "Allows an http issuer on a host that is not loopback, with a warning at each start.",
  },
  outboundAllow: {
    name: "POSTERN_OUTBOUND_ALLOW",
    default: "",
    kind: "list",
    parse: parseOutboundAllow,
    description: "Private hosts or CIDRs that Postern may fetch `jwks_uri` and the like from, or notify of a logout.",
  },
  scopes: {
    name: "POSTERN_SCOPES",
    default: "{}",
    defaultInWords: "the built-in scopes",
    kind: "JSON",
    parse: parseScopes,
    description:
      'Extra scopes with the sentences that the consent page shows, such as `{"mail.read":"Read your mail"}`; one that people may take out is written `{"mail.send":{"description":"Send mail in your name","optional":true}}`.',
  },
  mfa: {
    name: "POSTERN_MFA",
    default: "optional",
    kind: "choice",
    parse: oneOf("optional", "admins", "required"),
    description:
      "Who must have a second factor: nobody (`optional`), administrators (`admins`) or everybody (`required`).",
  },
  credentialVerifier: {
    name: "POSTERN_CREDENTIAL_VERIFIER",
    default: undefined,
    kind: "URL",
    parse: parseVerifier,
    description:
      "Who checks the names and passwords of the host's own users: `unix:/path/to.sock`, `exec:/path/to/program` or `http://127.0.0.1:port/path`; see docs/embedding.md.",
  },
  credentialVerifierTimeout: {
    name: "POSTERN_CREDENTIAL_VERIFIER_TIMEOUT",
    default: "5s",
    kind: "duration",
    parse: durationBetween("1s", "8s"),
    description: "How long the verifier may take for an answer.",
  },
  credentialVerifierRecheck: {
    name: "POSTERN_CREDENTIAL_VERIFIER_RECHECK",
    default: "0",
    kind: "duration",
    parse: durationBetween("0s", "1d"),
    description:
      "How old the host's word on a person may be when a token is refreshed, before it is asked again; 0 asks at sign-in alone.",
  },
  brandName: {
    name: "POSTERN_BRAND_NAME",
    default: undefined,
    defaultInWords: "`Postern`",
    kind: "text",
    parse: parseBrandName,
    description: "What the pages call themselves.",
  },
  brandLogoFile: {
    name: "POSTERN_BRAND_LOGO_FILE",
    default: undefined,
    kind: "path",
    parse: parsePath,
    description: "A picture (SVG, PNG, JPEG or WebP, at most 256 KiB) in the place of Postern's mark.",
  },
  brandColor: {
    name: "POSTERN_BRAND_COLOR",
    default: undefined,
    kind: "text",
    parse: parseBrandColor,
    description: "The accent colour as `#rrggbb`; its contrast is kept on light and on dark.",
  },
  brandLinks: {
    name: "POSTERN_BRAND_LINKS",
    default: "{}",
    defaultInWords: "none",
    kind: "JSON",
    parse: parseBrandLinks,
    description: 'At most three links of the footer, such as `{"Privacy":"https://nas.example/privacy"}`.',
  },
  backupDir: {
    name: "POSTERN_BACKUP_DIR",
    default: undefined,
    kind: "path",
    parse: parsePath,
    description: "Where the server puts backups by itself; without it, it makes none.",
  },
  backupEvery: {
    name: "POSTERN_BACKUP_EVERY",
    default: "1d",
    kind: "duration",
    parse: durationBetween("10m", "1y"),
    description: "How long after one backup the server makes the next.",
  },
  backupKeep: {
    name: "POSTERN_BACKUP_KEEP",
    default: "7",
    kind: "number",
    parse: wholeNumberBetween(1, 10_000),
    description:
      "How many of its backups the server keeps; it deletes older ones, and never a file that it did not make.",
  },
  backupPassphrase: {
    name: "POSTERN_BACKUP_PASSPHRASE",
    default: undefined,
    defaultInWords: "none: backups are not encrypted",
    kind: "text",
    secret: true,
    parse: parsePassphrase,
    description: "Encrypts backups, the server's and those of `postern backup`; at least 12 characters.",
  },
  logLevel: {
    name: "POSTERN_LOG_LEVEL",
    default: "info",
    kind: "choice",
    parse: oneOf("debug", "info", "warn", "error"),
    description: "The least important log lines to write: `debug`, `info`, `warn` or `error`.",
  },
  logFormat: {
    name: "POSTERN_LOG_FORMAT",
    default: "json",
    defaultFor: ({ onTerminal }) => (onTerminal ? "pretty" : "json"),
    defaultInWords: "`json`, on a terminal `pretty`",
    kind: "choice",
    parse: oneOf("json", "pretty"),
    description: "How log lines are written: `json` or `pretty`.",
  },
  otlpEndpoint: {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: undefined,
    kind: "URL",
    parse: parseCollector,
    description:
      "The OpenTelemetry collector that gets traces, by OTLP over HTTP, such as `http://127.0.0.1:4318`; without it there are none.",
  },
  otlpHeaders: {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    default: undefined,
    kind: "list",
    secret: true,
    parse: parseCollectorHeaders,
    description:
      "Headers that the collector wants, `name=value` with percent-encoded values, such as `authorization=Bearer%20TOKEN`.",
  },
  otelServiceName: {
    name: "OTEL_SERVICE_NAME",
    default: "postern",
    kind: "text",
    parse: parseServiceName,
    description: "What the traces call this server.",
  },
  otelSamplerArg: {
    name: "OTEL_TRACES_SAMPLER_ARG",
    default: "1",
    kind: "text",
    parse: parseRatio,
    description:
      "Which part of the requests is traced, from 0 to 1; what a trusted proxy has decided counts before it.",
  },
  allowUnknown: {
    name: "POSTERN_ALLOW_UNKNOWN",
    default: "false",
    kind: "boolean",
    parse: parseBoolean,
    description: "Turns the refusal of unknown `POSTERN_` names into a warning.",
  },
} satisfies Record<string, Setting>;
