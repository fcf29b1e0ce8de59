import { existsSync } from "node:fs";
import { createClient, readAdministratorMetadata, rotateClientSecret } from "../administration/clients.ts";
import { asClientId } from "../brand.ts";
import { deviceCodeGrantType } from "../model/client.ts";
import { isJsonObject, type JsonObject } from "../rules/json.ts";
import { databasePath } from "../server/instance.ts";
import { commandLine, configHere, type Data, withData } from "./open-data.ts";
import { Failed } from "./outcome.ts";
import { ask, discover, endpoint, type Narrator, refusalIn, type TrialOptions, type TrialServer } from "./trial.ts";

/** Registered without a port: a program on this machine may wait at any (RFC 8252 §7.3). */
const loopbackRedirect = "http://127.0.0.1/callback";

const trialMembers: JsonObject = {
  client_name: "Postern try",
  token_endpoint_auth_method: "none",
  application_type: "native",
  grant_types: ["authorization_code", "refresh_token", deviceCodeGrantType],
  response_types: ["code"],
  redirect_uris: [loopbackRedirect],
};

/** The server, a client of it, and an API that may look at the token, where one could be made. */
export interface Trial {
  readonly server: TrialServer;
  readonly clientId: string;
  readonly api: { readonly id: string; readonly secret: string } | undefined;
}

/**
 * Finds the server and a client to be: of the data directory here, where the server is its; else one that is named or
 * registers itself.
 *
 * @throws Failed
 */
export async function prepareTrial(options: TrialOptions, tell: Narrator): Promise<Trial> {
  const here = configHere();
  const hasData = existsSync(databasePath(here.dataDir));
  if (options.issuer === undefined && !hasData) {
    throw new Failed(`there is no data directory ${here.dataDir}: start postern serve, or name a server with --issuer`);
  }
  const issuer = (options.issuer ?? here.issuer).replace(/\/+$/, "");
  const server = await discover(issuer);
  if (options.clientId !== undefined) return { server, clientId: options.clientId, api: undefined };
  const trial =
    issuer === here.issuer && hasData
      ? await localTrial(server, tell)
      : { server, clientId: await register(server, options), api: undefined };
  tell.event("client", {
    client_id: trial.clientId,
    issuer,
    ...(trial.api === undefined ? {} : { api: { client_id: trial.api.id, client_secret: trial.api.secret } }),
  });
  return trial;
}

const localTrial = (server: TrialServer, tell: Narrator): Promise<Trial> =>
  withData(async (data) => {
    if ((await data.store.users.list()).length === 0) {
      tell.say(
        "\nNobody can sign in yet: open the setup link that the server printed (postern setup-link prints a new one).",
      );
    }
    const clientId = await trialClient(data, "postern-try", trialMembers);
    const api = await trialClient(data, "postern-try-api", {
      client_name: "Postern try (API)",
      resource_server: true,
      grant_types: [],
    });
    // Only its hash is kept, so there is a new one each time.
    const { secret } = await rotateClientSecret(data, commandLine, asClientId(api));
    return { server, clientId, api: { id: api, secret: secret.reveal() } };
  });

async function trialClient(data: Data, id: string, members: JsonObject): Promise<string> {
  const client = await data.store.clients.find(asClientId(id));
  if (client === undefined)
    await createClient(data, commandLine, { id, metadata: readAdministratorMetadata(data, members) });
  if (client?.disabledAt !== undefined) throw new Failed(`the client ${id} is disabled: postern client enable ${id}`);
  return id;
}

/** RFC 7591 §3.1. */
async function register(server: TrialServer, { initialAccessToken }: TrialOptions): Promise<string> {
  const howElse = "name a public client of it with --client-id";
  if (server.metadata.registration_endpoint === undefined)
    throw new Failed(`${server.issuer} takes no registrations: ${howElse}`);
  const answer = await ask(endpoint(server, "registration_endpoint"), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(initialAccessToken === undefined ? {} : { authorization: `Bearer ${initialAccessToken}` }),
    },
    // Not the name of the client that the operator of a Postern may have made by the same command: it is not for others.
    body: JSON.stringify({ ...trialMembers, client_name: "Trial from elsewhere" }),
  });
  const id = isJsonObject(answer.body) ? answer.body.client_id : undefined;
  if (typeof id === "string") return id;
  const { error, description } = refusalIn(answer);
  throw new Failed(
    `${server.issuer} did not register a client: ${error} (${description}); give --initial-access-token, or ${howElse}`,
  );
}
