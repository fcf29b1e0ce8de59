import type { ComponentChildren } from "preact";
import { CheckIcon, InformationIcon, WarningIcon } from "../icons.tsx";

const icons = { good: CheckIcon, info: InformationIcon, warning: WarningIcon, problem: WarningIcon } as const;

type NoticeView = { readonly kind: keyof typeof icons; readonly children: ComponentChildren };

/** Something to know before reading on. A problem with a form is a `ProblemSummary` instead. */
export const Notice = ({ kind, children }: NoticeView) => {
  const Icon = icons[kind];
  return (
    <div class={`notice notice-${kind}`}>
      <Icon />
      <div>{children}</div>
    </div>
  );
};
