import type { Context } from "../context.ts";
import type { Client } from "../model/client.ts";
import { clientRefused } from "./authentication.ts";

export async function checkClientAssertion(_context: Pick<Context, "store" | "clock" | "config" | "fetcher">, _assertion: string, _type: string | undefined, _clientId: string | undefined): Promise<Client> {
  throw clientRefused();
}
