import { oauth2Proxy, proxyAddress, proxySteps, signInProxy } from "./oauth2-proxy.ts";
import { rawValue } from "./quoting.ts";
import { file, type Recipe } from "./recipe.ts";

/**
 * The way back is a path, as for nginx.
 *
 * @source oauth2-proxy, "Configuring for use with the Caddy (v2) forward_auth directive"; Caddy, "forward_auth"
 */
export const caddy: Recipe = {
  ...signInProxy,
  id: "caddy",
  software: `Caddy (${oauth2Proxy.software})`,
  steps: (values) => [
    ...proxySteps(values, "static://202"),
    file("/etc/caddy/Caddyfile", [
      `${rawValue(new URL(values.app).host)} {`,
      "\thandle /oauth2/* {",
      `\t\treverse_proxy ${proxyAddress} {`,
      "\t\t\theader_up X-Real-IP {remote_host}",
      "\t\t\theader_up X-Forwarded-Uri {uri}",
      "\t\t}",
      "\t}",
      "\thandle {",
      `\t\tforward_auth ${proxyAddress} {`,
      "\t\t\turi /oauth2/auth",
      "\t\t\theader_up X-Real-IP {remote_host}",
      "\t\t\tcopy_headers X-Auth-Request-Preferred-Username X-Auth-Request-Groups",
      "\t\t\t@refused status 401",
      "\t\t\thandle_response @refused {",
      "\t\t\t\tredir * /oauth2/sign_in?rd={uri}",
      "\t\t\t}",
      "\t\t}",
      "\t\treverse_proxy 127.0.0.1:8000",
      "\t}",
      "}",
    ]),
  ],
};
