import { quotedString, shellWord } from "./quoting.ts";
import { command, file, type Recipe, wrapped } from "./recipe.ts";

/**
 * Without prefixes a person is called `ISSUER#sub` there, and nothing but the administrators of this server keeps a group
 * from being called `system:masters`.
 *
 * @source int128/kubelogin, docs/usage.md and docs/setup.md; Kubernetes, "Authenticating: OpenID Connect Tokens"
 */
export const kubectl: Recipe = {
  id: "kubectl",
  software: "kubectl (kubelogin)",
  kind: "device",
  redirectPaths: [],
  scope: ["openid", "profile", "groups", "offline_access"],
  steps: ({ issuer, clientId }) => [
    file("kube-apiserver", [
      `- ${quotedString(`--oidc-issuer-url=${issuer}`)}`,
      `- ${quotedString(`--oidc-client-id=${clientId}`)}`,
      '- "--oidc-username-claim=sub"',
      '- "--oidc-username-prefix=postern:"',
      '- "--oidc-groups-claim=groups"',
      '- "--oidc-groups-prefix=postern:"',
    ]),
    command("own", [
      "kubectl krew install oidc-login",
      wrapped([
        "kubectl config set-credentials postern",
        "--exec-api-version=client.authentication.k8s.io/v1",
        "--exec-interactive-mode=IfAvailable",
        "--exec-command=kubectl",
        "--exec-arg=oidc-login",
        "--exec-arg=get-token",
        "--exec-arg=--grant-type=device-code",
        `--exec-arg=${shellWord(`--oidc-issuer-url=${issuer}`)}`,
        `--exec-arg=${shellWord(`--oidc-client-id=${clientId}`)}`,
        "--exec-arg=--oidc-extra-scope=profile",
        "--exec-arg=--oidc-extra-scope=groups",
        "--exec-arg=--oidc-extra-scope=offline_access",
      ]),
      "kubectl --user=postern cluster-info",
    ]),
  ],
};
