import { t } from "elysia";
import { type ActivityPoint, statisticsOf, type Warning } from "../../administration/statistics.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { inSeconds, isoTime } from "../../time.ts";
import { administered } from "./administrator.ts";
import { documented, noParameters, Time } from "./schemas.ts";

const PointBody = t.Object({
  at: Time,
  tokens: t.Integer(),
  sign_ins: t.Integer(),
  failed_sign_ins: t.Integer(),
});
const WarningBody = t.Object({
  code: t.String({
    enum: [
      "one-administrator",
      "administrators-without-second-factor",
      "registrations-waiting",
      "registration-open",
      "http-issuer",
      "every-proxy-trusted",
      "keys-old",
      "database-large",
      "backup-failed",
      "database-near-limit",
    ] satisfies Warning["code"][],
  }),
  usernames: t.Optional(t.Array(t.String())),
  count: t.Optional(t.Integer()),
  age: t.Optional(t.Integer({ description: "Seconds." })),
  bytes: t.Optional(t.Integer()),
});
const StatisticsBody = t.Object(
  {
    at: Time,
    users: t.Integer(),
    disabled_users: t.Integer(),
    administrators: t.Integer({ description: "Enabled ones." }),
    clients: t.Integer(),
    waiting_clients: t.Integer(),
    live_grants: t.Integer({ description: "With a person behind them." }),
    sessions: t.Integer(),
    database_bytes: t.Integer(),
    last_day: t.Array(PointBody, { description: "24 hours, the present one last." }),
    last_month: t.Array(PointBody, { description: "30 days (UTC), today last." }),
    keys: t.Array(
      t.Object({
        number: t.Integer(),
        purpose: t.String(),
        algorithm: t.String(),
        created_at: Time,
        age: t.Integer({ description: "Seconds." }),
      }),
      { description: "Those in use." },
    ),
    warnings: t.Array(WarningBody, { description: "What an administrator may want to change." }),
  },
  { description: "What the dashboard shows; what happened in the last minute may not be counted yet." },
);

export const statisticsApi = (context: Context) =>
  administered(context, "statistics").get(
    `${paths.api}/statistics`,
    async (): Promise<typeof StatisticsBody.static> => {
      const { at, now, lastDay, lastMonth, keys, warnings } = await statisticsOf(context);
      return {
        at: isoTime(at),
        users: now.users,
        disabled_users: now.disabledUsers,
        administrators: now.administrators,
        clients: now.clients,
        waiting_clients: now.waitingClients,
        live_grants: now.liveGrants,
        sessions: now.sessions,
        database_bytes: now.databaseBytes,
        last_day: lastDay.map(point),
        last_month: lastMonth.map(point),
        keys: keys.map(({ number, purpose, algorithm, createdAt, age }) => ({
          number,
          purpose,
          algorithm,
          created_at: isoTime(createdAt),
          age: inSeconds(age),
        })),
        warnings: warnings.map(warningRecord),
      };
    },
    { query: noParameters, response: { 200: StatisticsBody, ...problems }, detail: documented("Read the dashboard") },
  );

const point = ({ at, tokens, signIns, failedSignIns }: ActivityPoint): typeof PointBody.static => ({
  at: isoTime(at),
  tokens,
  sign_ins: signIns,
  failed_sign_ins: failedSignIns,
});

function warningRecord(warning: Warning): typeof WarningBody.static {
  switch (warning.code) {
    case "administrators-without-second-factor":
      return { code: warning.code, usernames: [...warning.usernames] };
    case "keys-old":
      return { code: warning.code, age: inSeconds(warning.age) };
    default:
      return { ...warning };
  }
}
