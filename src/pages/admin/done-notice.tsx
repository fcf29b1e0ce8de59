import { Notice } from "../desk/notice.tsx";

type DoneNoticeView = {
  /** Sentences by code. */
  readonly words: Readonly<Record<string, string>>;
  /** As it stands in the address: of a code that is none of ours nothing is said. */
  readonly code: string | undefined;
};

/** What was done before this page was come to. */
export const DoneNotice = ({ words, code }: DoneNoticeView) => {
  const [, sentence] = Object.entries(words).find(([name]) => name === code) ?? [];
  return sentence === undefined ? null : (
    <Notice kind="good">
      <p role="status">{sentence}</p>
    </Notice>
  );
};
