import type { Texts } from "../languages/door/en.ts";

export type RecoveryCodesListView = {
  readonly texts: Texts;
  readonly codes: readonly string[];
  /** Whose they are, and where: on paper nothing else tells. */
  readonly username: string;
  readonly issuer: string;
};

/** Ten codes, shown once: to be copied, or printed. What is copied has a code a line. */
export const RecoveryCodesList = ({ texts, codes, username, issuer }: RecoveryCodesListView) => (
  <figure class="copyable">
    <figcaption id="recovery-codes-label">
      {texts.recoveryCodes.label}
      <span class="quiet" id="recovery-codes-of">
        {texts.recoveryCodes.of(username, issuer)}
      </span>
    </figcaption>
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
