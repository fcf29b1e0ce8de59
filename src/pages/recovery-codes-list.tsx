import type { Texts } from "../languages/door/en.ts";

/** Ten codes, shown once: to be copied, or printed. What is copied has a code a line. */
export const RecoveryCodesList = ({ texts, codes }: { readonly texts: Texts; readonly codes: readonly string[] }) => (
  <figure class="copyable">
    <figcaption id="recovery-codes-label">{texts.recoveryCodes.label}</figcaption>
    <ol class="codes" id="recovery-codes" data-copyable="">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
          {"\n"}
        </li>
      ))}
    </ol>
  </figure>
);
