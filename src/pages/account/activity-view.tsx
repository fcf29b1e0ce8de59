import { PageHead } from "../desk/page-head.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { EventTable } from "./event-table.tsx";
import type { PersonalEvents } from "./personal-events.ts";

type ActivityView = AccountView & { readonly events: PersonalEvents; readonly isNewest: boolean };

export const ActivityPage = ({ words, texts, locale, basePath, events, isNewest }: ActivityView) => {
  const own = words.activity;
  const path = `${basePath}${accountPaths.activity}`;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <EventTable words={words} locale={locale} events={events.items} />
      {isNewest && events.next === undefined ? null : (
        <nav class="pager" aria-label={texts.pager.label}>
          <ul>
            {isNewest ? null : (
              <li>
                <a class="button button-quiet" href={path}>
                  {own.newest}
                </a>
              </li>
            )}
            {events.next === undefined ? null : (
              <li>
                <a class="button button-quiet" rel="next" href={`${path}?before=${events.next}`}>
                  {own.older}
                </a>
              </li>
            )}
          </ul>
        </nav>
      )}
    </>
  );
};
