import { uiLocales } from "../../languages/languages.ts";
import type { User } from "../../model/user.ts";
import { type OwnClaim, timeZones } from "../../rules/profile-claims.ts";
import { DoneNotice } from "../admin/done-notice.tsx";
import { Badge } from "../desk/badge.tsx";
import { Facts } from "../desk/facts.tsx";
import { SelectField } from "../desk/fields.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

export type ProfileField = "display_name" | OwnClaim | "locale";
export type ProfileValues = Readonly<Record<ProfileField, string>>;

type ProfileView = AccountView & {
  readonly user: User;
  readonly csrf: string;
  readonly values: ProfileValues;
  readonly problems: readonly Problem<ProfileField>[];
  readonly done?: string | undefined;
};

export const ProfilePage = (view: ProfileView) => {
  const { words, basePath, user, csrf, values, problems, done } = view;
  const own = words.profile;
  const field = (id: ProfileField) => ({ id, problems: problemsOf(problems, id) });
  const text = (id: ProfileField, autocomplete: string) => ({
    ...field(id),
    input: { type: "text", autocomplete, value: values[id] } as const,
  });
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={words.done} code={done} />
      <ProblemSummary problems={problems} />
      <Panel id="about" title={own.about}>
        <form id="profile" method="post" action={`${basePath}${accountPaths.profile}`}>
          <HiddenFields csrf={csrf} />
          {user.hostSubject === undefined ? (
            <TextField {...text("display_name", "name")} label={own.displayName} hint={own.displayNameHint} />
          ) : null}
          <div class="form-row">
            <TextField {...text("given_name", "given-name")} label={own.givenName} />
            <TextField {...text("family_name", "family-name")} label={own.familyName} />
          </div>
          <TextField {...text("nickname", "nickname")} label={own.nickname} />
          <TextField
            {...field("website")}
            label={own.website}
            input={{ type: "text", inputmode: "url", autocomplete: "url", spellcheck: false, value: values.website }}
          />
          <TextField
            {...field("birthdate")}
            label={own.birthdate}
            input={{ type: "date", autocomplete: "bday", value: values.birthdate }}
          />
          <SelectField
            {...field("zoneinfo")}
            label={own.zoneinfo}
            value={values.zoneinfo}
            options={zoneOptions(values.zoneinfo, own.noZone)}
          />
          <SelectField
            {...field("locale")}
            label={own.language}
            value={values.locale}
            select={{ autocomplete: "language" }}
            options={[{ value: "", label: own.browserLanguage }, ...uiLocales.map(languageOption)]}
          />
          <button class="button" type="submit" id="save">
            {words.save}
          </button>
        </form>
      </Panel>
      <AccountFacts {...view} user={user} />
    </>
  );
};

/** In the language itself: who looks for it may read no other. */
function languageOption(locale: string) {
  const name = new Intl.DisplayNames(locale, { type: "language" }).of(locale) ?? locale;
  // Some languages write their own name small within a sentence; here it stands alone.
  return { value: locale, label: name.charAt(0).toLocaleUpperCase(locale) + name.slice(1) };
}

function zoneOptions(chosen: string, noZone: string) {
  const zones = timeZones();
  const known = chosen === "" || zones.includes(chosen) ? zones : [chosen, ...zones];
  return [{ value: "", label: noZone }, ...known.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))];
}

/** What others decide on, and the address, which is changed on a page of its own. */
const AccountFacts = ({ words, basePath, user }: ProfileView) => {
  const own = words.profile;
  const isFromHost = user.hostSubject !== undefined;
  return (
    <Panel id="account" title={own.account} hint={isFromHost ? own.fromHost : own.byAdministrators}>
      <Facts
        items={[
          [own.username, <bdi key="username">{user.username}</bdi>],
          ...(isFromHost ? [[own.displayName, <bdi key="name">{user.displayName}</bdi>] as const] : []),
          [own.role, own.roles[user.role]],
          [own.groups, user.groups.length === 0 ? own.noGroups : <bdi key="groups">{user.groups.join(", ")}</bdi>],
          [
            own.email,
            user.email === undefined ? (
              own.noEmail
            ) : (
              <>
                <bdi>{user.email}</bdi>{" "}
                <Badge kind={user.emailVerified ? "good" : "neutral"}>
                  {user.emailVerified ? own.verified : own.unverified}
                </Badge>
              </>
            ),
          ],
        ]}
      />
      {isFromHost ? null : (
        <p>
          <a class="button button-quiet" id="change-email" href={`${basePath}${accountPaths.profile}/email`}>
            {own.changeEmail}
          </a>
        </p>
      )}
    </Panel>
  );
};
