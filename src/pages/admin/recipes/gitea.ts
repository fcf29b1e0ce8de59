import { shellWord } from "./quoting.ts";
import { command, discoveryOf, type Recipe, wrapped } from "./recipe.ts";

/** Source: go-gitea/gitea, cmd/admin_auth_oauth.go; its client library sends no PKCE (1.27). */
export const gitea: Recipe = {
  id: "gitea",
  software: "Gitea",
  kind: "web",
  exampleApp: "https://git.example",
  redirectPaths: ["/user/oauth2/postern/callback"],
  scope: ["openid", "profile", "email", "groups"],
  isWithoutPkce: true,
  steps: ({ issuer, clientId, clientSecret }) => [
    command("server", [
      wrapped([
        "gitea admin auth add-oauth",
        "--name=postern",
        "--provider=openidConnect",
        `--key=${shellWord(clientId)}`,
        `--secret=${shellWord(clientSecret)}`,
        `--auto-discover-url=${shellWord(discoveryOf(issuer))}`,
        "--scopes=openid --scopes=profile --scopes=email --scopes=groups",
        "--group-claim-name=groups",
        "--admin-group=gitea-admins",
      ]),
    ]),
  ],
};
