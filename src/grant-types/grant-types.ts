import { authorizationCode } from "./authorization-code.ts";
import { clientCredentials } from "./client-credentials.ts";
import { deviceCode } from "./device-code.ts";
import type { GrantTypeHandler } from "./grant-type.ts";
import { refreshToken } from "./refresh-token.ts";

/** Every grant type of the token endpoint. */
export const grantTypeHandlers: readonly GrantTypeHandler[] = [
  authorizationCode,
  clientCredentials,
  refreshToken,
  deviceCode,
];
