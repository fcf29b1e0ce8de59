import type { Texts } from "../languages/door/en.ts";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { PasskeyIcon, WarningIcon } from "./icons.tsx";

export type PasskeyFormView = FormSecrets & {
  readonly id: string;
  readonly texts: Texts;
  readonly basePath: string;
  /** With the base path. */
  readonly action: string;
  readonly ceremony: "create" | "get";
  /** For the script: what the browser is to make, or to ask for. */
  readonly options: string;
  /** The browser offers its passkeys in the field of the user name, too. */
  readonly autofill?: boolean;
  readonly fields?: Readonly<Record<string, string>>;
  /** A word between this way and the one above it, or below. */
  readonly orAbove?: string;
  readonly orBelow?: string;
  readonly label: string;
  readonly isPrimary?: boolean;
};

/** A button that makes or uses a passkey. Hidden until passkey.js finds a browser that can: passkeys need a script. */
export const PasskeyForm = ({ id, texts, basePath, action, fields = {}, label, ...view }: PasskeyFormView) => (
  <form
    id={id}
    class="passkey-form"
    method="post"
    action={action}
    data-passkey={view.ceremony}
    data-options={view.options}
    {...(view.autofill === true ? { "data-autofill": "" } : {})}
    hidden
  >
    <HiddenFields csrf={view.csrf} handle={view.handle} />
    {Object.entries(fields).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    <input type="hidden" name="passkey" value="" />
    {view.orAbove === undefined ? null : <p class="or">{view.orAbove}</p>}
    <div class="passkey-troubles" role="alert">
      <Trouble kind="failed" message={texts.passkeys.failed} />
      {view.ceremony === "create" ? <Trouble kind="exists" message={texts.passkeys.exists} /> : null}
    </div>
    <button class={view.isPrimary === true ? "button" : "button button-quiet"} type="submit" id={`${id}-button`}>
      <PasskeyIcon /> {label}
    </button>
    {view.orBelow === undefined ? null : <p class="or">{view.orBelow}</p>}
    <script src={`${basePath}/assets/webauthn.js`} defer></script>
    <script type="module" src={`${basePath}/assets/passkey.js`}></script>
  </form>
);

/** Shown by the script: it has no texts of its own. */
const Trouble = ({ kind, message }: { readonly kind: string; readonly message: string }) => (
  <div class="notice notice-problem" data-trouble={kind} hidden>
    <WarningIcon />
    <p>{message}</p>
  </div>
);
