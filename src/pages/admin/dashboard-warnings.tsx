import type { ComponentChildren } from "preact";
import type { Warning, WarningCode } from "../../administration/statistics.ts";
import { inOneSentence } from "../../languages/languages.ts";
import { days } from "../../time.ts";
import { Notice } from "../desk/notice.tsx";
import { formatBytes } from "../desk/numbers.ts";
import { Sentence } from "../sentence.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";

type DashboardWarningsView = DeskView & { readonly warnings: readonly Warning[] };

/** Where each is mended. */
const places: Readonly<Record<WarningCode, string>> = {
  "one-administrator": adminPaths.people,
  "administrators-without-second-factor": `${adminPaths.people}?role=admin`,
  "registrations-waiting": adminPaths.registrations,
  "registration-open": adminPaths.configuration,
  "http-issuer": adminPaths.configuration,
  "every-proxy-trusted": adminPaths.configuration,
  "keys-old": adminPaths.keys,
  "database-large": adminPaths.grants,
  "backup-failed": `${adminPaths.auditLog}?name=backup.failed`,
  "database-near-limit": adminPaths.configuration,
};

/** What an administrator may want to change, each with the way there. */
export const DashboardWarnings = ({ warnings, ...view }: DashboardWarningsView) => (
  <>
    {warnings.map((warning) => (
      <Notice key={warning.code} kind="warning">
        <p id={`warning-${warning.code}`}>{inWords(warning, view)}</p>
        <p>
          <a href={`${view.basePath}${places[warning.code]}`} aria-describedby={`warning-${warning.code}`}>
            {view.words.dashboard.mend}
          </a>
        </p>
      </Notice>
    ))}
  </>
);

function inWords(warning: Warning, { words: { dashboard: own }, locale }: DeskView): ComponentChildren {
  switch (warning.code) {
    case "administrators-without-second-factor":
      return <Sentence of={own[warning.code]}>{inOneSentence(locale, warning.usernames)}</Sentence>;
    case "registrations-waiting":
      return own[warning.code](warning.count);
    case "keys-old":
      return own[warning.code](Math.floor(warning.age / days(1)));
    case "database-large":
      return own[warning.code](formatBytes(locale, warning.bytes));
    case "database-near-limit":
      return own[warning.code](formatBytes(locale, warning.bytes), formatBytes(locale, warning.limit));
    default:
      return own[warning.code];
  }
}
