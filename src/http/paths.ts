/** Where everything stands, below the issuer's path. */
export const paths = {
  authorizationServerMetadata: "/.well-known/oauth-authorization-server",
  openidConfiguration: "/.well-known/openid-configuration",
  protectedResourceMetadata: "/.well-known/oauth-protected-resource",
  authorize: "/auth/authorize",
  authorizeContinue: "/auth/authorize/continue",
  token: "/auth/token",
  deviceAuthorization: "/auth/device",
  introspection: "/auth/introspect",
  revocation: "/auth/revoke",
  registration: "/auth/register",
  userinfo: "/auth/userinfo",
  jwks: "/auth/jwks.json",
  endSession: "/auth/logout",
  home: "/",
  signIn: "/login",
  secondFactor: "/login/second-factor",
  passkeySignIn: "/login/passkey",
  enrolment: "/login/enrolment",
  accountLink: "/login/link",
  consent: "/consent",
  device: "/device",
  deviceDecision: "/device/decision",
  setup: "/setup",
  account: "/account",
  admin: "/admin",
  api: "/api/v1",
  assets: "/assets",
  docs: "/docs",
  openapi: "/docs/json",
  healthz: "/healthz",
  readyz: "/readyz",
  metrics: "/metrics",
  selfTest: "/self-test",
} as const;

/** The path of the issuer: `` or `/sso`. */
export const basePathOf = (issuer: string): string => {
  const { pathname } = new URL(issuer);
  return pathname === "/" ? "" : pathname;
};

/** A path without the issuer's before it. */
export const pathBelow = (basePath: string, path: string): string =>
  path.startsWith(basePath) ? path.slice(basePath.length) : path;

const below = (path: string): string => `${path}/`;

/** Pages for people; everything else answers programs. */
const pagePaths: readonly string[] = [
  paths.authorize,
  paths.endSession,
  paths.signIn,
  paths.consent,
  paths.device,
  paths.setup,
  paths.account,
  paths.admin,
];
const belowPages = pagePaths.map(below);
const belowApi = below(paths.api);

/** Whether a refusal at this path (without the issuer's) is shown to a person. */
export const isPagePath = (path: string): boolean =>
  path === paths.home || pagePaths.includes(path) || belowPages.some((page) => path.startsWith(page));

/** Where a refusal is problem details (RFC 9457). No page of another origin calls it: it has no CORS. */
export const isApiPath = (path: string): boolean => path === paths.api || path.startsWith(belowApi);

/** Pages and endpoints that browsers reach by navigation alone have no CORS (RFC 9700 §2.6). */
export const allowsCrossOrigin = (path: string): boolean =>
  !isPagePath(path) && (path.startsWith("/auth/") || path.startsWith("/.well-known/"));
