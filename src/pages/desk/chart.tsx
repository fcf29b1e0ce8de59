import type { UiLocale } from "../../languages/languages.ts";
import { formatNumber } from "./numbers.ts";

type Point = { readonly label: string; readonly value: number };

type BarChartView = {
  readonly title: string;
  /** In the order of time. */
  readonly points: readonly Point[];
  readonly locale: UiLocale;
};

const barWidth = 8;
const step = 10;
const height = 100;

/** How much there was of something, step by step: bars for the eye, the same as a table for screen readers. */
export const BarChart = ({ title, points, locale }: BarChartView) => {
  const most = Math.max(1, ...points.map(({ value }) => value));
  const total = points.reduce((sum, { value }) => sum + value, 0);
  const [first, last] = [points[0], points.at(-1)];
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span> <span class="chart-total">{formatNumber(locale, total)}</span>
      </figcaption>
      <p class="chart-scale" aria-hidden="true">
        <span>{total === 0 ? null : formatNumber(locale, most)}</span>
        <span>{formatNumber(locale, 0)}</span>
      </p>
      <svg
        class="chart-bars"
        viewBox={`0 0 ${Math.max(1, points.length) * step} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        {points.map(({ label, value }, index) => {
          const tall = (value / most) * height;
          return (
            <g key={label}>
              <title>{`${label}: ${formatNumber(locale, value)}`}</title>
              <rect class="chart-space" x={index * step} width={step} height={height} />
              <rect class="chart-bar" x={index * step + 1} y={height - tall} width={barWidth} height={tall} />
            </g>
          );
        })}
      </svg>
      {first === undefined || last === undefined ? null : (
        <p class="chart-ends" aria-hidden="true">
          <span>{first.label}</span>
          <span>{last.label}</span>
        </p>
      )}
      {/* No table is narrower than its words: what hides it stands around it. */}
      <div class="visually-hidden">
        <table>
          <caption>{title}</caption>
          <tbody>
            {points.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{formatNumber(locale, value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
};
