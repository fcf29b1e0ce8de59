import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "./client-credentials.ts";
import { introspectionScenarios } from "./introspection.ts";

/** In the order of the table. */
export const scenarios: readonly Scenario[] = [...clientCredentialsScenarios, ...introspectionScenarios];
