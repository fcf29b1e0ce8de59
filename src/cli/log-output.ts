/** Characters of the log that may wait for whoever reads it: some thousand lines. */
const mostWaiting = 1024 * 1024;
/** In milliseconds. */
const patience = 2000;

/**
 * Takes lines of the log. What is not read waits in memory, so there is an end to it: further lines are dropped, and when
 * there is room again it is told how many.
 */
export function logOutput(
  stream: { write(line: string, written: () => void): unknown },
  tellDropped: (lines: number) => void,
): (line: string) => void {
  let waiting = 0;
  let dropped = 0;
  return (line) => {
    if (waiting > mostWaiting) {
      dropped += 1;
      return;
    }
    if (dropped > 0) {
      const lines = dropped;
      dropped = 0;
      tellDropped(lines);
    }
    waiting += line.length;
    stream.write(line, () => {
      waiting -= line.length;
    });
  };
}

/** Lets the process end although nobody reads its log: a moment after there is nothing else to wait for. */
export function endUnread(): void {
  setTimeout(() => process.exit(), patience).unref();
}
