import { oauth2Proxy, proxyAddress, proxySteps, signInProxy } from "./oauth2-proxy.ts";
import { rawValue } from "./quoting.ts";
import { file, type Recipe } from "./recipe.ts";

/**
 * The way back is a path: oauth2-proxy sends nobody to a whole address unless its host is among `whitelist_domains`.
 *
 * @source oauth2-proxy, "Configuring for use with the Nginx auth_request directive", pkg/app/redirect/validator.go;
 * ngx_http_auth_request_module
 */
export const nginx: Recipe = {
  ...signInProxy,
  id: "nginx",
  software: `nginx (${oauth2Proxy.software})`,
  steps: (values) => [
    ...proxySteps(values, "static://202"),
    file("/etc/nginx/conf.d/app.conf", [
      "server {",
      "  listen 443 ssl;",
      `  server_name ${rawValue(new URL(values.app).hostname)};`,
      "  # ssl_certificate …; ssl_certificate_key …;",
      "",
      "  location /oauth2/ {",
      `    proxy_pass http://${proxyAddress};`,
      "    proxy_set_header Host $host;",
      "    proxy_set_header X-Real-IP $remote_addr;",
      "    proxy_set_header X-Forwarded-Proto $scheme;",
      "    proxy_set_header X-Auth-Request-Redirect $request_uri;",
      "  }",
      "  location = /oauth2/auth {",
      `    proxy_pass http://${proxyAddress};`,
      "    proxy_set_header Host $host;",
      "    proxy_set_header X-Real-IP $remote_addr;",
      "    proxy_set_header X-Forwarded-Proto $scheme;",
      "    proxy_set_header X-Forwarded-Uri $request_uri;",
      '    proxy_set_header Content-Length "";',
      "    proxy_pass_request_body off;",
      "  }",
      "  location @sign_in {",
      "    return 302 /oauth2/sign_in?rd=$request_uri;",
      "  }",
      "",
      "  location / {",
      "    auth_request /oauth2/auth;",
      "    error_page 401 = @sign_in;",
      "    auth_request_set $user $upstream_http_x_auth_request_preferred_username;",
      "    auth_request_set $groups $upstream_http_x_auth_request_groups;",
      "    proxy_set_header X-User $user;",
      "    proxy_set_header X-Groups $groups;",
      "    proxy_pass http://127.0.0.1:8000;",
      "  }",
      "}",
    ]),
  ],
};
