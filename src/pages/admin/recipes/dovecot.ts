import { paths } from "../../../http/paths.ts";
import { rawValue, userinfoPart } from "./quoting.ts";
import { discoveryOf, file, type Recipe, type RecipeValues } from "./recipe.ts";

/**
 * Dovecot sends the token alone (`introspection_mode = post`); who asks stands in the address, as Basic credentials.
 *
 * @source doc.dovecot.org, "OAuth2 Authentication Database" (2.4) and "Open Authentication v2.0 database" (2.3);
 * dovecot/core src/lib-oauth2/oauth2-request.c; "Postfix and Dovecot SASL"
 */
export const dovecot: Recipe = {
  id: "dovecot",
  software: "Dovecot, Postfix",
  kind: "resource-server",
  redirectPaths: [],
  scope: [],
  accepts: ["mail"],
  steps: (values) => [
    file("Dovecot 2.4: /etc/dovecot/conf.d/90-postern.conf", [
      "auth_mechanisms {",
      "  oauthbearer = yes",
      "  xoauth2 = yes",
      "}",
      "",
      "oauth2 {",
      ...introspection(values).map((line) => `  ${line}`),
      "  username_validation_format = %{user | username | lower}",
      `  openid_configuration_url = ${rawValue(discoveryOf(values.issuer))}`,
      "}",
      "",
      ...postfixListener,
    ]),
    file("Dovecot 2.3: /etc/dovecot/conf.d/90-postern.conf", [
      "auth_mechanisms = $auth_mechanisms oauthbearer xoauth2",
      "",
      "passdb {",
      "  driver = oauth2",
      "  mechanisms = oauthbearer xoauth2",
      "  args = /etc/dovecot/dovecot-oauth2.conf.ext",
      "}",
      "",
      ...postfixListener,
    ]),
    file("Dovecot 2.3: /etc/dovecot/dovecot-oauth2.conf.ext", [
      ...introspection(values),
      "username_format = %Ln",
      "tls_ca_cert_file = /etc/ssl/certs/ca-certificates.crt",
    ]),
    file("Postfix: /etc/postfix/main.cf", [
      "smtpd_sasl_type = dovecot",
      "smtpd_sasl_path = private/auth",
      "smtpd_sasl_auth_enable = yes",
      "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    ]),
  ],
};

const introspection = ({ issuer, clientId, clientSecret }: RecipeValues): readonly string[] => {
  const { protocol, host } = new URL(issuer);
  const below = issuer.slice(new URL(issuer).origin.length);
  const credentials = `${userinfoPart(clientId)}:${userinfoPart(clientSecret)}`;
  return [
    "introspection_mode = post",
    `introspection_url = ${protocol}//${credentials}@${rawValue(host + below + paths.introspection)}`,
    "active_attribute = active",
    "active_value = true",
    "username_attribute = username",
  ];
};

/** Postfix asks Dovecot. */
const postfixListener = [
  "service auth {",
  "  unix_listener /var/spool/postfix/private/auth {",
  "    mode = 0660",
  "    user = postfix",
  "    group = postfix",
  "  }",
  "}",
] as const;
