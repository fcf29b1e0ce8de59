import { quotedString } from "./quoting.ts";
import { command, file, placeholder, type Recipe, type RecipeStep, type RecipeValues } from "./recipe.ts";

const redirectPath = "/oauth2/callback";
const configurationFile = "/etc/oauth2-proxy.cfg";
export const proxyAddress = "127.0.0.1:4180";

/** What the recipes have in common that put oauth2-proxy beside a web server. */
export const signInProxy = {
  kind: "web",
  exampleApp: "https://app.example",
  redirectPaths: [redirectPath],
  scope: ["openid", "profile", "email", "groups"],
} as const;

/** Source: oauth2-proxy 7.14, "Overview" and "OpenID Connect". */
export const oauth2Proxy: Recipe = {
  ...signInProxy,
  id: "oauth2-proxy",
  software: "oauth2-proxy",
  steps: (values) => proxySteps(values, "http://127.0.0.1:8000/"),
};

/** Its configuration, how to make its cookie secret, and how it is started. `upstream`: what it guards, or an answer for a web server. */
export const proxySteps = (
  { issuer, clientId, clientSecret, app }: RecipeValues,
  upstream: string,
): readonly RecipeStep[] => [
  file(configurationFile, [
    'provider = "oidc"',
    'provider_display_name = "Postern"',
    `oidc_issuer_url = ${quotedString(issuer)}`,
    `client_id = ${quotedString(clientId)}`,
    `client_secret = ${quotedString(clientSecret)}`,
    `redirect_url = ${quotedString(app + redirectPath)}`,
    'scope = "openid profile email groups"',
    'code_challenge_method = "S256"',
    'email_domains = ["*"]',
    '# allowed_groups = ["app-users"]',
    `cookie_secret = ${quotedString(placeholder("COOKIE_SECRET"))}`,
    "cookie_secure = true",
    "reverse_proxy = true",
    "set_xauthrequest = true",
    "skip_provider_button = true",
    `http_address = ${quotedString(proxyAddress)}`,
    `upstreams = [${quotedString(upstream)}]`,
  ]),
  command("server", ["openssl rand -base64 32 | tr -- '+/' '-_'"]),
  command("server", [`oauth2-proxy --config=${configurationFile}`]),
];
