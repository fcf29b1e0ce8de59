/** How far a long work is, for a person at a terminal, and nothing for anybody else. */
export interface Progress {
  show(what: string, done: number, all: number): void;
  clear(): void;
}

const mebibyte = 1024 * 1024;

export function progress(): Progress {
  const { stderr } = process;
  let shown = "";
  return {
    show: (what, done, all) => {
      if (!stderr.isTTY) return;
      const percent = all === 0 ? 100 : Math.min(100, Math.floor((done / all) * 100));
      const line = `${what}: ${percent} % of ${Math.ceil(all / mebibyte)} MiB`;
      if (line !== shown) stderr.write(`\r${line}\u001b[K`);
      shown = line;
    },
    clear: () => {
      if (shown !== "") stderr.write("\r\u001b[K");
      shown = "";
    },
  };
}

/** `12.3 MiB` */
export const sizeText = (bytes: number): string =>
  bytes < mebibyte ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / mebibyte).toFixed(1)} MiB`;
