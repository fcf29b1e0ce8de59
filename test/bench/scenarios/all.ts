import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "./client-credentials.ts";
import { codeExchange } from "./code-exchange.ts";
import { deviceAuthorization, devicePolling } from "./device.ts";
import { introspectionScenarios } from "./introspection.ts";
import { metadata } from "./metadata.ts";
import { mix } from "./mix.ts";
import { refresh } from "./refresh.ts";
import { signIn } from "./sign-in.ts";
import { userinfo } from "./userinfo.ts";

/** In the order of the table. */
export const scenarios: readonly Scenario[] = [
  ...clientCredentialsScenarios,
  ...introspectionScenarios,
  refresh,
  deviceAuthorization,
  devicePolling,
  codeExchange,
  userinfo,
  metadata,
  signIn,
  mix,
];
