import type { ComponentChildren } from "preact";

type Column = {
  readonly key: string;
  readonly label: string;
  /** Set flush right, figures of equal width. */
  readonly isNumeric?: boolean;
};

type Row = {
  readonly id: string;
  /** One for each column. The first one names the row. */
  readonly cells: readonly ComponentChildren[];
};

type DataTableView = {
  /** Says what the table lists to those who do not see the heading above it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Stands where the table would, when nothing is to be listed. */
  readonly empty: ComponentChildren;
};

/** The more columns, the sooner there is no room for them side by side. */
function frameFor(columns: number): string {
  if (columns > 6) return "table-frame table-frame-widest";
  return columns > 4 ? "table-frame table-frame-wide" : "table-frame";
}

/** A list with columns; where it is narrow, each row becomes a card that repeats the columns' labels. */
export const DataTable = ({ caption, columns, rows, empty }: DataTableView) =>
  rows.length === 0 ? (
    <p class="empty">{empty}</p>
  ) : (
    <div class={frameFor(columns.length)}>
      <table class="data-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, label, isNumeric }) => (
              <th key={key} scope="col" class={isNumeric === true ? "numeric" : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} id={row.id}>
              {columns.map(({ key, label, isNumeric }, index) =>
                index === 0 ? (
                  <th key={key} scope="row">
                    {row.cells[index]}
                  </th>
                ) : (
                  <td key={key} data-label={label} class={isNumeric === true ? "numeric" : undefined}>
                    <div class="cell">{row.cells[index]}</div>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
