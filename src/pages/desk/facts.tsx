import type { ComponentChildren } from "preact";

type FactsView = { readonly items: readonly (readonly [label: string, value: ComponentChildren])[] };

/** What is known about one thing: labels, and what belongs to them. */
export const Facts = ({ items }: FactsView) => (
  <dl class="fact-list">
    {items.map(([label, value]) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
