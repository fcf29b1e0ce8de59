import type { NamedEvent } from "../../administration/events.ts";
import type { ClientId, SessionId } from "../../brand.ts";
import type { Client } from "../../model/client.ts";
import type { Factors } from "../../model/factor.ts";
import type { Grant } from "../../model/grant.ts";
import type { Session, User } from "../../model/user.ts";
import type { Page } from "../../store/listing.ts";
import type { Instant } from "../../time.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";
import { DoneNotice } from "./done-notice.tsx";
import { EventTable } from "./event-table.tsx";
import { GrantTable } from "./grant-table.tsx";
import { listAddress } from "./list-page.ts";
import type { PersonActionName } from "./person-action-view.tsx";
import { pathOfPerson } from "./person-at.ts";
import { PersonDetails, PersonSignIn } from "./person-facts.tsx";
import { nameOf } from "./person-name.tsx";
import { isWaiting, PersonState } from "./person-state.tsx";
import { SessionTable } from "./session-table.tsx";

type PersonView = DeskView & {
  readonly now: Instant;
  readonly user: User;
  /** The administrator's own account. */
  readonly isSelf: boolean;
  readonly factors: Factors;
  readonly sessions: Page<Session>;
  readonly ownSession: SessionId;
  readonly grants: Page<Grant>;
  readonly clients: ReadonlyMap<ClientId, Client>;
  readonly events: readonly NamedEvent[];
  readonly csrf: {
    readonly session: (session: Session) => string;
    readonly grant: (grant: Grant) => string;
    readonly "switch-on": string;
    readonly unlock: string;
  };
  readonly done: string | undefined;
  /** Where what `postern apply` declared is found. */
  readonly place: string;
};

export const PersonPage = (view: PersonView) => {
  const { words, basePath, user } = view;
  const own = words.person;
  const isFromHost = user.hostSubject !== undefined;
  return (
    <>
      <PageHead
        title={<bdi>{nameOf(user)}</bdi>}
        lead={<PersonState {...view} />}
        actions={
          isFromHost ? undefined : (
            <a class="button button-quiet" id="edit" href={`${basePath}${pathOfPerson(user.id)}/edit`}>
              {own.edit}
            </a>
          )
        }
      />
      <DoneNotice words={words.done} code={view.done} />
      {user.origin === "apply" ? (
        <Notice kind="info">
          <p id="declared">{own.declared(view.place)}</p>
        </Notice>
      ) : null}
      <Panel id="details" title={own.details} hint={isFromHost ? own.fromHost : undefined}>
        <PersonDetails {...view} />
      </Panel>
      <SigningIn {...view} />
      <Sessions {...view} />
      <Grants {...view} />
      <Panel id="events" title={own.events} hint={own.eventsHint}>
        <EventTable {...view} isOfOnePerson />
        <p>
          <a href={listAddress(`${basePath}${adminPaths.auditLog}`, { person: user.username })}>{own.allEvents}</a>
        </p>
      </Panel>
      <Account {...view} />
    </>
  );
};

type ActionLinkView = Pick<PersonView, "words" | "basePath" | "user"> & { readonly name: PersonActionName };

/** To the page that asks once more. */
const ActionLink = ({ words, basePath, user, name }: ActionLinkView) => (
  <a
    class={name === "delete" ? "button button-danger" : "button button-quiet"}
    id={name}
    href={`${basePath}${pathOfPerson(user.id)}/${name}`}
  >
    {words.actions[name].link}
  </a>
);

const SigningIn = (view: PersonView) => {
  const { words, basePath, user, now, factors, csrf } = view;
  const hasFactors = factors.passkeys.length > 0 || factors.totp !== undefined || factors.recoveryCodes !== undefined;
  return (
    <Panel id="signing-in" title={words.person.signingIn}>
      <PersonSignIn {...view} />
      <div class="actions">
        {isWaiting(user, now) ? (
          <ActionForm
            id="unlock"
            action={`${basePath}${pathOfPerson(user.id)}/unlock`}
            csrf={csrf.unlock}
            label={words.actions.unlock}
            kind="plain"
          />
        ) : null}
        {user.disabledAt === undefined && user.hostSubject === undefined ? (
          <ActionLink {...view} name={user.passwordHash === undefined ? "invite" : "reset"} />
        ) : null}
        {hasFactors ? <ActionLink {...view} name="remove-factors" /> : null}
      </div>
    </Panel>
  );
};

const Sessions = (view: PersonView) => {
  const { words, basePath, user, sessions } = view;
  const own = words.person;
  return (
    <Panel id="sessions" title={own.sessions} hint={own.sessionsHint}>
      <SessionTable
        {...view}
        sessions={sessions.items}
        csrf={view.csrf.session}
        fields={{ from: "person" }}
        empty={words.sessions.noneOfPerson}
      />
      {sessions.total === 0 ? null : (
        <div class="actions">
          <ActionLink {...view} name="sign-out" />
          {sessions.total > sessions.items.length ? (
            <a href={listAddress(`${basePath}${adminPaths.sessions}`, { person: user.username })}>{own.allSessions}</a>
          ) : null}
        </div>
      )}
    </Panel>
  );
};

const Grants = (view: PersonView) => {
  const { words, basePath, user, grants } = view;
  const own = words.person;
  return (
    <Panel id="grants" title={own.grants} hint={own.grantsHint}>
      <GrantTable
        {...view}
        grants={grants.items}
        csrf={view.csrf.grant}
        fields={{ from: "person" }}
        empty={words.grants.noneOfPerson}
      />
      {grants.total > grants.items.length ? (
        <p>
          <a href={listAddress(`${basePath}${adminPaths.grants}`, { person: user.username })}>{own.allGrants}</a>
        </p>
      ) : null}
    </Panel>
  );
};

const Account = (view: PersonView) => {
  const { words, basePath, user, csrf } = view;
  return (
    <Panel id="account" title={words.person.account} hint={words.person.accountHint}>
      <div class="actions">
        {user.disabledAt === undefined ? (
          <ActionLink {...view} name="switch-off" />
        ) : (
          <ActionForm
            id="switch-on"
            action={`${basePath}${pathOfPerson(user.id)}/switch-on`}
            csrf={csrf["switch-on"]}
            label={words.actions.enable}
            kind="plain"
          />
        )}
        {user.origin === "apply" ? null : <ActionLink {...view} name="delete" />}
      </div>
    </Panel>
  );
};
