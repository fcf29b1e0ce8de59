import type { ComponentChildren } from "preact";
import { HiddenFields } from "../hidden-fields.tsx";
import { Facts } from "./facts.tsx";

type ConfirmationView = {
  /** The form's. The button's has "-button" behind it. */
  readonly id: string;
  /** With the base path. */
  readonly action: string;
  readonly csrf: string;
  /** What tells the thing that it is about from every other one. */
  readonly facts: readonly (readonly [label: string, value: ComponentChildren])[];
  /** What is to be filled in first. */
  readonly children?: ComponentChildren;
  readonly label: string;
  /** It takes something away. */
  readonly isHarmful: boolean;
  readonly cancel: string;
  /** Where "Cancel" leads. */
  readonly back: string;
};

/** Asks once more: what it is about, the button that does it, and the way back. */
export const Confirmation = ({ id, action, csrf, facts, children, label, isHarmful, ...view }: ConfirmationView) => (
  <form id={id} class={isHarmful ? "confirmation confirmation-harmful" : "confirmation"} method="post" action={action}>
    <HiddenFields csrf={csrf} />
    <Facts items={facts} />
    {children}
    <div class="actions">
      <button class={isHarmful ? "button button-harmful" : "button"} type="submit" id={`${id}-button`}>
        {label}
      </button>
      <a class="button button-quiet" id="cancel" href={view.back}>
        {view.cancel}
      </a>
    </div>
  </form>
);
