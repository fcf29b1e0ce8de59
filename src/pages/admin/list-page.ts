import type { Page, PageOf } from "../../store/listing.ts";

/** So many rows of a list on one page. */
const limit = 25;

/** The part of a list that is shown. */
export interface Listed<Item> extends Page<Item>, PageOf {}

/**
 * Reads the part of a list that the address asks for. What is no number is the beginning; who asks for more than there
 * is (things were deleted meanwhile) gets the last page.
 */
export async function readPage<Item>(
  offset: string | undefined,
  read: (part: PageOf) => Promise<Page<Item>>,
): Promise<Listed<Item>> {
  const wanted = { offset: offsetIn(offset), limit };
  const page = await read(wanted);
  if (page.items.length > 0 || page.total === 0) return { ...page, ...wanted };
  const last = { offset: Math.floor((page.total - 1) / limit) * limit, limit };
  return { ...(await read(last)), ...last };
}

/** Where the part begins that an address or a form names. */
export const offsetIn = (text: string | undefined): number =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;

/** The address of a list with its filters; what is empty is left out. */
export function listAddress(path: string, filters: Readonly<Record<string, string | undefined>>, offset = 0): string {
  const query = new URLSearchParams(
    Object.entries({ ...filters, offset: offset === 0 ? undefined : String(offset) }).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  ).toString();
  return query === "" ? path : `${path}?${query}`;
}
