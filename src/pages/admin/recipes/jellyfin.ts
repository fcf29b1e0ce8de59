import { shellWord } from "./quoting.ts";
import { command, placeholder, type Recipe, wrapped } from "./recipe.ts";

/** Source: 9p4/jellyfin-plugin-sso, README, "OpenID". */
export const jellyfin: Recipe = {
  id: "jellyfin",
  software: "Jellyfin",
  kind: "web",
  exampleApp: "https://jellyfin.example",
  redirectPaths: ["/sso/OID/redirect/postern"],
  scope: ["openid", "profile", "groups"],
  steps: ({ issuer, clientId, clientSecret, app }) => [
    command("own", [
      wrapped([
        `curl -X POST ${shellWord(`${app}/sso/OID/Add/postern`)}`,
        `-H ${shellWord(`Authorization: MediaBrowser Token="${placeholder("JELLYFIN_API_KEY")}"`)}`,
        "-H 'Content-Type: application/json'",
        `-d ${shellWord(JSON.stringify(provider(issuer, clientId, clientSecret)))}`,
      ]),
    ]),
  ],
};

const provider = (issuer: string, clientId: string, clientSecret: string) => ({
  oidEndpoint: issuer,
  oidClientId: clientId,
  oidSecret: clientSecret,
  enabled: true,
  enableAuthorization: true,
  enableAllFolders: true,
  enabledFolders: [],
  adminRoles: ["jellyfin-admins"],
  roles: ["jellyfin-users", "jellyfin-admins"],
  enableFolderRoles: false,
  folderRoleMapping: [],
  roleClaim: "groups",
  oidScopes: ["groups"],
  defaultUsernameClaim: "preferred_username",
});
