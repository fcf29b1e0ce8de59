import { paths } from "../../../http/paths.ts";
import { deviceCodeGrantType } from "../../../model/client.ts";
import { shellWord } from "./quoting.ts";
import { command, placeholder, type Recipe, wrapped } from "./recipe.ts";

/** A program without a browser, in two requests (RFC 8628 §3.1, §3.4). */
export const cli: Recipe = {
  id: "cli",
  software: "curl",
  kind: "device",
  redirectPaths: [],
  scope: ["openid", "profile", "offline_access"],
  steps: ({ issuer, clientId }) => [
    command("own", [
      wrapped([
        `curl ${shellWord(issuer + paths.deviceAuthorization)}`,
        `-d ${shellWord(`client_id=${encodeURIComponent(clientId)}`)}`,
        "-d 'scope=openid profile offline_access'",
      ]),
    ]),
    command("own", [
      wrapped([
        `curl ${shellWord(issuer + paths.token)}`,
        `-d ${shellWord(`grant_type=${deviceCodeGrantType}`)}`,
        `-d ${shellWord(`client_id=${encodeURIComponent(clientId)}`)}`,
        `-d device_code=${placeholder("DEVICE_CODE")}`,
      ]),
    ]),
  ],
};
