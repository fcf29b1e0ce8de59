import type { ComponentChildren } from "preact";
import type { SessionId } from "../../brand.ts";
import type { AccountTexts } from "../../languages/account/en.ts";
import type { Factors } from "../../model/factor.ts";
import type { Session, User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { Badge } from "../desk/badge.tsx";
import { Facts } from "../desk/facts.tsx";
import { Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { Sentence } from "../sentence.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { EventTable } from "./event-table.tsx";
import type { PersonalEvent } from "./personal-events.ts";
import { SessionTable } from "./session-table.tsx";

/** What is worth doing. */
export type Hint = "passkey" | "app" | "another" | "no-codes" | "few-codes";

type OverviewView = AccountView & {
  readonly now: Instant;
  readonly user: User;
  /** Those that work here. */
  readonly passkeys: number;
  readonly factors: Factors;
  readonly hints: readonly Hint[];
  readonly sessions: readonly Session[];
  readonly currentSession: SessionId;
  readonly events: readonly PersonalEvent[];
};

export const OverviewPage = (view: OverviewView) => {
  const { words, texts, locale, basePath, now, user, hints, sessions, currentSession, events } = view;
  const own = words.overview;
  return (
    <>
      <PageHead
        title={<bdi>{user.displayName ?? user.username}</bdi>}
        lead={<Sentence of={own.lead}>{user.username}</Sentence>}
      />
      <Panel id="hints" title={own.hints}>
        {hints.length === 0 ? (
          <Notice kind="good">
            <p>{own.allWell}</p>
          </Notice>
        ) : (
          hints.map((hint) => <HintNotice key={hint} hint={hint} {...view} />)
        )}
      </Panel>
      <Panel id="ways" title={own.ways}>
        <Ways {...view} />
      </Panel>
      <Panel id="sessions" title={own.sessions}>
        <SessionTable {...{ words, texts, locale, basePath, now, sessions, currentSession }} />
        <SeeAll path={accountPaths.sessions} of={own.sessions} {...view} />
      </Panel>
      <Panel id="activity" title={own.activity}>
        <EventTable {...{ words, locale, events }} />
        <SeeAll path={accountPaths.activity} of={own.activity} {...view} />
      </Panel>
    </>
  );
};

const HintNotice = ({
  hint,
  words,
  basePath,
  factors,
}: AccountView & { readonly hint: Hint; readonly factors: Factors }) => {
  const [path, what, why] = hintWords(words.overview, hint, factors.recoveryCodes?.left ?? 0);
  return (
    <Notice kind={hint === "no-codes" || hint === "few-codes" ? "warning" : "info"}>
      <p>
        <a href={basePath + path}>{what}</a> {why}
      </p>
    </Notice>
  );
};

function hintWords(
  own: AccountTexts["overview"],
  hint: Hint,
  codesLeft: number,
): readonly [path: string, what: string, why: string] {
  switch (hint) {
    case "passkey":
      return [accountPaths.passkeys, own.addPasskey, own.addPasskeyWhy];
    case "app":
      return [accountPaths.authenticator, own.addApp, own.addAppWhy];
    case "another":
      return [accountPaths.passkeys, own.addAnother, own.addAnotherWhy];
    case "no-codes":
      return [accountPaths.recoveryCodes, own.noCodes, own.noCodesWhy];
    case "few-codes":
      return [accountPaths.recoveryCodes, own.fewCodes, own.fewCodesWhy(codesLeft)];
  }
}

const Ways = ({ words, locale, basePath, user, passkeys, factors, hints }: OverviewView) => {
  const own = words.overview;
  const { totp, recoveryCodes } = factors;
  const hasFewCodes = hints.includes("no-codes") || hints.includes("few-codes");
  const link = (path: string, name: ComponentChildren) => <a href={basePath + path}>{name}</a>;
  return (
    <Facts
      items={[
        [own.password, link(accountPaths.password, passwordWords(own, user))],
        [words.navigation.passkeys, link(accountPaths.passkeys, passkeys === 0 ? own.off : own.passkeys(passkeys))],
        [
          words.navigation.authenticator,
          totp === undefined
            ? link(accountPaths.authenticator, own.off)
            : link(
                accountPaths.authenticator,
                <>
                  {own.appSince} <Moment at={totp.confirmedAt} locale={locale} />
                </>,
              ),
        ],
        [
          words.navigation.recoveryCodes,
          <>
            {link(accountPaths.recoveryCodes, recoveryCodes === undefined ? own.off : own.codes(recoveryCodes.left))}{" "}
            {hasFewCodes ? <Badge kind="warning">{own.hints}</Badge> : null}
          </>,
        ],
      ]}
    />
  );
};

function passwordWords(own: AccountTexts["overview"], { passwordHash, hostSubject }: User): string {
  if (hostSubject !== undefined) return own.passwordFromHost;
  return passwordHash === undefined ? own.passwordMissing : own.passwordSet;
}

const SeeAll = ({ words, basePath, path, of }: AccountView & { readonly path: string; readonly of: string }) => (
  <p>
    <a href={basePath + path}>
      {words.all}
      <span class="visually-hidden">: {of}</span>
    </a>
  </p>
);
