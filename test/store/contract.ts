import { describe, test } from "bun:test";
import type { Store } from "../../src/store/store.ts";
import { assertionContract } from "./contract/assertions.ts";
import { atomicityContract } from "./contract/atomicity.ts";
import { clientSecretContract } from "./contract/client-secrets.ts";
import { clientContract } from "./contract/clients.ts";
import { codeContract } from "./contract/codes.ts";
import { consentContract } from "./contract/consents.ts";
import { declarationContract } from "./contract/declarations.ts";
import { deviceCodeContract } from "./contract/device-codes.ts";
import { factorContract } from "./contract/factors.ts";
import { grantContract } from "./contract/grants.ts";
import type { Holds } from "./contract/holds.ts";
import { hostUserContract } from "./contract/host-users.ts";
import { housekeepingContract } from "./contract/housekeeping.ts";
import { keyContract } from "./contract/keys.ts";
import { linkContract } from "./contract/links.ts";
import { listContract } from "./contract/lists.ts";
import { proofContract } from "./contract/proofs.ts";
import { rotationContract } from "./contract/rotation.ts";
import { sessionContract } from "./contract/sessions.ts";
import { setupContract } from "./contract/setup.ts";
import { statisticsContract, traceContract } from "./contract/statistics.ts";
import { userContract } from "./contract/users.ts";

/** What every adapter of the store port must do. `open` gives an empty store each time. */
export function storeContract(name: string, open: () => Promise<Store> | Store): void {
  const holds: Holds = (title, check) => {
    test(title, async () => {
      const store = await open();
      try {
        await check(store);
      } finally {
        await store.close();
      }
    });
  };
  describe(name, () => {
    for (const [noun, contract] of Object.entries(contracts)) describe(noun, () => contract(holds));
  });
}

const contracts: Readonly<Record<string, (holds: Holds) => void>> = {
  clients: clientContract,
  "client secrets": clientSecretContract,
  users: userContract,
  "host users": hostUserContract,
  setup: setupContract,
  factors: factorContract,
  links: linkContract,
  sessions: sessionContract,
  proofs: proofContract,
  codes: codeContract,
  "device codes": deviceCodeContract,
  grants: grantContract,
  rotation: rotationContract,
  consents: consentContract,
  keys: keyContract,
  declarations: declarationContract,
  assertions: assertionContract,
  lists: listContract,
  traces: traceContract,
  statistics: statisticsContract,
  housekeeping: housekeepingContract,
  atomicity: atomicityContract,
};
