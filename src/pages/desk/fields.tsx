import type { ComponentChildren, SelectHTMLAttributes, TextareaHTMLAttributes } from "preact";

type Option = { readonly value: string; readonly label: string; readonly hint?: string | undefined };

type FieldView = {
  /** `id` and `name` are one. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** The ids of the messages about this field. */
  readonly problems?: readonly string[];
};

const describedBy = ({ id, hint, problems = [] }: FieldView) => {
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...problems].join(" ");
  return {
    ...(described === "" ? {} : { "aria-describedby": described }),
    ...(problems.length === 0 ? {} : { "aria-invalid": "true" as const }),
  };
};

const Hint = ({ id, hint }: FieldView) =>
  hint === undefined ? null : (
    <p class="hint" id={`${id}-hint`}>
      {hint}
    </p>
  );

type SelectFieldView = FieldView & {
  readonly options: readonly Option[];
  readonly value?: string | undefined;
  readonly select?: SelectHTMLAttributes<HTMLSelectElement>;
};

export const SelectField = ({ options, value, select = {}, ...field }: SelectFieldView) => (
  <div class="field">
    <label for={field.id}>{field.label}</label>
    <select {...select} id={field.id} name={field.id} {...describedBy(field)}>
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
    <Hint {...field} />
  </div>
);

type TextAreaFieldView = FieldView & {
  readonly value?: string | undefined;
  readonly area?: TextareaHTMLAttributes<HTMLTextAreaElement>;
};

export const TextAreaField = ({ value = "", area = {}, ...field }: TextAreaFieldView) => (
  <div class="field">
    <label for={field.id}>{field.label}</label>
    <textarea rows={4} {...area} id={field.id} name={field.id} {...describedBy(field)}>
      {value}
    </textarea>
    <Hint {...field} />
  </div>
);

type CheckFieldView = Omit<FieldView, "label"> & {
  readonly label: ComponentChildren;
  /** Where several boxes share one; the id otherwise. */
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly isChecked?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
};

/** A box to tick, its words beside it. */
export const CheckField = ({ id, name, label, hint, problems, value = "on", ...view }: CheckFieldView) => (
  <div class="choice">
    <input
      type="checkbox"
      id={id}
      name={name ?? id}
      value={value}
      checked={view.isChecked === true}
      disabled={view.isDisabled === true}
      {...describedBy({ id, label: "", hint, ...(problems === undefined ? {} : { problems }) })}
    />
    <label for={id}>{label}</label>
    <Hint id={id} label="" hint={hint} />
  </div>
);

type RadioGroupView = FieldView & {
  readonly options: readonly Option[];
  readonly value?: string | undefined;
  readonly isDisabled?: boolean | undefined;
};

/** One of a few. The id of each choice is the group's with the value behind it: `kind-web`. */
export const RadioGroup = ({ options, value, isDisabled = false, ...field }: RadioGroupView) => (
  <fieldset class="choices" id={field.id} disabled={isDisabled} {...describedBy(field)}>
    <legend>{field.label}</legend>
    <Hint {...field} />
    {options.map((option) => {
      const id = `${field.id}-${option.value}`;
      return (
        <div class="choice" key={id}>
          <input
            type="radio"
            id={id}
            name={field.id}
            value={option.value}
            checked={option.value === value}
            {...(option.hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
          />
          <label for={id}>{option.label}</label>
          <Hint id={id} label="" hint={option.hint} />
        </div>
      );
    })}
  </fieldset>
);
