const waiting: (() => void)[] = [];
/** Somebody has had the turn of this round of the event loop. */
let isTaken = false;
/** Until when others may follow the first of a round. */
let until = 0;
/** Milliseconds that they have at the most: so long somebody else may wait. */
const longest = 2;
/** More are never made in that time. */
const mostOfRound = 20;

/**
 * Resolves when a page may be made, or the next part of one: they take turns, and between two of them the thread answers
 * whoever else has asked. A page takes as long as a dozen tokens, and strangers can ask for two hundred at once. Nor can strangers
 * keep pages waiting who ask for something else: who comes alone has the turn at once, and of a line go as many in a round as
 * there is time for in so long as all the others had, or in 2 ms.
 */
export const pageTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (isTaken) {
      waiting.push(resolve);
      return;
    }
    isTaken = true;
    // What is set aside while a request is read comes before the next look for requests; set aside once more, after it.
    setImmediate(line);
    resolve();
  });

/** What is set aside together comes one after the other, each when all is done that the one before can do without waiting. */
function line(): void {
  const since = performance.now();
  setImmediate(() => {
    const now = performance.now();
    until = now + Math.min(now - since, longest);
    waiting.shift()?.();
  });
  for (let further = Math.min(waiting.length, mostOfRound); further > 1; further--) setImmediate(follow);
  setImmediate(() => {
    isTaken = waiting.length > 0;
    if (isTaken) line();
  });
}

function follow(): void {
  if (performance.now() < until) waiting.shift()?.();
}
