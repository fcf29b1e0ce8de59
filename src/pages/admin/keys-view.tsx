import type { KeyInUse } from "../../administration/keys.ts";
import type { Instant } from "../../time.ts";
import { Badge } from "../desk/badge.tsx";
import { Confirmation } from "../desk/confirmation.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { DoneNotice } from "./done-notice.tsx";
import type { OperationView } from "./operation-page.ts";

type KeysView = OperationView & {
  readonly now: Instant;
  readonly keys: readonly KeyInUse[];
  /** Absent where new keys are only made by hand. */
  readonly nextRotation: Instant | undefined;
  readonly done: string | undefined;
};

export const KeysPage = ({ operation, texts, locale, basePath, now, keys, nextRotation, done }: KeysView) => {
  const own = operation.keys;
  return (
    <>
      <PageHead
        title={own.title}
        lead={own.lead}
        actions={
          <a class="button" id="rotate" href={`${basePath}${adminPaths.keys}/rotate`}>
            {own.rotate}
          </a>
        }
      />
      <DoneNotice words={own.done} code={done} />
      <p id="next-rotation">
        {nextRotation === undefined ? (
          own.noRotation
        ) : (
          <>
            {own.nextRotation} <Moment at={nextRotation} locale={locale} />
          </>
        )}
      </p>
      <DataTable
        caption={own.caption}
        columns={[
          { key: "key", label: own.key },
          { key: "purpose", label: own.purpose },
          { key: "algorithm", label: own.algorithm },
          { key: "state", label: own.state },
          { key: "age", label: own.age },
        ]}
        rows={keys.map((inUse) => ({
          id: `key-${inUse.key.number}`,
          cells: [
            <code key="key">{inUse.key.publicJwk?.kid ?? inUse.key.number}</code>,
            own.purposes[inUse.key.purpose],
            inUse.key.algorithm,
            <KeyStateCell key="state" inUse={inUse} operation={operation} locale={locale} />,
            <Ago key="age" at={inUse.key.createdAt} now={now} texts={texts} />,
          ],
        }))}
        empty=""
      />
    </>
  );
};

type KeyStateView = Pick<OperationView, "operation" | "locale"> & { readonly inUse: KeyInUse };

const badges = { active: "good", next: "neutral", kept: "neutral" } as const;

/** What the key does now, and from when or until when. */
const KeyStateCell = ({ inUse: { key, state }, operation: { keys: own }, locale }: KeyStateView) => {
  const [word, at] = {
    active: [own.since, key.activeFrom] as const,
    next: [own.usedFrom, key.activeFrom] as const,
    kept: [own.keptUntil, key.removeAfter] as const,
  }[state];
  return (
    <>
      <Badge kind={badges[state]}>{own.states[state]}</Badge>
      {at === undefined ? null : (
        <span class="quiet">
          {word} <Moment at={at} locale={locale} />
        </span>
      )}
    </>
  );
};

type RotateKeysView = Pick<OperationView, "operation" | "locale"> & {
  /** Those that are followed by the new ones. */
  readonly keys: readonly KeyInUse["key"][];
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
};

export const RotateKeysPage = ({ operation: { keys: own }, locale, keys, action, back, csrf }: RotateKeysView) => (
  <>
    <PageHead title={own.rotateTitle} lead={own.rotateLead} />
    <Confirmation
      id="rotate-keys"
      action={action}
      csrf={csrf}
      facts={[...Map.groupBy(keys, ({ purpose }) => purpose)].map(([purpose, present]) => [
        own.purposes[purpose],
        <ul key={purpose}>
          {present.map(({ number, algorithm, activeFrom }) => (
            <li key={number}>
              {algorithm}{" "}
              <span class="quiet">
                {own.since} <Moment at={activeFrom} locale={locale} />
              </span>
            </li>
          ))}
        </ul>,
      ])}
      label={own.rotateButton}
      isHarmful={false}
      cancel={own.cancel}
      back={back}
    />
  </>
);
