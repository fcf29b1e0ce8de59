import { HiddenFields } from "../hidden-fields.tsx";

const buttons = { plain: "button button-quiet", primary: "button", danger: "button button-danger" } as const;

type ActionFormView = {
  readonly id: string;
  /** With the base path. */
  readonly action: string;
  readonly csrf: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly label: string;
  readonly kind: keyof typeof buttons;
  /** The id of what tells which thing the button acts on, where the label alone does not. */
  readonly describedBy?: string | undefined;
};

/** One button that changes something. */
export const ActionForm = ({ id, action, csrf, fields = {}, label, kind, describedBy }: ActionFormView) => (
  <form id={id} class="action" method="post" action={action}>
    <HiddenFields csrf={csrf} />
    {Object.entries(fields).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    <button
      class={buttons[kind]}
      type="submit"
      id={`${id}-button`}
      {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
    >
      {label}
    </button>
  </form>
);
