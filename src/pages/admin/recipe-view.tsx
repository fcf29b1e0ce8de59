import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { Copyable } from "../desk/copyable.tsx";
import { Notice } from "../desk/notice.tsx";
import type { Lack } from "./recipes/lacking.ts";
import type { Recipe, RecipeStep, RecipeValues } from "./recipes/recipe.ts";

type RecipeView = {
  readonly recipe: Recipe;
  readonly values: RecipeValues;
  readonly lacks: readonly Lack[];
  readonly apps: ApplicationTexts;
};

/** All that a recipe says: what is missing first, then what is to be pasted, then what is to be known. */
export const RecipeSteps = ({ recipe, values, lacks, apps }: RecipeView) => (
  <>
    {lacks.length === 0 ? null : <Lacking recipe={recipe} lacks={lacks} apps={apps} />}
    {recipe.steps(values).map(({ where, text }, index) => (
      <Copyable key={index} id={`${recipe.id}-${index + 1}`} text={text} label={labelOf(where, apps)} />
    ))}
    <div class="aside-notes">
      <h2>{apps.recipe.notes}</h2>
      <ul class="notes">
        {apps.recipeNotes[recipe.id].map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  </>
);

function labelOf(where: RecipeStep["where"], { recipe: words }: ApplicationTexts): string {
  if (where.kind === "file") return where.name;
  return where.on === "server" ? words.commandOnServer : words.commandOnOwn;
}

type LackingView = Pick<RecipeView, "recipe" | "lacks" | "apps">;

const Lacking = ({ recipe, lacks, apps }: LackingView) => (
  <Notice kind="warning">
    {lacks.some(({ kind }) => kind === "member") ? <p>{apps.recipe.lacking}</p> : null}
    {lacks.map((lack, index) => (
      <LackLine key={index} lack={lack} id={`${recipe.id}-lack-${index + 1}`} apps={apps} />
    ))}
  </Notice>
);

type LackLineView = { readonly lack: Lack; readonly id: string; readonly apps: ApplicationTexts };

const LackLine = ({ lack, id, apps }: LackLineView) => {
  const words = apps.recipe;
  switch (lack.kind) {
    case "member":
      return <Copyable id={id} text={lack.values.join("\n")} label={`${apps.fields[lack.member]} (${lack.member})`} />;
    case "unknown-scopes":
      return (
        <Copyable
          id={id}
          text={`POSTERN_SCOPES=${JSON.stringify(Object.fromEntries(lack.scopes.map((scope) => [scope, words.newScope])))}`}
          label={words.lackingScopes(lack.scopes.join(", "))}
        />
      );
    case "pkce":
      return <p>{words.lackingPkce}</p>;
    case "secret":
      return <p>{words.lackingSecret}</p>;
    case "public":
      return <p>{words.lackingPublic}</p>;
  }
};
