import { shellWord } from "./quoting.ts";
import { command, type Recipe, wrapped } from "./recipe.ts";

/** Source: Proxmox VE Administration Guide, "OpenID Connect"; `groups-claim` since 8.4. */
export const proxmox: Recipe = {
  id: "proxmox",
  software: "Proxmox VE",
  kind: "web",
  exampleApp: "https://pve.example:8006",
  // It comes back to its own address, without a path and without a slash.
  redirectPaths: [""],
  scope: ["openid", "profile", "email", "groups"],
  steps: ({ issuer, clientId, clientSecret }) => [
    command("server", [
      wrapped([
        "pveum realm add postern --type openid",
        `--issuer-url ${shellWord(issuer)}`,
        `--client-id ${shellWord(clientId)}`,
        `--client-key ${shellWord(clientSecret)}`,
        "--scopes 'openid profile email groups'",
        "--username-claim username",
        "--autocreate 1",
        "--groups-claim groups",
        "--groups-autocreate 1",
      ]),
    ]),
  ],
};
