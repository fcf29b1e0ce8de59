import { t } from "elysia";
import { factorsRecord, userRecord } from "../../administration/records.ts";
import {
  createUser,
  deleteUser,
  resetPassword,
  setUserDisabled,
  unlockUser,
  updateUser,
} from "../../administration/users.ts";
import { seenOf, userVersion } from "../../administration/versions.ts";
import { asUserId, type UserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import type { User } from "../../model/user.ts";
import { administered, jsonOfAdministrator } from "./administrator.ts";
import { answeredPage, pageOf, pageParameters, usualLimit } from "./paging.ts";
import { userOf } from "./people.ts";
import { checkPrecondition, entityTag } from "./precondition.ts";
import { Disabled, Done, documented, IfMatch, idIn, noParameters, Time } from "./schemas.ts";

const Role = t.Union([t.Literal("admin"), t.Literal("user")]);

const UserBody = t.Object(
  {
    id: t.String({ description: "The subject identifier: `sub`." }),
    username: t.String(),
    display_name: t.Optional(t.String()),
    email: t.Optional(t.String()),
    email_verified: t.Boolean(),
    role: Role,
    groups: t.Array(t.String()),
    origin: t.Union([t.Literal("administrator"), t.Literal("apply"), t.Literal("withdrawn")]),
    declared: t.Array(t.String(), { description: "The members that are changed only where they are declared." }),
    disabled: t.Boolean(),
    has_password: t.Boolean({
      description: "False for who was invited and has not chosen one, and for the host's own users.",
    }),
    host_subject: t.Optional(
      t.String({
        description:
          "Who one of the host's own users is to the host. Name, e-mail, role, groups and password of such a person are changed there: 409 `from_host` here.",
      }),
    ),
    failed_sign_ins: t.Integer({ description: "In a row." }),
    locked_until: t.Optional(Time),
    factors: t.Object({
      passkeys: t.Integer(),
      totp: t.Boolean(),
      recovery_codes_left: t.Integer(),
    }),
    created_at: Time,
    updated_at: Time,
  },
  { description: "A person." },
);

const traits = {
  email_verified: t.Optional(t.Boolean()),
  role: t.Optional(Role),
  groups: t.Optional(t.Array(t.String(), { maxItems: 100, description: "Free names, for the claim `groups`." })),
};
const NewUserBody = t.Object(
  {
    username: t.String(),
    password: t.Optional(t.String({ description: "Without it the person cannot sign in until a link is made." })),
    display_name: t.Optional(t.String()),
    email: t.Optional(t.String()),
    ...traits,
  },
  { additionalProperties: false },
);
const UserChangesBody = t.Object(
  {
    username: t.Optional(t.String()),
    display_name: t.Optional(t.Union([t.String(), t.Null()])),
    email: t.Optional(t.Union([t.String(), t.Null()])),
    ...traits,
  },
  { additionalProperties: false, description: "What is left out stays as it is; null takes a value away." },
);
const PasswordBody = t.Object({ password: t.String() }, { additionalProperties: false });

const path = `${paths.api}/users` as const;
const params = idIn("The person's id.");
const ofOne = { ...problems, 404: ProblemBody } as const;
const changed = { ...ofOne, 409: ProblemBody, 413: ProblemBody } as const;

/** The people who sign in. */
export function usersApi(context: Context) {
  const parse = jsonOfAdministrator(context);
  return administered(context, "users")
    .get(
      path,
      async ({ query, request, set }) => {
        const { limit = usualLimit, offset = 0, text, role } = query;
        const page = await context.store.users.page({ limit, offset, text: text || undefined, role });
        const items: (typeof UserBody.static)[] = [];
        for (const user of page.items) items.push(await recordOf(context, user));
        return answeredPage(context, { offset, request, set }, page, items);
      },
      {
        query: t.Object(
          {
            ...pageParameters,
            text: t.Optional(
              t.String({ maxLength: 200, description: "In user name, display name, e-mail address or group." }),
            ),
            role: t.Optional(Role),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(UserBody), ...problems },
        detail: documented("List people", "By user name."),
      },
    )
    .post(
      path,
      async ({ administrator: { actor }, body, set, status }) => {
        const { username, password, role = "user", groups, email, display_name, email_verified } = body;
        const user = await createUser(context, actor, {
          username,
          password,
          role,
          groups,
          email,
          displayName: display_name,
          emailVerified: email_verified,
        });
        set.headers.location = `${context.config.issuer}${path}/${user.id}`;
        return status(201, await recordOf(context, user));
      },
      {
        parse,
        query: noParameters,
        body: NewUserBody,
        response: { 201: UserBody, ...problems, 409: ProblemBody, 413: ProblemBody },
        detail: documented("Create a person"),
      },
    )
    .get(`${path}/:id`, async ({ params: { id }, set }) => readUser(context, asUserId(id), set), {
      params,
      query: noParameters,
      response: { 200: UserBody, ...ofOne },
      detail: documented("Read a person"),
    })
    .patch(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, body, request, set }) => {
        const before = await userOf(context, id);
        const seen = checkPrecondition(request, userVersion(before)) ? seenOf(before) : undefined;
        const { username, role, groups, email, display_name, email_verified } = body;
        const changes = {
          ...(username === undefined ? {} : { username }),
          ...(role === undefined ? {} : { role }),
          ...(groups === undefined ? {} : { groups }),
          ...(email === undefined ? {} : { email }),
          ...(display_name === undefined ? {} : { displayName: display_name }),
          ...(email_verified === undefined ? {} : { emailVerified: email_verified }),
        };
        await updateUser(context, actor, before.id, changes, { seen });
        return readUser(context, before.id, set);
      },
      {
        parse,
        params,
        query: noParameters,
        body: UserChangesBody,
        headers: IfMatch,
        response: { 200: UserBody, ...changed, 412: ProblemBody },
        detail: documented("Change a person", "A new e-mail address is unverified unless `email_verified` says so."),
      },
    )
    .delete(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await deleteUser(context, actor, asUserId(id));
        return status(204, undefined);
      },
      {
        params,
        query: noParameters,
        response: { 204: Done, ...ofOne, 409: ProblemBody },
        detail: documented("Delete a person", "With all sessions and grants. The last administrator stays."),
      },
    )
    .put(
      `${path}/:id/disabled`,
      async ({ administrator: { actor }, params: { id }, body }) => {
        await setUserDisabled(context, actor, asUserId(id), body.disabled);
        return readUser(context, asUserId(id));
      },
      {
        parse,
        params,
        query: noParameters,
        body: Disabled,
        response: { 200: UserBody, ...changed },
        detail: documented("Disable or enable a person", "Disabling ends all sessions and grants."),
      },
    )
    .put(
      `${path}/:id/password`,
      async ({ administrator: { actor }, params: { id }, body, status }) => {
        const user = await userOf(context, id);
        await resetPassword(context, actor, user.id, body.password);
        return status(204, undefined);
      },
      {
        parse,
        params,
        query: noParameters,
        body: PasswordBody,
        response: { 204: Done, ...changed },
        detail: documented("Set a person's password", "Ends all sessions and grants. A link asks the person instead."),
      },
    )
    .delete(
      `${path}/:id/lockout`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await unlockUser(context, actor, asUserId(id));
        return status(204, undefined);
      },
      {
        params,
        query: noParameters,
        response: { 204: Done, ...ofOne },
        detail: documented("Forget wrong passwords", "The person may try again at once."),
      },
    );
}

async function readUser(context: Context, id: UserId, set?: { headers: Record<string, unknown> }) {
  const user = await userOf(context, id);
  if (set !== undefined) set.headers.etag = entityTag(userVersion(user));
  return recordOf(context, user);
}

async function recordOf({ store }: Pick<Context, "store">, user: User): Promise<typeof UserBody.static> {
  return { ...userRecord(user), factors: factorsRecord(await store.factors.of(user.id)) };
}
