import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { Factors, Passkey } from "../../model/factor.ts";
import type { User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { Badge } from "../desk/badge.tsx";
import { Facts } from "../desk/facts.tsx";
import { Moment } from "../desk/moment.tsx";
import type { DeskView } from "./desk-view.ts";
import { isWaiting } from "./person-state.tsx";

type PersonFactsView = Pick<DeskView, "words" | "locale"> & {
  readonly now: Instant;
  readonly user: User;
  readonly factors: Factors;
};

/** Who somebody is. */
export const PersonDetails = ({ words, locale, user }: PersonFactsView) => {
  const own = words.person;
  const none = <span class="quiet">{own.none}</span>;
  return (
    <Facts
      items={[
        [own.username, <bdi key="username">{user.username}</bdi>],
        [own.name, user.displayName === undefined ? none : <bdi key="name">{user.displayName}</bdi>],
        [own.email, user.email === undefined ? none : <Email key="email" words={words} user={user} />],
        [own.role, user.role === "admin" ? words.personForm.roles.admin : words.personForm.roles.user],
        [own.groups, user.groups.length === 0 ? none : user.groups.map((name) => <GroupName key={name} name={name} />)],
        [
          own.id,
          <>
            <code>{user.id}</code>
            <div class="hint">{own.idHint}</div>
          </>,
        ],
        ...(user.hostSubject === undefined
          ? []
          : [[own.hostSubject, <code key="host-subject">{user.hostSubject}</code>] as const]),
        [own.added, <Moment key="added" at={user.createdAt} locale={locale} />],
        [own.changed, <Moment key="changed" at={user.updatedAt} locale={locale} />],
      ]}
    />
  );
};

const GroupName = ({ name }: { readonly name: string }) => (
  <>
    <Badge kind="neutral">{name}</Badge>{" "}
  </>
);

const Email = ({ words, user }: Pick<PersonFactsView, "words" | "user">) => (
  <>
    <bdi>{user.email}</bdi>{" "}
    <Badge kind={user.emailVerified ? "good" : "neutral"}>
      {user.emailVerified ? words.person.verified : words.person.unverified}
    </Badge>
  </>
);

/** How somebody gets in: password, second factor, and whether they must wait. */
export const PersonSignIn = ({ words, locale, now, user, factors }: PersonFactsView) => {
  const own = words.person;
  const none = <span class="quiet">{own.none}</span>;
  const { passkeys, totp, recoveryCodes } = factors;
  return (
    <Facts
      items={[
        [own.password, passwordWords(own, user)],
        ...(user.lockedUntil !== undefined && isWaiting(user, now)
          ? [
              [
                own.wait,
                <>
                  {own.waitUntil} <Moment at={user.lockedUntil} locale={locale} />
                </>,
              ] as const,
            ]
          : []),
        [own.passkeys, passkeys.length === 0 ? none : <Passkeys key="passkeys" {...{ words, locale, passkeys }} />],
        [
          own.authenticator,
          totp === undefined ? (
            none
          ) : (
            <>
              {own.authenticatorSince} <Moment at={totp.confirmedAt} locale={locale} />
            </>
          ),
        ],
        [own.recoveryCodes, recoveryCodes === undefined ? none : own.recoveryCodesLeft(recoveryCodes.left)],
      ]}
    />
  );
};

function passwordWords(own: AdministrationTexts["person"], { passwordHash, hostSubject }: User): string {
  if (hostSubject !== undefined) return own.passwordAtHost;
  return passwordHash === undefined ? own.passwordNotSet : own.passwordSet;
}

type PasskeysView = Pick<DeskView, "words" | "locale"> & { readonly passkeys: readonly Passkey[] };

const Passkeys = ({ words: { person: own, never }, locale, passkeys }: PasskeysView) => (
  <ul>
    {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
      <li key={id}>
        <bdi>{name}</bdi>
        <div class="hint">
          {own.passkeyAdded} <Moment at={createdAt} locale={locale} /> · {own.passkeyUsed}{" "}
          {lastUsedAt === undefined ? never : <Moment at={lastUsedAt} locale={locale} />}
        </div>
      </li>
    ))}
  </ul>
);
