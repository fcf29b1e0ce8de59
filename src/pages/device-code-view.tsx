import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { TextField } from "./text-field.tsx";

export type DeviceCodeView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  /** What the link carried or was typed before; it is only filled in (RFC 8628 §3.3.1). */
  readonly userCode?: string | undefined;
  readonly problems?: readonly Problem<"user_code">[] | undefined;
  readonly account?: AccountFace | undefined;
  readonly switchAccountUrl?: string | undefined;
};

export const DeviceCodePage = ({ texts, basePath, action = "/device", problems = [], ...view }: DeviceCodeView) => {
  const { userCode = "", account, switchAccountUrl } = view;
  return (
    <>
      <h1>{texts.device.title}</h1>
      <p class="lead">{texts.device.lead}</p>
      <ProblemSummary problems={problems} />
      <form id="device" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        <TextField
          id="user_code"
          label={texts.device.code}
          hint={texts.device.hint}
          problems={problemsOf(problems, "user_code")}
          input={{
            class: "code-input",
            type: "text",
            autocomplete: "off",
            autocapitalize: "characters",
            spellcheck: false,
            maxlength: 64,
            required: true,
            value: userCode,
            autofocus: userCode === "",
          }}
        />
        <button class="button" type="submit" id="continue">
          {texts.common.continue}
        </button>
      </form>
      {account === undefined ? null : (
        <AccountLine account={account} switchAccountUrl={switchAccountUrl} texts={texts} />
      )}
    </>
  );
};
