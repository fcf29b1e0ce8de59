import type { TotpEnrolment } from "../identity/totp.ts";
import type { Texts } from "../languages/door/en.ts";
import { Copyable } from "./desk/copyable.tsx";
import { QrCode } from "./desk/qr-code.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { TextField } from "./text-field.tsx";

export type TotpFormView = FormSecrets & {
  readonly texts: Texts;
  /** With the base path. */
  readonly action: string;
  readonly enrolment: TotpEnrolment;
  /** The ids of the messages about the code. */
  readonly problems: readonly string[];
};

/** Sets an authenticator app up: scan or type, then show that it works. The form sends `seed` and `code`. */
export const TotpForm = ({ texts, action, enrolment, problems, csrf, handle }: TotpFormView) => {
  const words = texts.enrolment;
  return (
    <form id="totp-enrolment" method="post" action={action}>
      <HiddenFields csrf={csrf} handle={handle} />
      <input type="hidden" name="seed" value={enrolment.sealed} />
      <ol class="steps">
        <li>
          <p>{words.scan}</p>
          <QrCode text={enrolment.uri} label={words.scanLabel} />
          <Copyable id="totp-key" text={enrolment.key} label={words.typeKey} />
        </li>
        <li>
          <p>{words.enterCode}</p>
          <TextField
            id="code"
            label={words.code}
            problems={problems}
            input={{
              type: "text",
              inputmode: "numeric",
              autocomplete: "one-time-code",
              spellcheck: false,
              maxlength: 20,
              required: true,
            }}
          />
        </li>
      </ol>
      <button class="button" type="submit" id="confirm-totp">
        {words.button}
      </button>
    </form>
  );
};
