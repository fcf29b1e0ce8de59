import type { Passkey } from "../../model/factor.ts";
import type { Instant } from "../../time.ts";
import { DoneNotice } from "../admin/done-notice.tsx";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { PasskeyForm } from "../passkey-form.tsx";
import { type Problem, ProblemSummary } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

type PasskeysView = AccountView & {
  readonly now: Instant;
  readonly passkeys: readonly Passkey[];
  /** The ids of those that work at this address. */
  readonly usable: ReadonlySet<string>;
  /** There is nothing that would let the person in without a device. */
  readonly needsCodes: boolean;
  /** For the script; absent where passkeys are not possible. */
  readonly options: string | undefined;
  readonly isFull: boolean;
  readonly csrf: string;
  readonly problems: readonly Problem<never>[];
  readonly done: string | undefined;
};

export const PasskeysPage = ({ passkeys, needsCodes, problems, done, ...view }: PasskeysView) => {
  const { words, texts, locale, basePath, now, usable } = view;
  const own = words.passkeys;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={words.done} code={done} />
      <ProblemSummary problems={problems} />
      {needsCodes ? (
        <Notice kind="warning">
          <p>
            <a href={`${basePath}${accountPaths.recoveryCodes}`}>{own.makeCodes}</a>
          </p>
        </Notice>
      ) : null}
      <DataTable
        caption={own.caption}
        columns={[
          { key: "name", label: own.name },
          { key: "kind", label: own.kind },
          { key: "added", label: own.added },
          { key: "last-used", label: own.lastUsed },
          { key: "manage", label: words.manage },
        ]}
        rows={passkeys.map((passkey) => ({
          id: `passkey-${passkey.id}`,
          cells: [
            <bdi key="name" id={`name-${passkey.id}`}>
              {passkey.name}
            </bdi>,
            usable.has(passkey.id) ? (
              own[passkey.isBackedUp ? "synced" : "onDevice"]
            ) : (
              <Badge key="kind" kind="warning">
                {own.elsewhere}
              </Badge>
            ),
            <Moment key="added" at={passkey.createdAt} locale={locale} />,
            passkey.lastUsedAt === undefined ? (
              own.never
            ) : (
              <Ago key="last-used" at={passkey.lastUsedAt} now={now} texts={texts} />
            ),
            <a
              key="manage"
              class="button button-quiet"
              href={`${basePath}${accountPaths.passkeys}/${passkey.id}`}
              aria-describedby={`name-${passkey.id}`}
            >
              {own.manage}
            </a>,
          ],
        }))}
        empty={own.empty}
      />
      <AddPanel {...view} />
    </>
  );
};

const AddPanel = ({
  words,
  texts,
  basePath,
  options,
  isFull,
  csrf,
}: Omit<PasskeysView, "passkeys" | "needsCodes" | "problems" | "done">) => {
  const own = words.passkeys;
  return (
    <Panel id="add" title={own.add} hint={options === undefined || isFull ? undefined : own.needsScript}>
      {options === undefined || isFull ? (
        <Notice kind="info">
          <p>{options === undefined ? own.impossible : own.tooMany}</p>
        </Notice>
      ) : (
        <PasskeyForm
          id="add-passkey"
          texts={texts}
          basePath={basePath}
          action={`${basePath}${accountPaths.passkeys}`}
          ceremony="create"
          options={options}
          csrf={csrf}
          label={texts.passkeys.create}
          isPrimary
        />
      )}
    </Panel>
  );
};
