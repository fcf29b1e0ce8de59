import { t } from "elysia";
import {
  addClientSecret,
  type MadeSecret,
  removeClientSecret,
  rotateClientSecret,
} from "../../administration/clients.ts";
import { asClientId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import { administered } from "./administrator.ts";
import { Done, documented, idIn, noParameters } from "./schemas.ts";

const path = `${paths.api}/clients/:id/secrets` as const;
const params = idIn("The client_id.");
const refused = { ...problems, 404: ProblemBody, 409: ProblemBody } as const;

const SecretBody = t.Object(
  {
    client_id: t.String(),
    id: t.String({ description: "Names the secret; no part of it." }),
    client_secret: t.String({ description: "Told once." }),
    client_secret_expires_at: t.Integer({ description: "0: never." }),
  },
  { description: "A new secret of a client." },
);

/** Two secrets live at once, so that a client can change over without downtime. */
export const clientSecretsApi = (context: Context) =>
  administered(context, "client secrets")
    .post(
      path,
      async ({ administrator: { actor }, params: { id }, status }) =>
        status(201, told(id, await addClientSecret(context, actor, asClientId(id)))),
      {
        params,
        query: noParameters,
        response: { 201: SecretBody, ...refused },
        detail: documented("Add a client secret", "The one before it goes on; of more than two the oldest goes."),
      },
    )
    .post(
      `${path}/rotate`,
      async ({ administrator: { actor }, params: { id }, status }) =>
        status(201, told(id, await rotateClientSecret(context, actor, asClientId(id)))),
      {
        params,
        query: noParameters,
        response: { 201: SecretBody, ...refused },
        detail: documented("Replace a client's secrets", "All others are refused at once."),
      },
    )
    .delete(
      `${path}/:secret_id`,
      async ({ administrator: { actor }, params: { id, secret_id }, status }) => {
        await removeClientSecret(context, actor, asClientId(id), secret_id);
        return status(204, undefined);
      },
      {
        params: t.Object({ id: t.String({ description: "The client_id." }), secret_id: t.String() }),
        query: noParameters,
        response: { 204: Done, ...refused },
        detail: documented("Remove a client secret", "It is refused from now on."),
      },
    );

const told = (clientId: string, { id, secret }: MadeSecret): typeof SecretBody.static => ({
  client_id: clientId,
  id,
  client_secret: secret.reveal(),
  client_secret_expires_at: 0,
});
