import { Elysia } from "elysia";
import { type Configuration, readConfiguration } from "../../administration/configuration.ts";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage } from "./admin-page.ts";
import { atOperation, type OperationView, type OperationVisit } from "./operation-page.ts";

const queryNames: ReadonlySet<"show"> = new Set(["show"]);

/** What the server was started with, and where it came from. */
export const configurationPage = (context: Context) =>
  new Elysia({ name: "configuration-page" }).get(
    adminPaths.configuration,
    ({ request, server }) => atOperation(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: OperationVisit): Promise<Response> {
  const { context, request, operation } = visit;
  const onlySet = readParameters(queryText(request), queryNames).get("show") === "set";
  const body = <ConfigurationPage {...visit} configuration={readConfiguration(context)} onlySet={onlySet} />;
  return adminPage(visit, { part: "configuration", title: operation.configuration.title, body });
}

type ConfigurationView = OperationView & { readonly configuration: Configuration; readonly onlySet: boolean };

const ConfigurationPage = ({ operation, basePath, configuration, onlySet }: ConfigurationView) => {
  const own = operation.configuration;
  const path = `${basePath}${adminPaths.configuration}`;
  const { settings, warnings } = configuration;
  return (
    <>
      <PageHead
        title={own.title}
        lead={own.lead}
        actions={
          <a class="button button-quiet" id="which" href={onlySet ? path : `${path}?show=set`}>
            {onlySet ? own.all : own.onlySet}
          </a>
        }
      />
      <Panel id="warnings" title={own.warnings}>
        {warnings.length === 0 ? <p class="quiet">{own.noWarnings}</p> : null}
        {warnings.map((warning) => (
          <Notice key={warning} kind="warning">
            <p class="lines" lang="en">
              {warning}
            </p>
          </Notice>
        ))}
      </Panel>
      <DataTable
        caption={own.caption}
        columns={[
          { key: "setting", label: own.setting },
          { key: "value", label: own.value },
          { key: "origin", label: own.origin },
        ]}
        rows={settings
          .filter(({ origin }) => !onlySet || origin !== "default")
          .map((line) => ({
            id: line.name,
            cells: [
              <Name key="setting" name={line.name} operation={operation} />,
              <Value key="value" line={line} operation={operation} />,
              line.origin === "default" ? (
                <span key="origin" class="quiet">
                  {own.origins.default}
                </span>
              ) : (
                own.origins[line.origin]
              ),
            ],
          }))}
        empty={own.noneSet}
      />
    </>
  );
};

type LineView = Pick<OperationView, "operation"> & { readonly line: Configuration["settings"][number] };

/** A setting that nobody has described yet has its name alone. */
const Name = ({ name, operation: { settings } }: Pick<OperationView, "operation"> & { readonly name: string }) => {
  const [, text] = Object.entries(settings).find(([known]) => known === name) ?? [];
  return (
    <>
      <code>{name}</code>
      {text === undefined ? null : <div class="hint">{text}</div>}
    </>
  );
};

const Value = ({ line: { value }, operation: { configuration: own } }: LineView) => {
  if (value === "[secret]") return <Badge kind="neutral">{own.hidden}</Badge>;
  return value === "" ? <span class="quiet">{own.empty}</span> : <code>{value}</code>;
};
