import type { InputHTMLAttributes } from "preact";

/** A labelled input with its hint; `id` and `name` are one. */
type TextFieldView = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** The ids of the messages about this field. */
  readonly problems: readonly string[];
  readonly input: InputHTMLAttributes<HTMLInputElement>;
};

export const TextField = ({ id, label, hint, problems, input }: TextFieldView) => {
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...problems].join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={id}
        {...(described === "" ? {} : { "aria-describedby": described })}
        {...(problems.length === 0 ? {} : { "aria-invalid": "true" })}
      />
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};
