import { paths } from "../../../http/paths.ts";
import { rawValue } from "./quoting.ts";
import { file, type Recipe } from "./recipe.ts";

/** Source: Grafana, "Configure generic OAuth authentication" (12.x). */
export const grafana: Recipe = {
  id: "grafana",
  software: "Grafana",
  kind: "web",
  exampleApp: "https://grafana.example",
  redirectPaths: ["/login/generic_oauth"],
  scope: ["openid", "profile", "email", "groups"],
  steps: ({ issuer, clientId, clientSecret, app }) => [
    file("/etc/grafana/grafana.ini", [
      "[server]",
      `root_url = ${rawValue(app)}/`,
      "",
      "[auth.generic_oauth]",
      "enabled = true",
      "name = Postern",
      "allow_sign_up = true",
      `client_id = ${rawValue(clientId)}`,
      `client_secret = ${rawValue(clientSecret)}`,
      "scopes = openid profile email groups",
      `auth_url = ${rawValue(issuer + paths.authorize)}`,
      `token_url = ${rawValue(issuer + paths.token)}`,
      `api_url = ${rawValue(issuer + paths.userinfo)}`,
      "use_pkce = true",
      "login_attribute_path = preferred_username",
      "name_attribute_path = name",
      "groups_attribute_path = groups",
      "role_attribute_path = contains(groups[*], 'grafana-admins') && 'Admin' || contains(groups[*], 'grafana-editors') && 'Editor' || 'Viewer'",
    ]),
  ],
};
