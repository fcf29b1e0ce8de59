import type { ClientKind } from "../../../clients/kinds.ts";
import { caddy } from "./caddy.ts";
import { cli } from "./cli.ts";
import { dovecot } from "./dovecot.ts";
import { gitea } from "./gitea.ts";
import { grafana } from "./grafana.ts";
import { jellyfin } from "./jellyfin.ts";
import { kubectl } from "./kubectl.ts";
import { nextcloud } from "./nextcloud.ts";
import { nginx } from "./nginx.ts";
import { oauth2Proxy } from "./oauth2-proxy.ts";
import { proxmox } from "./proxmox.ts";
import type { Recipe, RecipeId } from "./recipe.ts";

/** Every recipe, in the order in which they are offered. */
const byId: Readonly<Record<RecipeId, Recipe>> = {
  grafana,
  nextcloud,
  gitea,
  proxmox,
  jellyfin,
  nginx,
  caddy,
  "oauth2-proxy": oauth2Proxy,
  dovecot,
  kubectl,
  cli,
};

export const recipes: readonly Recipe[] = Object.values(byId);

export const recipeOf = (id: string | undefined): Recipe | undefined => recipes.find((recipe) => recipe.id === id);

export const recipesFor = (kind: ClientKind): readonly Recipe[] => recipes.filter((recipe) => recipe.kind === kind);
