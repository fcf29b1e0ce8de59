import { paths } from "../../http/paths.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { Navigation } from "../navigation.ts";

/** The parts of the administration, in the order of the navigation. */
export const adminPaths = {
  dashboard: paths.admin,
  people: `${paths.admin}/people`,
  apps: `${paths.admin}/clients`,
  registrations: `${paths.admin}/registrations`,
  scopes: `${paths.admin}/scopes`,
  grants: `${paths.admin}/grants`,
  sessions: `${paths.admin}/sessions`,
  keys: `${paths.admin}/keys`,
  auditLog: `${paths.admin}/audit`,
  refusedRequests: `${paths.admin}/requests`,
  configuration: `${paths.admin}/configuration`,
} as const;

export type AdminPart = keyof typeof adminPaths;

const parts = Object.keys(adminPaths).filter((name): name is AdminPart => name in adminPaths);

export const adminNavigation = (
  { navigation: words }: AdministrationTexts,
  basePath: string,
  current: AdminPart,
): Navigation => ({
  label: words.label,
  items: parts.map((part) => ({
    href: `${basePath}${adminPaths[part]}`,
    name: words[part],
    isCurrent: part === current,
  })),
});
