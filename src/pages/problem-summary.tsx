import { WarningIcon } from "./icons.tsx";

/** Something wrong with what a person sent: the sentence, and the fields (by id) that it is about. */
export type Problem<Field extends string> = { readonly message: string; readonly fields: readonly Field[] };

const problemId = (index: number) => `problem-${index + 1}`;

/** The ids of the messages about a field, for its `aria-describedby`. */
export const problemsOf = <Field extends string>(
  problems: readonly Problem<Field>[],
  field: Field,
): readonly string[] =>
  problems.flatMap((problem, index) => (problem.fields.includes(field) ? [problemId(index)] : []));

/** All that is wrong, above the form, read out at once; each sentence leads to its field. */
export const ProblemSummary = ({ problems }: { readonly problems: readonly Problem<string>[] }) =>
  problems.length === 0 ? null : (
    <div class="notice notice-problem" role="alert">
      <WarningIcon />
      <ul>
        {problems.map(({ message, fields: [field] }, index) => (
          <li key={index} id={problemId(index)}>
            {field === undefined ? message : <a href={`#${field}`}>{message}</a>}
          </li>
        ))}
      </ul>
    </div>
  );
