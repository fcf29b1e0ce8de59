import type { Context } from "../context.ts";

/** How the pages present themselves: the operator's name, colour and links, or Postern's own. */
export interface Brand {
  readonly name: string;
  /** Served at `/assets/brand-logo`. */
  readonly hasLogo: boolean;
  /** Served as `/assets/brand.css`. */
  readonly hasColor: boolean;
  /** Links of the footer: what they say, and where they lead. */
  readonly links: readonly (readonly [label: string, href: string])[];
}

export const brandOf = ({ brand }: Context["config"]): Brand => ({
  name: brand.name ?? "Postern",
  hasLogo: brand.logoFile !== undefined,
  hasColor: brand.color !== undefined,
  links: brand.links,
});
