import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { brandStyles, surfaces } from "../../../src/pages/brand-styles.ts";
import { accentColors, contrast, leastContrast } from "../../../src/rules/contrast.ts";
import { readText } from "../../support/repository.ts";

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);
const [light, dark] = surfaces;
if (light === undefined || dark === undefined) throw new Error("there are two schemes");

describe("contrast", () => {
  test("WCAG 2.2 §1.4.3: is 21 between black and white, 1 between equals, and the same in both directions", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    fc.assert(
      fc.property(color, color, (one, other) => {
        expect(contrast(one, one)).toBe(1);
        expect(contrast(one, other)).toBe(contrast(other, one));
        expect(contrast(one, other)).toBeWithin(1, 21.001);
      }),
    );
  });

  test("WCAG 2.2 §1.4.3: is what other implementations find", () => {
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
    expect(contrast("#ff0000", "#ffffff")).toBeCloseTo(3.998, 3);
    expect(contrast("#0000ff", "#ffffff")).toBeCloseTo(8.592, 3);
  });
});

describe("the colours of a brand", () => {
  test("WCAG 2.2 §1.4.3: whatever the operator's colour, all that stands on another colour can be read", () => {
    fc.assert(
      fc.property(color, fc.constantFrom(...surfaces), (wanted, surface) => {
        const { accent, strong, soft, on } = accentColors(wanted, surface);
        const pairs = [
          [on, accent],
          [on, strong],
          [accent, soft],
          [strong, soft],
          ...[surface.door, ...surface.others].flatMap((ground) => [
            [accent, ground] as const,
            [strong, ground] as const,
          ]),
        ] as const;
        const worst = Math.min(...pairs.map(([one, other]) => contrast(one, other)));
        expect(worst).toBeGreaterThanOrEqual(leastContrast);
      }),
      { numRuns: 2000 },
    );
  });

  test("a colour that can be read already is taken as it is", () => {
    expect(accentColors("#0d5a50", light).accent).toBe("#0d5a50");
    expect(accentColors("#74d1c0", dark).accent).toBe("#74d1c0");
  });

  test("a colour that cannot is changed no more than it must", () => {
    const { accent, soft } = accentColors("#ffcc00", light);
    const worst = Math.min(...[light.door, soft, ...light.others].map((ground) => contrast(accent, ground)));
    expect(worst).toBeLessThan(leastContrast + 0.35);
  });

  test("the surfaces are those of the style sheet", () => {
    const styles = readText("src/pages/assets/postern.css");
    const schemes = styles.split("prefers-color-scheme: dark");
    for (const [index, surface] of surfaces.entries()) {
      const part = schemes[index] ?? "";
      const named = ["door", "sunk", "wall", "ground"].map((name) => new RegExp(`--${name}: (#\\w+);`).exec(part)?.[1]);
      expect(named).toEqual([surface.door, ...surface.others]);
    }
  });

  test("the style sheet gives each colour once for light and once for dark", () => {
    const sheet = brandStyles("#aa3366");
    for (const name of ["accent", "accent-strong", "accent-soft", "on-accent", "leaf"]) {
      expect(sheet.match(new RegExp(`--${name}: #[0-9a-f]{6};`, "g"))).toHaveLength(2);
    }
  });
});
