import type { CDPSession, Page } from "playwright-core";

/** What a virtual authenticator can do. @source https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/ */
interface Abilities {
  readonly hasUserVerification?: boolean;
  /** Passkeys are synced. */
  readonly isSynced?: boolean;
}

/** An authenticator of Chromium's own, without hardware: it answers by itself. */
export interface VirtualAuthenticator {
  readonly id: string;
  readonly session: CDPSession;
  credentials(): Promise<readonly { readonly credentialId: string; readonly signCount: number }[]>;
  /** Whether somebody touches it. */
  setPresence(isThere: boolean): Promise<void>;
}

export async function addAuthenticator(
  page: Page,
  { hasUserVerification = true, isSynced = false }: Abilities = {},
): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification,
      isUserVerified: hasUserVerification,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isSynced,
      defaultBackupState: isSynced,
    },
  });
  return {
    id: authenticatorId,
    session,
    credentials: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    setPresence: async (enabled) => {
      await session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
  };
}
