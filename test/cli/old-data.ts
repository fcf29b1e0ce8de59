import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import release from "../store/fixtures/release-0.1.0.json" with { type: "json" };

/** A data directory as a server of the first release left it, without running one; gives its secret. */
export function layOldData(dataDir: string): string {
  mkdirSync(dataDir, { mode: 0o700 });
  copyFileSync(join(import.meta.dir, "../store/fixtures/release-0.1.0.sqlite"), join(dataDir, "postern.db"));
  writeFileSync(join(dataDir, "secret"), `${release.instanceSecret}\n`, { mode: 0o600 });
  return release.instanceSecret;
}

/** The steps of a swap into the folder `aside`, each a change that a kill may come before. */
export function swapSteps(dataDir: string): readonly (() => void)[] {
  const here = (name: string) => join(dataDir, name);
  const [staged, decided, aside] = [here("swap-staged"), here("swap-decided"), here("aside")];
  return [
    () => {
      writeFileSync(join(staged, "aside"), "aside");
      renameSync(staged, decided);
    },
    () => mkdirSync(aside),
    () => rmSync(here("postern.db-shm")),
    () => renameSync(here("postern.db-wal"), join(aside, "postern.db-wal")),
    () => renameSync(here("postern.db"), join(aside, "postern.db")),
    () => renameSync(join(decided, "postern.db"), here("postern.db")),
    () => renameSync(here("secret"), join(aside, "secret")),
    () => renameSync(join(decided, "secret"), here("secret")),
  ];
}
