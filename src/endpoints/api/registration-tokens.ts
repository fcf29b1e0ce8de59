import { t } from "elysia";
import {
  listRegistrationTokens,
  makeRegistrationToken,
  registrationTokenRecord,
  revokeRegistrationToken,
} from "../../administration/registration-tokens.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import { after, inSeconds, isoTime, seconds } from "../../time.ts";
import { administered, jsonOfAdministrator } from "./administrator.ts";
import { Done, documented, expiresIn, idIn, noParameters, Time, wholeNumber } from "./schemas.ts";

const hour = 3600;

const NewTokenBody = t.Object(
  {
    uses: wholeNumber(1, 1_000_000, "Default: 1."),
    expires_in: expiresIn(60, 365 * 24 * hour, "one hour"),
  },
  { additionalProperties: false },
);
const TokenBody = t.Object(
  {
    initial_access_token: t.String({ description: "Told once." }),
    uses: t.Integer(),
    expires_in: t.Integer(),
    expires_at: Time,
  },
  { description: "With it clients register themselves (RFC 7591 §1.2)." },
);

const OutstandingTokenBody = t.Object(
  {
    id: t.String({ description: "Names the token, and opens nothing." }),
    uses_left: t.Integer(),
    expires_at: Time,
  },
  { description: "An initial access token without its secret." },
);

const path = `${paths.api}/registration-tokens` as const;

export const registrationTokensApi = (context: Context) =>
  administered(context, "registration tokens")
    .get(path, async () => ({ items: (await listRegistrationTokens(context)).map(registrationTokenRecord) }), {
      query: noParameters,
      response: { 200: t.Object({ items: t.Array(OutstandingTokenBody) }), ...problems },
      detail: documented("List initial access tokens", "Those with which clients can still be registered."),
    })
    .delete(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await revokeRegistrationToken(context, actor, id);
        return status(204, undefined);
      },
      {
        params: idIn("As the list names the token."),
        query: noParameters,
        response: { 204: Done, ...problems, 404: ProblemBody },
        detail: documented("Revoke an initial access token", "Clients that were registered with it stay."),
      },
    )
    .post(
      path,
      async ({ administrator: { actor }, body: { uses = 1, expires_in = hour }, status }) => {
        const lifetime = seconds(expires_in);
        const expiresAt = after(context.clock.now(), lifetime);
        const token = await makeRegistrationToken(context, actor, { uses, lifetime });
        return status(201, {
          initial_access_token: token.reveal(),
          uses,
          expires_in: inSeconds(lifetime),
          expires_at: isoTime(expiresAt),
        });
      },
      {
        parse: jsonOfAdministrator(context),
        query: noParameters,
        body: NewTokenBody,
        response: { 201: TokenBody, ...problems, 413: ProblemBody },
        detail: documented("Make an initial access token", "Of use unless POSTERN_REGISTRATION is off."),
      },
    );
