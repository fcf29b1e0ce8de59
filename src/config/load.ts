import { readFileSync } from "node:fs";
import type { Duration } from "../time.ts";
import { isLoopbackListen, type Listen, listenText } from "./address.ts";
import type { Environment } from "./defaults.ts";
import { type SettingLine, settingLines } from "./describe.ts";
import { durationText } from "./duration.ts";
import { ConfigError, type Fault, quoted } from "./fault.ts";
import type { Hidden } from "./hidden.ts";
import { isPlainHttpBeyondLoopback } from "./issuer.ts";
import { unknownNames } from "./known-names.ts";
import type { OwnScopes } from "./scopes.ts";
import { type ReadFile, SettingReader } from "./setting-reader.ts";
import { type Setting, settings } from "./settings.ts";
import type { CollectorHeaders } from "./tracing.ts";
import { isReadableOnTheWay, mayGetPasswords, type VerifierAddress } from "./verifier.ts";

/** What the operator has decided, checked. `settings.ts` says what each setting is for. */
export interface Config {
  /** The issuer as clients compare it: never a slash at its end. */
  readonly issuer: string;
  readonly issuerWasSet: boolean;
  /** At least one. */
  readonly listen: readonly Listen[];
  readonly drainTimeout: Duration;
  /** Processes that answer requests; with 1 the server is one process. */
  readonly workers: number;
  /** Absolute, like every path here. */
  readonly dataDir: string;
  readonly databaseJournal: "wal" | "rollback";
  /** In bytes. */
  readonly databaseMaxSize: number | undefined;
  readonly auditRetention: Duration;
  readonly secret: Hidden | undefined;
  readonly secretPrevious: Hidden | undefined;
  /** Absent where keys are only rotated by hand. */
  readonly keyRotation: Duration | undefined;
  readonly adminUsername: string | undefined;
  readonly adminPassword: Hidden | undefined;
  readonly clientsFile: string | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** CIDRs (a single address as /32 or /128) and perhaps `unix`. */
  readonly trustedProxies: readonly string[];
  readonly accessTokenLifetime: Duration;
  /** Idle. */
  readonly refreshTokenLifetime: Duration;
  /** Absolute. */
  readonly refreshTokenMaxLifetime: Duration;
  /** Zero turns the grace off. */
  readonly refreshGrace: Duration;
  readonly authorizationCodeLifetime: Duration;
  readonly idTokenLifetime: Duration;
  readonly deviceCodeLifetime: Duration;
  readonly devicePollInterval: Duration;
  /** Idle. */
  readonly sessionLifetime: Duration;
  /** Absolute. */
  readonly sessionMaxLifetime: Duration;
  readonly registration: "off" | "token" | "open" | "approval";
  readonly allowHttp: boolean;
  /** CIDRs (a single address as /32 or /128) and host names in lower case. */
  readonly outboundAllow: readonly string[];
  /** Those of `POSTERN_SCOPES` alone: `ownScopes` of the context has the declared ones as well. */
  readonly scopes: OwnScopes;
  /** Who must show a second factor, whatever a client asks for. */
  readonly mfa: "optional" | "admins" | "required";
  /** The host's own users. */
  readonly verifier:
    | {
        readonly address: VerifierAddress;
        readonly timeout: Duration;
        /** Zero: it is asked at sign-in alone. */
        readonly recheck: Duration;
      }
    | undefined;
  readonly brand: {
    readonly name: string | undefined;
    readonly logoFile: string | undefined;
    /** `#rrggbb` */
    readonly color: string | undefined;
    readonly links: readonly (readonly [label: string, href: string])[];
  };
  /** OpenTelemetry; undefined without a collector. */
  readonly tracing:
    | {
        /** Where documents of spans are posted to. */
        readonly collector: string;
        readonly headers: CollectorHeaders;
        readonly serviceName: string;
        /** Which part of the traces is kept, from 0 to 1. */
        readonly ratio: number;
      }
    | undefined;
  /** Backups that the server makes by itself. */
  readonly backups: { readonly folder: string; readonly every: Duration; readonly keep: number } | undefined;
  readonly backupPassphrase: Hidden | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "json" | "pretty";
  /** Each setting as it was read, for an administrator to look at. */
  readonly settings: readonly SettingLine[];
  /** Sentences for the operator, to be said at each start. One may have several lines. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks the whole configuration. No secret appears in a fault or in a warning.
 *
 * @throws ConfigError, which lists every fault at once
 */
export function loadConfig(
  environment: Environment,
  readFile: ReadFile = (path) => readFileSync(path, "utf8"),
  { onTerminal = false, embedded = false }: { readonly onTerminal?: boolean; readonly embedded?: boolean } = {},
): Config {
  const reader = new SettingReader({ environment, onTerminal, embedded }, readFile);
  const allowUnknown = reader.value(settings.allowUnknown);
  const config = readSettings(reader);
  const unknown = unknownNames(environment);
  const faults = [...(allowUnknown ? [] : unknown), ...reader.faults, ...conflicts(config, reader)];
  if (faults.length > 0) throw new ConfigError(faults);
  const ignored = unknown.map(({ name, problem, remedy }) => `${name} ${problem} and is ignored; ${remedy}.`);
  return {
    ...config,
    settings: settingLines(environment, { onTerminal, embedded }),
    warnings: [...ignored, ...doubts(config, reader)],
  };
}

type Settled = Omit<Config, "warnings" | "settings">;

function readSettings(reader: SettingReader): Settled {
  const certFile = reader.optional(settings.tlsCertFile);
  const keyFile = reader.optional(settings.tlsKeyFile);
  const collector = reader.optional(settings.otlpEndpoint);
  const headers = reader.optional(settings.otlpHeaders) ?? [];
  const serviceName = reader.value(settings.otelServiceName);
  const ratio = reader.value(settings.otelSamplerArg);
  const folder = reader.optional(settings.backupDir);
  const [every, keep] = [reader.value(settings.backupEvery), reader.value(settings.backupKeep)];
  const verifier = reader.optional(settings.credentialVerifier);
  const verifierTimeout = reader.value(settings.credentialVerifierTimeout);
  const verifierRecheck = reader.value(settings.credentialVerifierRecheck);
  const keyRotation = reader.value(settings.keyRotation);
  return {
    issuer: reader.value(settings.issuer),
    issuerWasSet: reader.isSet(settings.issuer),
    listen: reader.value(settings.listen),
    drainTimeout: reader.value(settings.drainTimeout),
    workers: reader.value(settings.workers),
    dataDir: reader.value(settings.dataDir),
    databaseJournal: reader.value(settings.databaseJournal),
    databaseMaxSize: reader.optional(settings.databaseMaxSize),
    auditRetention: reader.value(settings.auditRetention),
    secret: reader.optional(settings.secret),
    secretPrevious: reader.optional(settings.secretPrevious),
    keyRotation: keyRotation === "off" ? undefined : keyRotation,
    adminUsername: reader.optional(settings.adminUsername),
    adminPassword: reader.optional(settings.adminPassword),
    clientsFile: reader.optional(settings.clientsFile),
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
    trustedProxies: reader.value(settings.trustedProxies),
    accessTokenLifetime: reader.value(settings.accessTokenLifetime),
    refreshTokenLifetime: reader.value(settings.refreshTokenLifetime),
    refreshTokenMaxLifetime: reader.value(settings.refreshTokenMaxLifetime),
    refreshGrace: reader.value(settings.refreshGrace),
    authorizationCodeLifetime: reader.value(settings.authorizationCodeLifetime),
    idTokenLifetime: reader.value(settings.idTokenLifetime),
    deviceCodeLifetime: reader.value(settings.deviceCodeLifetime),
    devicePollInterval: reader.value(settings.devicePollInterval),
    sessionLifetime: reader.value(settings.sessionLifetime),
    sessionMaxLifetime: reader.value(settings.sessionMaxLifetime),
    registration: reader.value(settings.registration),
    allowHttp: reader.value(settings.allowHttp),
    outboundAllow: reader.value(settings.outboundAllow),
    scopes: reader.value(settings.scopes),
    mfa: reader.value(settings.mfa),
    verifier: verifier && { address: verifier, timeout: verifierTimeout, recheck: verifierRecheck },
    brand: {
      name: reader.optional(settings.brandName),
      logoFile: reader.optional(settings.brandLogoFile),
      color: reader.optional(settings.brandColor),
      links: reader.value(settings.brandLinks),
    },
    tracing: collector === undefined ? undefined : { collector, headers, serviceName, ratio },
    backups: folder === undefined ? undefined : { folder, every, keep },
    backupPassphrase: reader.optional(settings.backupPassphrase),
    logLevel: reader.value(settings.logLevel),
    logFormat: reader.value(settings.logFormat),
  };
}

/** What is wrong although each setting by itself is right. */
function conflicts(config: Settled, reader: SettingReader): readonly Fault[] {
  return [
    ...unpaired(reader, settings.tlsCertFile, settings.tlsKeyFile),
    ...unpaired(reader, settings.adminUsername, settings.adminPassword),
    ...forbiddenHttp(config, reader),
    ...endlessGrace(config, reader),
    ...distantVerifier(config, reader),
  ];
}

function unpaired(reader: SettingReader, one: Setting, other: Setting): readonly Fault[] {
  if (reader.isSet(one) === reader.isSet(other)) return [];
  const [present, missing] = reader.isSet(one) ? [one, other] : [other, one];
  return [{ name: present.name, problem: `is set without ${missing.name}`, remedy: "set both or neither" }];
}

// RFC 8414 §2: the issuer is "a URL that uses the "https" scheme"; what is sent to loopback crosses no network.
function forbiddenHttp({ issuer, allowHttp }: Settled, reader: SettingReader): readonly Fault[] {
  if (!isPlainHttpBeyondLoopback(issuer) || allowHttp || !reader.isSound(settings.allowHttp)) return [];
  const problem = `is ${quoted(issuer)}, http on a host that is not loopback`;
  const remedy = "write https, or set POSTERN_ALLOW_HTTP=true in a network that you trust";
  return [{ name: settings.issuer.name, problem, remedy }];
}

function endlessGrace({ refreshGrace, refreshTokenLifetime }: Settled, reader: SettingReader): readonly Fault[] {
  const { refreshGrace: grace, refreshTokenLifetime: lifetime } = settings;
  if (refreshGrace < refreshTokenLifetime || !reader.isSound(grace, lifetime)) return [];
  const limit = `${lifetime.name} (${durationText(refreshTokenLifetime)})`;
  const problem = `is ${durationText(refreshGrace)}, not shorter than ${limit}`;
  return [{ name: grace.name, problem, remedy: "make it shorter, or 0 for no grace" }];
}

function distantVerifier({ verifier, outboundAllow }: Settled, reader: SettingReader): readonly Fault[] {
  if (verifier === undefined || mayGetPasswords(verifier.address, outboundAllow)) return [];
  if (!reader.isSound(settings.outboundAllow)) return [];
  const problem = "names a host that is not this machine, and passwords would be sent there";
  return [{ name: settings.credentialVerifier.name, problem, remedy: "name that host in POSTERN_OUTBOUND_ALLOW too" }];
}

/** What is right, but perhaps not meant. */
function doubts(config: Settled, reader: SettingReader): readonly string[] {
  const { issuer, tls } = config;
  const warnings: string[] = [];
  if (!config.issuerWasSet) warnings.push(...issuerAdvice(config));
  if (isPlainHttpBeyondLoopback(issuer)) {
    warnings.push(`Passwords and tokens cross the network unencrypted: ${issuer} is http (POSTERN_ALLOW_HTTP).`);
  }
  if (tls !== undefined && issuer.startsWith("http:")) {
    warnings.push(`Postern serves TLS, but POSTERN_ISSUER is ${issuer}: clients are sent to http.`);
  }
  if (config.verifier !== undefined && isReadableOnTheWay(config.verifier.address)) {
    warnings.push("POSTERN_CREDENTIAL_VERIFIER is http on another machine: passwords cross the network unencrypted.");
  }
  if (
    config.tracing !== undefined &&
    config.tracing.headers.length > 0 &&
    isPlainHttpBeyondLoopback(config.tracing.collector)
  ) {
    warnings.push("OTEL_EXPORTER_OTLP_HEADERS cross the network unencrypted: the collector's address is http.");
  }
  if (config.trustedProxies.some((cidr) => cidr.endsWith("/0"))) {
    warnings.push("POSTERN_TRUSTED_PROXIES trusts every address: any client can pretend to have any other's.");
  }
  if (config.workers > 1 && config.listen.every(({ kind }) => kind === "unix")) {
    warnings.push("POSTERN_WORKERS counts for addresses with a port alone: a socket is served by one process.");
  }
  const { refreshTokenLifetime, refreshTokenMaxLifetime, sessionLifetime, sessionMaxLifetime } = settings;
  if (reader.isSet(refreshTokenLifetime) && config.refreshTokenLifetime > config.refreshTokenMaxLifetime) {
    warnings.push(`${refreshTokenLifetime.name} is longer than ${refreshTokenMaxLifetime.name}, which ends it first.`);
  }
  if (reader.isSet(sessionLifetime) && config.sessionLifetime > config.sessionMaxLifetime) {
    warnings.push(`${sessionLifetime.name} is longer than ${sessionMaxLifetime.name}, which ends it first.`);
  }
  return warnings;
}

/** For a server that others are meant to reach, or that is not at the address that stands in for the issuer. */
function issuerAdvice({ listen, tls, issuer, trustedProxies }: Settled): readonly string[] {
  const isAtIssuer = listen.some((one) => one.kind === "tcp" && one.port !== 0 && isLoopbackListen(one));
  const elsewhere = listen.find((one) => (one.kind === "tcp" ? !isLoopbackListen(one) || one.port === 0 : !isAtIssuer));
  if (elsewhere === undefined) return [];
  const said = `POSTERN_ISSUER is not set, and Postern listens on ${listenText(elsewhere)}: others cannot use ${issuer}.`;
  const line = "  POSTERN_ISSUER=https://sso.example.net";
  if (tls !== undefined || trustedProxies.length > 0) return [`${said} Set the address that clients use:\n${line}`];
  const advice = [
    `${said} Set the address that clients use, and the address of the proxy that serves https there:`,
    line,
    `  POSTERN_TRUSTED_PROXIES=${elsewhere.kind === "unix" ? "unix" : "192.0.2.10/32"}`,
    "Without a proxy, in a network that you trust, an http address and POSTERN_ALLOW_HTTP=true.",
  ];
  return [advice.join("\n")];
}
