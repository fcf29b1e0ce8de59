import type { Texts } from "../languages/door/en.ts";
import { TextField } from "./text-field.tsx";

type NewPasswordView = {
  readonly texts: Texts;
  readonly basePath: string;
  /** `password`, where the form has no other. */
  readonly id?: string | undefined;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What others know of the person: in a password it is worth little. */
  readonly names?: readonly string[] | undefined;
  /** The ids of the messages about this field. */
  readonly problems: readonly string[];
  readonly autofocus?: boolean | undefined;
  /** The form has other ways in. */
  readonly isOptional?: boolean | undefined;
};

/**
 * Where somebody chooses a password. The script shows how long it would withstand guessing, and lets the person see what
 * they type; it has no words of its own. Without it the field works, and the server answers.
 */
export const NewPasswordField = ({ texts, basePath, id = "password", label, problems, ...view }: NewPasswordView) => {
  const { hint = texts.newPassword.hint, names = [], autofocus = false, isOptional = false } = view;
  const { show, hide, strengths } = texts.newPassword;
  return (
    <div class="new-password" data-names={JSON.stringify(names)} data-words={JSON.stringify({ show, hide, strengths })}>
      <TextField
        id={id}
        label={label}
        hint={hint}
        problems={problems}
        input={{
          type: "password",
          autocomplete: "new-password",
          autocapitalize: "none",
          spellcheck: false,
          required: !isOptional,
          autofocus,
        }}
      />
      <div class="strength" hidden>
        <span class="strength-bar" aria-hidden="true">
          <span></span>
          <span></span>
          <span></span>
          <span></span>
        </span>
        <p class="strength-word" role="status"></p>
      </div>
      {/* In this order: the button does not wait for the lists of known passwords. */}
      <script src={`${basePath}/assets/password-meter.js`} defer></script>
      <script src={`${basePath}/assets/password-estimator.js`} defer></script>
      <script src={`${basePath}/assets/known-passwords.js`} defer></script>
    </div>
  );
};
