import { type ComponentChildren, Fragment } from "preact";

const mark = "\uE000";

/** A sentence of the languages with its value set apart in markup, so that a client's name cannot pass for our words. */
export const Sentence = ({
  of,
  children,
}: {
  readonly of: (value: string) => string;
  readonly children: ComponentChildren;
}) => (
  <>
    {of(mark)
      .split(mark)
      .map((part, index) => (
        <Fragment key={index}>
          {index > 0 ? <bdi class="name">{children}</bdi> : null}
          {part}
        </Fragment>
      ))}
  </>
);
