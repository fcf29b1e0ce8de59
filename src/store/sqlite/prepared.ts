import type { Changes } from "bun:sqlite";
import { getTableColumns, type Placeholder, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** A statement that is prepared when it is first run, so that a process pays only for those it uses. */
export function lazily<Statement>(prepare: () => Statement): () => Statement {
  let statement: Statement | undefined;
  return () => {
    statement ??= prepare();
    return statement;
  };
}

/** A prepared select of Drizzle. */
interface Select<Row> {
  get(given: Readonly<Record<string, unknown>>): Row | undefined;
  values(given: Readonly<Record<string, unknown>>): unknown[][];
}

/**
 * Reads one row by a statement that is prepared as above. Drizzle's own `get` asks of each column of each row how it is to be
 * converted, which takes longer than SQLite does; ours are texts and numbers, and are taken as they are.
 *
 * @param selected the names are those of the row, in the order of the columns
 */
export function firstRow<Row>(
  selected: Readonly<Record<string, unknown>>,
  prepare: () => Select<Row>,
): (given: Readonly<Record<string, unknown>>) => Row | undefined {
  const names = Object.keys(selected);
  const statement = lazily(prepare);
  return (given) => {
    const [values] = statement().values(given);
    if (values === undefined) return undefined;
    const row: Record<string, unknown> = {};
    for (const [position, name] of names.entries()) row[name] = values[position];
    return row as Row;
  };
}

/** How many rows a statement has changed: bun:sqlite tells, and Drizzle's types do not know. */
export const changesOf = (ran: unknown): number => (ran as Changes).changes;

type Columns<Table extends SQLiteTable> = Table["_"]["columns"];

/** A placeholder for each column of a table, named as the column is: the values of a prepared insert. */
export function everyColumn<Table extends SQLiteTable>(table: Table): { [Name in keyof Columns<Table>]: Placeholder } {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as {
    [Name in keyof Columns<Table>]: Placeholder;
  };
}

/** The same placeholders for an update. */
export const assignments = (columns: Readonly<Record<string, Placeholder>>) =>
  Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, sql`${value}`]));

/** SQLite knows no undefined. */
export const orNull = <Value>(value: Value | undefined): Value | null => (value === undefined ? null : value);
export const orUndefined = <Value>(value: Value | null): Value | undefined => (value === null ? undefined : value);

/** Scope lists: tokens hold no space (RFC 6749 §3.3). */
export const joinList = (list: readonly string[]) => list.join(" ");
export const splitList = (text: string): readonly string[] => (text === "" ? [] : text.split(" "));
