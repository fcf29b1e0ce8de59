import { type Listen, listenText } from "../config/address.ts";
import { Failed } from "./outcome.ts";

const longestWait = 5000;

/**
 * Asks the server at one of its listeners whether it is ready.
 *
 * @throws Failed
 */
export async function checkAt(listen: Listen, path: string, perhapsTls: boolean): Promise<void> {
  const { ok, status } = await ask(listen, path, perhapsTls);
  if (!ok) throw new Failed(`the server on ${listenText(listen)} is not ready: it answers ${status}`);
}

async function ask(listen: Listen, path: string, perhapsTls: boolean): Promise<Response> {
  const signal = AbortSignal.timeout(longestWait);
  try {
    if (listen.kind === "unix") return await fetch(`http://localhost${path}`, { unix: listen.path, signal });
    const address = `${hostToAsk(listen.host)}:${listen.port}${path}`;
    try {
      return await fetch(`http://${address}`, { signal });
    } catch (error) {
      if (!perhapsTls) throw error;
      // This machine asks itself: whose name the certificate bears does not matter.
      return await fetch(`https://${address}`, { signal, tls: { rejectUnauthorized: false } });
    }
  } catch (error) {
    throw new Failed(`no server answers on ${listenText(listen)}`, { cause: error });
  }
}

/** Every address is no address to connect to. */
function hostToAsk(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
