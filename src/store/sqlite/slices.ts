/**
 * Does something with each of what is added, in the order in which it came, and with so many at a time: in between the
 * thread does what else there is to do, first of all with requests that have arrived.
 */
export function inSlices<Item>(most: number, use: (item: Item) => void) {
  const waiting: Item[] = [];
  const ends: (() => void)[] = [];
  let isUnderWay = false;

  const slice = () => {
    const some = waiting.splice(0, most);
    isUnderWay = some.length > 0;
    for (const item of some) use(item);
    if (isUnderWay) setImmediate(slice);
    else for (const tell of ends.splice(0)) tell();
  };

  return {
    add: (items: readonly Item[]) => {
      waiting.push(...items);
      if (!isUnderWay) slice();
    },
    /** Calls when nothing is left, and what followed from the last has had its turn. */
    whenDone: (tell: () => void) => {
      if (isUnderWay) ends.push(tell);
      else tell();
    },
  };
}
