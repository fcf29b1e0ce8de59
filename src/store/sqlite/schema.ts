import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

// Times are milliseconds since 1970 in plain integers; lists of scope tokens are one text with spaces between them;
// other lists and objects are JSON.

export const users = sqliteTable("users", {
  id: text().primaryKey(),
  username: text().notNull().unique(),
  displayName: text("display_name"),
  email: text(),
  emailVerified: integer("email_verified").notNull(),
  role: text().notNull(),
  groups: text().notNull().default(""),
  passwordHash: text("password_hash"),
  claims: text().notNull(),
  origin: text().notNull().default("administrator"),
  // The names of the declared members, with spaces between them.
  declared: text().notNull().default(""),
  declaredPasswordHash: text("declared_password_hash"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  disabledAt: integer("disabled_at"),
  failures: integer().notNull(),
  lockedUntil: integer("locked_until"),
  hostSubject: text("host_subject").unique(),
});

export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    cookie: text().notNull().unique(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
    authTime: integer("auth_time").notNull(),
    amr: text().notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    endedAt: integer("ended_at"),
    userAgent: text("user_agent"),
    address: text(),
  },
  (table) => [index("sessions_of_user").on(table.userId), index("sessions_seen").on(table.lastSeenAt)],
);

export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    publicKey: text("public_key").notNull(),
    signCount: integer("sign_count").notNull(),
    transports: text().notNull(),
    name: text().notNull(),
    // Null for those that were registered before it was kept.
    backupEligible: integer("backup_eligible"),
    backedUp: integer("backed_up").notNull(),
    aaguid: text().notNull(),
    rpId: text("rp_id").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [index("passkeys_of_user").on(table.userId)],
);

/** One row for a person who has either. */
export const secondFactors = sqliteTable("second_factors", {
  userId: text("user_id").primaryKey(),
  totpSeed: text("totp_seed"),
  totpConfirmedAt: integer("totp_confirmed_at"),
  totpLastStep: integer("totp_last_step"),
  recoveryKey: text("recovery_key"),
  recoveryMadeAt: integer("recovery_made_at"),
});

export const recoveryCodes = sqliteTable(
  "recovery_codes",
  { userId: text("user_id").notNull(), hash: text().notNull(), usedAt: integer("used_at") },
  (table) => [primaryKey({ columns: [table.userId, table.hash] })],
);

export const accountLinks = sqliteTable(
  "account_links",
  {
    hash: text().primaryKey(),
    kind: text().notNull(),
    userId: text("user_id"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    // As in events.
    madeBy: text("made_by"),
  },
  (table) => [index("account_links_to_sweep").on(table.expiresAt)],
);

export const clients = sqliteTable("clients", {
  id: text().primaryKey(),
  metadata: text().notNull(),
  origin: text().notNull(),
  createdAt: integer("created_at").notNull(),
  disabledAt: integer("disabled_at"),
  // JSON: a list of at most two, the newest first.
  secrets: text().notNull().default("[]"),
  approval: text().notNull().default("none"),
  registrationTokenHash: text("registration_token_hash"),
  standingGrantId: text("standing_grant_id"),
  lastUsedAt: integer("last_used_at"),
});

export const grants = sqliteTable(
  "grants",
  {
    id: text().primaryKey(),
    clientId: text("client_id").notNull(),
    userId: text("user_id"),
    sessionId: text("session_id"),
    sid: text(),
    scope: text().notNull(),
    createdAt: integer("created_at").notNull(),
    authTime: integer("auth_time"),
    amr: text().notNull(),
    claims: text(),
    epoch: integer().notNull(),
    refreshGeneration: integer("refresh_generation").notNull(),
    refreshRotatedAt: integer("refresh_rotated_at"),
    refreshExpiresAt: integer("refresh_expires_at"),
    refreshMaxExpiresAt: integer("refresh_max_expires_at"),
    lastUsedAt: integer("last_used_at"),
    endedAt: integer("ended_at"),
    endedBecause: text("ended_because"),
    revokedTokens: integer("revoked_tokens").notNull(),
    name: text(),
    address: text(),
    userAgent: text("user_agent"),
    // No token of the grant can be alive after this; null for a client's standing grant.
    keepUntil: integer("keep_until"),
  },
  (table) => [
    index("grants_of_user").on(table.userId),
    index("grants_of_client").on(table.clientId),
    index("grants_to_sweep").on(table.keepUntil),
  ],
);

export const revokedTokens = sqliteTable(
  "revoked_tokens",
  {
    grantId: text("grant_id").notNull(),
    tokenId: text("token_id").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.grantId, table.tokenId] }),
    index("revoked_tokens_to_sweep").on(table.expiresAt),
  ],
);

export const authorizationCodes = sqliteTable(
  "authorization_codes",
  {
    hash: text().primaryKey(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    sessionId: text("session_id").notNull(),
    redirectUri: text("redirect_uri").notNull(),
    redirectUriSent: integer("redirect_uri_sent").notNull(),
    codeChallenge: text("code_challenge"),
    scope: text().notNull(),
    nonce: text(),
    claims: text(),
    authTime: integer("auth_time").notNull(),
    amr: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    failures: integer().notNull(),
    redeemedAt: integer("redeemed_at"),
    grantId: text("grant_id"),
  },
  (table) => [index("authorization_codes_to_sweep").on(table.expiresAt)],
);

export const spentHandles = sqliteTable(
  "spent_handles",
  { id: text().primaryKey(), expiresAt: integer("expires_at").notNull() },
  (table) => [index("spent_handles_to_sweep").on(table.expiresAt)],
);

export const deviceCodes = sqliteTable(
  "device_codes",
  {
    hash: text().primaryKey(),
    userCodeHash: text("user_code_hash").notNull().unique(),
    clientId: text("client_id").notNull(),
    scope: text().notNull(),
    state: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    interval: integer().notNull(),
    address: text(),
    userAgent: text("user_agent"),
    lastPollAt: integer("last_poll_at"),
    decidedAt: integer("decided_at"),
    userId: text("user_id"),
    sessionId: text("session_id"),
    authTime: integer("auth_time"),
    amr: text().notNull(),
    grantId: text("grant_id"),
  },
  (table) => [
    index("device_codes_of_client").on(table.clientId, table.expiresAt),
    index("device_codes_to_sweep").on(table.expiresAt),
  ],
);

export const consents = sqliteTable(
  "consents",
  {
    userId: text("user_id").notNull(),
    clientId: text("client_id").notNull(),
    scope: text().notNull(),
    declined: text().notNull().default(""),
    grantedAt: integer("granted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.clientId] })],
);

export const keys = sqliteTable("keys", {
  number: integer().primaryKey({ autoIncrement: true }),
  purpose: text().notNull(),
  algorithm: text().notNull(),
  sealed: text().notNull(),
  publicJwk: text("public_jwk"),
  createdAt: integer("created_at").notNull(),
  activeFrom: integer("active_from").notNull(),
  removeAfter: integer("remove_after"),
});

export const registrationTokens = sqliteTable("registration_tokens", {
  hash: text().primaryKey(),
  usesLeft: integer("uses_left").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** Those that `postern apply` declared. */
export const scopes = sqliteTable("scopes", {
  name: text().primaryKey(),
  sentence: text().notNull(),
  optional: integer().notNull(),
  withdrawnAt: integer("withdrawn_at"),
});

export const usedAssertions = sqliteTable(
  "used_assertions",
  {
    clientId: text("client_id").notNull(),
    jti: text().notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.clientId, table.jti] }),
    index("used_assertions_to_sweep").on(table.expiresAt),
  ],
);

export const events = sqliteTable(
  "events",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    name: text().notNull(),
    actor: text().notNull(),
    userId: text("user_id"),
    clientId: text("client_id"),
    grantId: text("grant_id"),
    address: text(),
    detail: text(),
  },
  (table) => [index("events_at").on(table.at), index("events_of_user").on(table.userId)],
);

export const traces = sqliteTable("traces", {
  id: integer().primaryKey({ autoIncrement: true }),
  requestId: text("request_id").notNull().unique(),
  at: integer().notNull(),
  // JSON.
  trace: text().notNull(),
});

export const activity = sqliteTable(
  "activity",
  { hour: integer().notNull(), name: text().notNull(), count: integer().notNull() },
  (table) => [primaryKey({ columns: [table.hour, table.name] })],
);

/** One row, number 1. */
export const instance = sqliteTable("instance", {
  id: integer().primaryKey(),
  // Raised by every change of a key or a scope: what cannot be read per request carries this number.
  revision: integer().notNull(),
  // Stamped in every commit, so that the next start knows how long the server was down.
  lastCommit: integer("last_commit").notNull(),
  setupLinkHash: text("setup_link_hash"),
  setupLinkExpiresAt: integer("setup_link_expires_at"),
  // Where `postern apply` read the declaration that stands.
  declaredIn: text("declared_in"),
});
