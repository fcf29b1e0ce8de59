import { paths } from "../../http/paths.ts";
import type { AccountTexts } from "../../languages/account/en.ts";
import type { Navigation } from "../navigation.ts";

/** The parts of the account, in the order of the navigation. */
export const accountPaths = {
  overview: paths.account,
  profile: `${paths.account}/profile`,
  password: `${paths.account}/password`,
  passkeys: `${paths.account}/passkeys`,
  authenticator: `${paths.account}/authenticator`,
  recoveryCodes: `${paths.account}/recovery-codes`,
  sessions: `${paths.account}/sessions`,
  apps: `${paths.account}/apps`,
  activity: `${paths.account}/activity`,
} as const;

export type AccountPart = keyof typeof accountPaths;

const parts = Object.keys(accountPaths).filter((name): name is AccountPart => name in accountPaths);

/** Administrators also find the way to the administration. */
export function accountNavigation(
  { navigation: words }: AccountTexts,
  basePath: string,
  current: AccountPart,
  isAdministrator: boolean,
): Navigation {
  const items = parts.map((part) => ({
    href: `${basePath}${accountPaths[part]}`,
    name: words[part],
    isCurrent: part === current,
  }));
  const administration = { href: `${basePath}${paths.admin}`, name: words.administration, isCurrent: false };
  return { label: words.label, items: isAdministrator ? [...items, administration] : items };
}
