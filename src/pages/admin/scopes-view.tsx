import type { KnownScope } from "../../administration/scopes.ts";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { PageHead } from "../desk/page-head.tsx";
import type { OperationView } from "./operation-page.ts";

type ScopesView = OperationView & {
  readonly scopes: readonly KnownScope[];
  /** Where what `postern apply` declared is found. */
  readonly place: string;
};

/** The server's own first: they are what somebody here has thought of. */
export const ScopesPage = ({ operation: { scopes: own }, words, texts, scopes, place }: ScopesView) => {
  const builtIn = new Map(Object.entries(texts.scopes));
  const isOwn = ({ origin }: KnownScope) => origin !== "built-in";
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DataTable
        caption={own.caption}
        columns={[
          { key: "name", label: own.name },
          { key: "sentence", label: own.sentence },
          { key: "optional", label: own.optional },
          { key: "origin", label: own.origin },
        ]}
        rows={[...scopes.filter(isOwn), ...scopes.filter((scope) => !isOwn(scope))].map((scope) => ({
          id: `scope-${scope.name}`,
          cells: [
            <code key="name">{scope.name}</code>,
            <bdi key="sentence">{scope.sentence ?? builtIn.get(scope.name)}</bdi>,
            scope.isOptional ? words.yes : words.no,
            scope.origin === "apply" ? (
              <>
                <Badge kind="neutral">{words.states.declared}</Badge> <code>{place}</code>
              </>
            ) : (
              own.origins[scope.origin]
            ),
          ],
        }))}
        empty=""
      />
    </>
  );
};
