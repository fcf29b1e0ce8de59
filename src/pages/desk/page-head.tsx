import type { ComponentChildren } from "preact";

type PageHeadView = {
  readonly title: ComponentChildren;
  readonly lead?: ComponentChildren;
  /** Links and forms for the page as a whole. */
  readonly actions?: ComponentChildren;
};

/** What a page of the account or the administration is about, and what can be done there first. */
export const PageHead = ({ title, lead, actions }: PageHeadView) => (
  <header class="page-head">
    <div class="page-words">
      <h1>{title}</h1>
      {lead === undefined ? null : <p class="page-lead">{lead}</p>}
    </div>
    {actions === undefined ? null : <div class="page-actions">{actions}</div>}
  </header>
);
