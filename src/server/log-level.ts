import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AdjustableLog, isLogLevel, type LogLevel } from "../events/log.ts";
import { seconds } from "../time.ts";
import { watchFiles } from "./file-watch.ts";

// How much a running server logs stands in a file beside its record, which the server looks at now and then. Signals would
// say less, and there are none on Windows.

const often = seconds(2);
const pathIn = (dataDir: string) => join(dataDir, "log-level");

/** The level of the server that runs on this directory, if that can be told. */
export function readLogLevel(dataDir: string): LogLevel | undefined {
  try {
    const text = readFileSync(pathIn(dataDir), "utf8").trim();
    return isLogLevel(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Changes the level of the server that runs on this directory, until that ends. */
export function writeLogLevel(dataDir: string, level: LogLevel): void {
  const unfinished = `${pathIn(dataDir)}.new`;
  writeFileSync(unfinished, `${level}\n`, { mode: 0o600 });
  renameSync(unfinished, pathIn(dataDir));
}

/**
 * Lets the level of a log be changed from outside, beginning with the configured one.
 *
 * @returns how to end it
 */
export function followLogLevel(dataDir: string, log: AdjustableLog): () => void {
  writeLogLevel(dataDir, log.level());
  const unwatch = watchFiles([pathIn(dataDir)], often, () => {
    const level = readLogLevel(dataDir);
    if (level === undefined) log.warn("the file log-level holds no level: debug, info, warn or error");
    else log.setLevel(level);
  });
  return () => {
    unwatch();
    rmSync(pathIn(dataDir), { force: true });
  };
}
