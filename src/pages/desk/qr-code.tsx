import { encode } from "uqr";

/** Runs of dark modules, each a bar one module high: a tenth of the path that a square for each would need. */
const darkBars = (modules: readonly (readonly boolean[])[]): string =>
  modules
    .flatMap((row, y) =>
      row.flatMap((isDark, x) => {
        if (!isDark || row[x - 1] === true) return [];
        const end = row.indexOf(false, x);
        const width = (end === -1 ? row.length : end) - x;
        return [`M${x} ${y}h${width}v1h${-width}z`];
      }),
    )
    .join("");

/**
 * A text for a camera. What it says should stand beside it in letters too.
 *
 * @source ISO/IEC 18004 §9.1: a quiet zone of four modules; always dark on light, whatever the colours of the page
 */
export const QrCode = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="qr-light" width={size} height={size} />
      <path class="qr-dark" d={darkBars(data)} />
    </svg>
  );
};
