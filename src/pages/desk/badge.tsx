import type { ComponentChildren } from "preact";

type BadgeView = { readonly kind: "neutral" | "good" | "warning" | "bad"; readonly children: ComponentChildren };

/** A state in a word or two; the colour only repeats it. */
export const Badge = ({ kind, children }: BadgeView) => <span class={`badge badge-${kind}`}>{children}</span>;
