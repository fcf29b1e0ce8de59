/** The things that a list names, each read once; those that are gone are not among them. */
export async function foundById<Id extends string, Thing>(
  ids: Iterable<Id | undefined>,
  find: (id: Id) => Promise<Thing | undefined>,
): Promise<ReadonlyMap<Id, Thing>> {
  const found = new Map<Id, Thing>();
  for (const id of new Set(ids)) {
    const thing = id === undefined ? undefined : await find(id);
    if (id !== undefined && thing !== undefined) found.set(id, thing);
  }
  return found;
}
