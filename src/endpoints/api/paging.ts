import { type TSchema, t } from "elysia";
import type { Context } from "../../context.ts";
import { basePathOf } from "../../http/paths.ts";
import type { Page } from "../../store/listing.ts";

export const usualLimit = 50;

export const limitParameter = t.Optional(
  t.Integer({
    title: "limit",
    minimum: 1,
    maximum: 200,
    description: `How many are given at most. Default: ${usualLimit}.`,
  }),
);

/** For lists whose parts are numbered. */
export const pageParameters = {
  limit: limitParameter,
  offset: t.Optional(
    t.Integer({
      title: "offset",
      minimum: 0,
      maximum: 1_000_000_000,
      description: "How many are left out before the first. Default: 0.",
    }),
  ),
};

const next = t.Union([t.String(), t.Null()], {
  description: "The address of the next part, relative to this one's; null on the last. The header Link says the same.",
});

export const pageOf = <Item extends TSchema>(item: Item) =>
  t.Object({ items: t.Array(item), total: t.Integer({ description: "Of the whole list." }), next });

/** For lists that nobody counts. */
export const partOf = <Item extends TSchema>(item: Item) => t.Object({ items: t.Array(item), next });

interface Asked {
  readonly request: Request;
  /** The headers of the answer. */
  readonly set: { readonly headers: Record<string, string | number> };
}

/** The address of the same list from another place on, and the header that says so (RFC 8288 §3). */
export function nextPart(
  { config }: Pick<Context, "config">,
  { request, set }: Asked,
  place: Readonly<Record<string, number>> | undefined,
): string | null {
  if (place === undefined) return null;
  const url = new URL(request.url);
  for (const [name, value] of Object.entries(place)) url.searchParams.set(name, String(value));
  // As clients see it: a proxy may have taken the issuer's path for its own and put it back.
  const path = basePathOf(config.issuer) + url.pathname.slice(basePathOf(config.issuer).length);
  const address = `${path}${url.search}`;
  set.headers.link = `<${address}>; rel="next"`;
  return address;
}

/** A page of a numbered list as the API answers it. */
export function answeredPage<Stored, Item>(
  context: Pick<Context, "config">,
  asked: Asked & { readonly offset: number },
  { total }: Page<Stored>,
  items: Item[],
): { items: Item[]; total: number; next: string | null } {
  const offset = asked.offset + items.length;
  const hasMore = items.length > 0 && offset < total;
  return { items, total, next: nextPart(context, asked, hasMore ? { offset } : undefined) };
}
