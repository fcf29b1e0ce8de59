import { accentColors, type Color, type Surfaces } from "../rules/contrast.ts";

/** What postern.css gives the surfaces on which the accent is read; a test compares them. */
export const surfaces: readonly Surfaces[] = [
  { scheme: "light", door: "#fbfcfa", others: ["#f0f3ef", "#e4e8e3", "#d5dcd4"] },
  { scheme: "dark", door: "#161e1c", others: ["#1e2826", "#0d1312", "#080c0b"] },
];

/** Paper is light. */
const media = {
  light: "print, (prefers-color-scheme: light)",
  dark: "screen and (prefers-color-scheme: dark)",
} as const;

/** The style sheet of the operator's colour: it gives new values to what postern.css names. */
export const brandStyles = (color: Color): string =>
  surfaces
    .map((surface) => {
      const { accent, strong, soft, on, leaf } = accentColors(color, surface);
      return `@media ${media[surface.scheme]} {
  :root {
    --accent: ${accent};
    --accent-strong: ${strong};
    --accent-soft: ${soft};
    --on-accent: ${on};
    --leaf: ${leaf};
  }
}
`;
    })
    .join("");
