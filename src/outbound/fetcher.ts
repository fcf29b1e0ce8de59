import type { Config } from "../config/load.ts";

/** The one way out of the process. */
export interface Fetcher {
  /** A JSON document from an https address that may be fetched. Rejects with `FetchRefused`. */
  json(address: string, limits: { readonly mostBytes: number }): Promise<unknown>;
}

/** The address may not be fetched, or did not give what was asked for. The reason is for the log alone. */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
}

export function fetcher(_config: Pick<Config, "outboundAllow">): Fetcher {
  return { json: () => Promise.reject(new FetchRefused("nothing is fetched yet")) };
}
