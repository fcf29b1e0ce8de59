const waiting: (() => void)[] = [];

/**
 * Resolves when a page may be made, or the next part of one: they take turns, and between two of them the thread answers
 * whoever else has asked. A page takes as long as a dozen tokens, and strangers can ask for two hundred at once.
 */
export const pageTurn = (): Promise<void> =>
  new Promise((resolve) => {
    // What is set aside while a request is read comes before the next look for requests; set aside once more, after it.
    if (waiting.push(resolve) === 1) setImmediate(() => setImmediate(next));
  });

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
