import { shellWord } from "./quoting.ts";
import { command, discoveryOf, type Recipe, wrapped } from "./recipe.ts";

/** Source: nextcloud/user_oidc, README and lib/Command/UpsertProvider.php. */
export const nextcloud: Recipe = {
  id: "nextcloud",
  software: "Nextcloud",
  kind: "web",
  exampleApp: "https://cloud.example",
  // The second is for installations without pretty URLs.
  redirectPaths: ["/apps/user_oidc/code", "/index.php/apps/user_oidc/code"],
  scope: ["openid", "profile", "email", "groups"],
  steps: ({ issuer, clientId, clientSecret }) => [
    command("server", [
      "sudo -u www-data php occ app:install user_oidc",
      wrapped([
        "sudo -u www-data php occ user_oidc:provider postern",
        `--clientid=${shellWord(clientId)}`,
        `--clientsecret=${shellWord(clientSecret)}`,
        `--discoveryuri=${shellWord(discoveryOf(issuer))}`,
        "--scope='openid profile email groups'",
        "--mapping-groups=groups",
        "--group-provisioning=1",
      ]),
      "sudo -u www-data php occ config:system:set user_oidc enrich_login_id_token_with_userinfo --value=true --type=boolean",
    ]),
  ],
};
