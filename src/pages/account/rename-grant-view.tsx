import type { Grant } from "../../model/grant.ts";
import { PageHead } from "../desk/page-head.tsx";
import { type Problem, ProblemSummary } from "../problem-summary.tsx";
import { Sentence } from "../sentence.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { NameForm } from "./name-form.tsx";

type RenameGrantView = AccountView & {
  readonly grant: Grant;
  readonly appName: string;
  readonly csrf: string;
  readonly typed: string;
  readonly problems: readonly Problem<"name">[];
};

export const RenameGrantPage = ({ words, basePath, grant, appName, csrf, typed, problems }: RenameGrantView) => {
  const own = words.apps;
  const path = `${basePath}${accountPaths.apps}`;
  return (
    <>
      <PageHead title={own.renameTitle} lead={<Sentence of={own.renameLead}>{appName}</Sentence>} />
      <ProblemSummary problems={problems} />
      <NameForm
        id="rename-connection"
        action={`${path}/connections/${grant.id}`}
        csrf={csrf}
        label={own.name}
        hint={own.nameHint}
        typed={typed}
        problems={problems}
        isRequired={false}
        buttonLabel={words.save}
        back={path}
        cancelLabel={words.cancel}
      />
    </>
  );
};
