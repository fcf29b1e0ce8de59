import type { RegistrationToken } from "../../store/store.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Moment } from "../desk/moment.tsx";
import { Panel } from "../desk/panel.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { ApplicationView } from "./application-page.ts";

export type OutstandingTokensView = ApplicationView & {
  readonly outstanding: readonly RegistrationToken[];
  readonly revokeToken: (token: RegistrationToken) => string;
};

/** The tokens with which clients can still be registered. */
export const OutstandingTokens = ({ apps, locale, basePath, outstanding, revokeToken }: OutstandingTokensView) => {
  const own = apps.registrations;
  return (
    <Panel id="outstanding" title={own.outstanding} hint={own.outstandingHint}>
      <DataTable
        caption={own.outstanding}
        columns={[
          { key: "token", label: own.outstandingToken },
          { key: "uses", label: own.usesLeft },
          { key: "until", label: own.goodUntil },
          { key: "revoke", label: own.revoke },
        ]}
        rows={outstanding.map((token) => ({
          id: `token-${token.id}`,
          cells: [
            <code key="token">{token.id}</code>,
            String(token.usesLeft),
            <Moment key="until" at={token.expiresAt} locale={locale} />,
            <ActionForm
              key="revoke"
              id={`revoke-${token.id}`}
              action={`${basePath}${adminPaths.registrations}/tokens/${encodeURIComponent(token.id)}/revoke`}
              csrf={revokeToken(token)}
              label={own.revoke}
              kind="plain"
              describedBy={`token-${token.id}`}
            />,
          ],
        }))}
        empty={own.noneOutstanding}
      />
    </Panel>
  );
};
