import type { ComponentChildren } from "preact";

type PanelView = {
  readonly id: string;
  readonly title: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly children?: ComponentChildren;
};

/** A part of a page under a heading of its own. */
export const Panel = ({ id, title, hint, children }: PanelView) => (
  <section class="panel" id={id} aria-labelledby={`${id}-title`}>
    <div class="panel-head">
      <h2 id={`${id}-title`}>{title}</h2>
      {hint === undefined ? null : <p class="hint">{hint}</p>}
    </div>
    {children}
  </section>
);
