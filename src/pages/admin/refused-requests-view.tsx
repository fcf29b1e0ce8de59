import { asClientId, asUserId, type ClientId, type UserId } from "../../brand.ts";
import type { Client } from "../../model/client.ts";
import type { Trace } from "../../model/trace.ts";
import type { User } from "../../model/user.ts";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Facts } from "../desk/facts.tsx";
import { Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { ClientName } from "./client-name.tsx";
import type { OperationView } from "./operation-page.ts";
import { PersonName } from "./person-name.tsx";

/** Those that the requests were about and that are still there. */
interface Known {
  readonly clients: ReadonlyMap<ClientId, Client>;
  readonly people: ReadonlyMap<UserId, User>;
}

type RefusedRequestsView = OperationView &
  Known & {
    readonly traces: readonly Trace[];
    /** The number that was asked for and is not there. */
    readonly missed: string | undefined;
  };

export const RefusedRequestsPage = ({ traces, missed, ...view }: RefusedRequestsView) => {
  const { operation, locale, basePath } = view;
  const own = operation.requests;
  const path = `${basePath}${adminPaths.refusedRequests}`;
  const problems = missed === undefined ? [] : [{ message: own.notFound, fields: ["id"] as const }];
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <ProblemSummary problems={problems} />
      <form id="find-request" method="get" action={path}>
        <TextField
          id="id"
          label={own.id}
          hint={own.idHint}
          problems={problemsOf(problems, "id")}
          input={{
            type: "text",
            autocomplete: "off",
            autocapitalize: "none",
            spellcheck: false,
            required: true,
            value: missed ?? "",
          }}
        />
        <button class="button" type="submit" id="find-request-button">
          {own.find}
        </button>
      </form>
      <Panel id="latest" title={own.latest}>
        <DataTable
          caption={own.caption}
          columns={[
            { key: "request", label: own.request },
            { key: "when", label: own.when },
            { key: "what", label: own.what },
            { key: "app", label: own.app },
            { key: "address", label: own.address },
          ]}
          rows={traces.map((trace) => ({
            id: `request-${trace.requestId}`,
            cells: [
              <a key="request" href={`${path}/${encodeURIComponent(trace.requestId)}`}>
                <code class="number">{trace.requestId}</code>
              </a>,
              <Moment key="when" at={trace.at} locale={locale} />,
              <What key="what" trace={trace} />,
              <WhichApp key="app" {...view} trace={trace} />,
              trace.address,
            ],
          }))}
          empty={own.none}
        />
      </Panel>
    </>
  );
};

const What = ({ trace }: { readonly trace: Trace }) => (
  <>
    <code>{`${trace.method} ${trace.path}`}</code>
    <div class="hint">
      <code>{trace.error}</code>
    </div>
  </>
);

type RefusedRequestView = OperationView & Known & { readonly trace: Trace };

export const RefusedRequestPage = ({ trace, ...view }: RefusedRequestView) => {
  const { operation, locale, basePath } = view;
  const own = operation.requests;
  return (
    <>
      <PageHead
        title={own.one(trace.requestId)}
        actions={
          <a class="button button-quiet" id="all-requests" href={`${basePath}${adminPaths.refusedRequests}`}>
            {own.back}
          </a>
        }
      />
      <Panel id="request" title={own.facts}>
        <Facts
          items={[
            [own.when, <Moment key="when" at={trace.at} locale={locale} />],
            [own.what, <code key="what">{`${trace.method} ${trace.path}`}</code>],
            [
              own.answered,
              <span key="answer" lang="en">
                <code>{trace.error}</code>: {trace.description}
              </span>,
            ],
            [
              own.app,
              trace.clientId === undefined ? (
                <span class="quiet">{view.words.unknown}</span>
              ) : (
                <WhichApp key="app" {...view} trace={trace} />
              ),
            ],
            [own.person, <Whose key="person" {...view} trace={trace} />],
            [own.address, trace.address ?? view.words.unknown],
          ]}
        />
      </Panel>
      <Panel id="checks" title={own.checks} hint={own.checksHint}>
        <DataTable
          caption={own.checksCaption}
          columns={[
            { key: "rule", label: own.rule },
            { key: "met", label: own.met },
            { key: "expected", label: own.expected },
            { key: "received", label: own.received },
          ]}
          rows={trace.checks.map(({ rule, isMet, expected, received }, index) => ({
            id: `check-${index + 1}`,
            cells: [
              <span key="rule" lang="en">
                {rule}
              </span>,
              <Badge key="met" kind={isMet ? "good" : "bad"}>
                {isMet ? own.isMet : own.isNotMet}
              </Badge>,
              <Compared key="expected" value={expected} />,
              <Compared key="received" value={received} />,
            ],
          }))}
          empty={own.noChecks}
        />
      </Panel>
    </>
  );
};

const Compared = ({ value }: { readonly value: string | undefined }) =>
  value === undefined ? null : (
    <code>
      <bdi>{value}</bdi>
    </code>
  );

type AboutView = OperationView & Known & { readonly trace: Trace };

/** Nobody has checked the identifier of an app that is not there: it is what was sent. */
const WhichApp = ({ trace, clients, texts, basePath }: AboutView) => {
  if (trace.clientId === undefined) return null;
  const client = clients.get(asClientId(trace.clientId));
  return client === undefined ? (
    <bdi class="quiet">{trace.clientId}</bdi>
  ) : (
    <ClientName client={client} texts={texts} basePath={basePath} />
  );
};

const Whose = ({ trace, people, words, basePath }: AboutView) => {
  const user = trace.userId === undefined ? undefined : people.get(asUserId(trace.userId));
  if (user !== undefined) return <PersonName user={user} basePath={basePath} />;
  return <span class="quiet">{trace.userId ?? words.unknown}</span>;
};
