/** `#rrggbb` */
export type Color = string;

type Channels = readonly [red: number, green: number, blue: number];

const black: Color = "#000000";
const white: Color = "#ffffff";

/** WCAG 2.2 §1.4.3: the least contrast of text. */
export const leastContrast = 4.5;

/** How well one colour is read on another, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Color, other: Color): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** The surfaces of one colour scheme on which the accent stands as text. */
export interface Surfaces {
  readonly scheme: "light" | "dark";
  /** What pages are made of; the soft accent is mixed into it. */
  readonly door: Color;
  readonly others: readonly Color[];
}

/** The colours that follow from an accent; each is read well wherever the style sheets put it. */
export interface AccentColors {
  readonly accent: Color;
  /** Under the pointer. */
  readonly strong: Color;
  /** A tinge behind text in the accent. */
  readonly soft: Color;
  /** Text on the accent. */
  readonly on: Color;
  /** The leaf of the mark's door. */
  readonly leaf: Color;
}

/**
 * The accent nearest to the one that was asked for that can be read: darker on light surfaces, lighter on dark ones, and no
 * more than it must be.
 */
export function accentColors(wanted: Color, { scheme, door, others }: Surfaces): AccentColors {
  const away = scheme === "light" ? black : white;
  const softOf = (accent: Color) => mix(door, accent, scheme === "light" ? 0.13 : 0.2);
  const isReadable = (accent: Color) =>
    [door, softOf(accent), ...others].every((surface) => contrast(accent, surface) >= leastContrast);
  let accent = wanted;
  for (let percent = 1; percent <= 100 && !isReadable(accent); percent++) accent = mix(wanted, away, percent / 100);
  return {
    accent,
    strong: mix(accent, away, 0.28),
    soft: softOf(accent),
    on: contrast(white, accent) >= contrast(black, accent) ? white : mix(accent, black, 0.9),
    leaf: mix(accent, black, scheme === "light" ? 0.35 : 0.45),
  };
}

/** From one colour towards another: 0 is the one, 1 the other. */
function mix(from: Color, to: Color, share: number): Color {
  const target = channelsOf(to);
  const mixed = channelsOf(from).map((channel, index) => {
    const value = Math.round(channel + ((target[index] ?? 0) - channel) * share);
    return value.toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

function channelsOf(color: Color): Channels {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: Color): number {
  const [red, green, blue] = channelsOf(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
