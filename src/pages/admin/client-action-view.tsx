import { kindOf } from "../../clients/kinds.ts";
import type { Client } from "../../model/client.ts";
import type { Instant } from "../../time.ts";
import { clientName } from "../client-face.ts";
import { Confirmation } from "../desk/confirmation.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { formatNumber } from "../desk/numbers.ts";
import { PageHead } from "../desk/page-head.tsx";
import { Sentence } from "../sentence.tsx";
import type { ApplicationView } from "./application-page.ts";

/** In addresses and in texts. */
export const clientActions = ["switch-off", "delete", "end-access", "remove-secret"] as const;
export type ClientActionName = (typeof clientActions)[number];

type ClientActionView = ApplicationView & {
  readonly now: Instant;
  readonly name: ClientActionName;
  readonly client: Client;
  /** Live ones: what the app has to lose. */
  readonly grants: number;
  /** Of "remove-secret" alone. */
  readonly secretId: string;
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
};

/** What will happen, and the button that does it. */
export const ClientActionPage = ({ name, secretId, action, back, csrf, ...view }: ClientActionView) => {
  const { apps, texts, client } = view;
  const own = apps.actions[name];
  const isLastSecret = client.secrets.every(({ id }) => id === secretId);
  const lead =
    name === "remove-secret" && isLastSecret ? apps.actions["remove-secret"].lastLead : apps.actions[name].lead;
  return (
    <>
      <PageHead title={<Sentence of={own.title}>{clientName(client, texts)}</Sentence>} lead={lead} />
      <Confirmation
        id={name}
        action={action}
        csrf={csrf}
        facts={[
          [apps.client.identifier, <code key="id">{client.id}</code>],
          ...(name === "remove-secret" ? secretFacts(view, secretId) : clientFacts(view)),
        ]}
        label={own.button}
        isHarmful={name !== "end-access"}
        cancel={apps.actions.cancel}
        back={back}
      />
    </>
  );
};

type FactsView = Omit<ClientActionView, "name" | "secretId" | "action" | "back" | "csrf">;

const clientFacts = ({ apps, locale, client, grants, ...view }: FactsView) =>
  [
    [apps.list.kind, apps.kinds[kindOf(client.metadata)]],
    [apps.client.used, lastUse(client.lastUsedAt, view)],
    [apps.client.access, formatNumber(locale, grants)],
  ] as const;

const secretFacts = ({ apps, locale, client, ...view }: FactsView, secretId: string) =>
  client.secrets
    .filter(({ id }) => id === secretId)
    .flatMap(
      ({ id, createdAt, lastUsedAt }) =>
        [
          [apps.client.secret, <code key="secret">{id}</code>],
          [apps.client.secretAdded, <Moment key="added" at={createdAt} locale={locale} />],
          [apps.client.secretUsed, lastUse(lastUsedAt, view)],
        ] as const,
    );

const lastUse = (at: Instant | undefined, { words, texts, now }: Pick<FactsView, "words" | "texts" | "now">) =>
  at === undefined ? words.never : <Ago key="used" at={at} now={now} texts={texts} />;
