import type { ClientKind } from "../../clients/kinds.ts";
import { paths } from "../../http/paths.ts";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { Copyable } from "../desk/copyable.tsx";
import { Panel } from "../desk/panel.tsx";

type EndpointsView = { readonly apps: ApplicationTexts; readonly issuer: string; readonly kind: ClientKind };

const endpointPaths = {
  discovery: paths.openidConfiguration,
  issuer: "",
  authorization: paths.authorize,
  token: paths.token,
  userinfo: paths.userinfo,
  device: paths.deviceAuthorization,
  introspection: paths.introspection,
  revocation: paths.revocation,
  jwks: paths.jwks,
  endSession: paths.endSession,
} as const;

type Endpoint = keyof typeof endpointPaths;

const ofPeople = ["discovery", "issuer", "authorization", "token", "userinfo", "jwks", "endSession"] as const;

/** What each kind of app is set up with. */
const endpointsOfKind: Readonly<Record<ClientKind, readonly Endpoint[]>> = {
  web: ofPeople,
  "single-page": ofPeople,
  native: ofPeople,
  device: ["discovery", "issuer", "device", "token", "userinfo"],
  service: ["discovery", "issuer", "token", "revocation"],
  "resource-server": ["discovery", "issuer", "introspection", "jwks"],
};

/** The two that nearly everything is set up with, and the others for what asks for each by itself. */
export const Endpoints = ({ apps, issuer, kind }: EndpointsView) => {
  const [discovery, own, ...others] = endpointsOfKind[kind].map((endpoint) => (
    <Copyable
      key={endpoint}
      id={`endpoint-${endpoint}`}
      text={issuer + endpointPaths[endpoint]}
      label={apps.client.endpoint[endpoint]}
    />
  ));
  return (
    <Panel id="endpoints" title={apps.client.endpoints} hint={apps.client.endpointsHint}>
      {discovery}
      {own}
      <details class="more">
        <summary>{apps.client.otherEndpoints}</summary>
        <div class="more-fields">{others}</div>
      </details>
    </Panel>
  );
};
