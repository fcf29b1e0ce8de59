import { apiWith, text } from "../support/api.ts";
import type { AskingClient } from "../support/authorization.ts";
import type { Box } from "../support/binary.ts";
import { basicHeader } from "../support/clients.ts";
import { ownToken } from "../support/requests.ts";
import type { Town } from "./life.ts";

/** What is there before anybody lives in it: clients made on the command line, while the server runs. */
export async function found(box: Box): Promise<Town> {
  const { address } = box;
  const at = { address };
  const administrator = await create(box, "--grant", "client_credentials", "--scope", "postern:admin");
  const api = async () => apiWith(at, await ownToken(at, administrator, "postern:admin"));
  let count = 0;
  return {
    address,
    issuer: address,
    tv: await create(box, "--type", "public", "--grant", "device_code", "--grant", "refresh_token"),
    wiki: await create(box, "--redirect-uri", redirectUri, "--first-party"),
    checker: await create(box, "--resource-server"),
    api,
    person: async () => {
      const username = `resident-${++count}`;
      const password = "correct horse battery staple";
      const answer = await (await api()).send("POST", "/users", { username, password });
      // Made before an answer that was lost, perhaps.
      if (answer.status !== 201 && answer.status !== 409) throw new Error(`no person: ${text(answer, "detail")}`);
      return { username, password };
    },
  };
}

const redirectUri = "https://wiki.example/callback";

async function create(box: Box, ...words: readonly string[]): Promise<AskingClient> {
  const { code, output, errors } = await box.run("client", "create", "--json", "--name", "App", ...words);
  if (code !== 0) throw new Error(errors);
  const { client_id: id, client_secret: secret } = JSON.parse(output);
  return { id, secret, basic: basicHeader(id, secret ?? ""), client: { metadata: { redirect_uris: [redirectUri] } } };
}
