import { t } from "elysia";
import { listKeys, nextRotationOf, rotateKeys } from "../../administration/keys.ts";
import { keyRecord } from "../../administration/records.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { isoTime } from "../../time.ts";
import { administered } from "./administrator.ts";
import { documented, noParameters, Time } from "./schemas.ts";

const KeyBody = t.Object(
  {
    number: t.Integer(),
    purpose: t.Union([t.Literal("signing"), t.Literal("sealing"), t.Literal("derivation")]),
    algorithm: t.String(),
    kid: t.Optional(t.String({ description: "As in the key set (RFC 7517)." })),
    state: t.Union([t.Literal("next"), t.Literal("active"), t.Literal("kept")], {
      description: "`next` is published and does not sign yet; `kept` only proves what it made before.",
    }),
    created_at: Time,
    active_from: Time,
    remove_after: t.Optional(Time),
  },
  { description: "A key, without its secret part." },
);
const Keys = t.Object({
  items: t.Array(KeyBody),
  next_rotation: t.Optional(t.String({ format: "date-time", description: "When new keys are made by themselves." })),
});

const path = `${paths.api}/keys` as const;

async function keysNow(context: Pick<Context, "store" | "clock" | "config">) {
  const next = await nextRotationOf(context);
  const items = (await listKeys(context)).map(keyRecord);
  return next === undefined ? { items } : { items, next_rotation: isoTime(next) };
}

/** What tokens are signed and sealed with. */
export const keysApi = (context: Context) =>
  administered(context, "keys")
    .get(path, () => keysNow(context), {
      query: noParameters,
      response: { 200: Keys, ...problems },
      detail: documented("List keys"),
    })
    .post(
      `${path}/rotate`,
      async ({ administrator: { actor } }) => {
        await rotateKeys(context, actor);
        return keysNow(context);
      },
      {
        query: noParameters,
        response: { 200: Keys, ...problems },
        detail: documented("Make new keys of every kind", "Tokens that live stay valid."),
      },
    );
