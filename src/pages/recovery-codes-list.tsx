import type { Texts } from "../languages/door/en.ts";
import { Copyable } from "./desk/copyable.tsx";
import { PrintButton } from "./desk/print-button.tsx";

/** Ten codes, shown once: to be copied, or printed. */
export const RecoveryCodesList = ({ texts, codes }: { readonly texts: Texts; readonly codes: readonly string[] }) => (
  <>
    <p class="lead">{texts.recoveryCodes.lead}</p>
    <Copyable id="recovery-codes" text={codes.join("\n")} label={texts.recoveryCodes.label} />
    <PrintButton label={texts.recoveryCodes.print} />
  </>
);
