import type { Changes } from "bun:sqlite";
import { type AnyColumn, eq, type GetColumnData, getTableColumns, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { AnySQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Connection } from "./database.ts";

/** A statement that is prepared when it is first run, so that a process pays only for those it uses. */
export function lazily<Statement>(prepare: () => Statement): () => Statement {
  let statement: Statement | undefined;
  return () => {
    statement ??= prepare();
    return statement;
  };
}

type Selected = Readonly<Record<string, AnyColumn | SQL>>;
type RowOf<Columns extends Selected> = {
  [Name in keyof Columns]: Columns[Name] extends AnyColumn
    ? GetColumnData<Columns[Name]>
    : Columns[Name] extends SQL<infer Value>
      ? Value
      : never;
};

/**
 * Reads the row whose key has a value. Drizzle writes the statement, and SQLite's own names of the columns are those of the row
 * that comes back: Drizzle's `get` asks of each column of each row how it is to be converted, which takes longer than SQLite
 * does. Ours are texts and numbers, and are taken as they are.
 */
export function firstRow<Columns extends Selected>(
  db: Connection,
  key: AnySQLiteColumn,
  columns: Columns,
): (value: string) => RowOf<Columns> | undefined {
  const statement = lazily(() => {
    const named = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, sql`${column}`.as(name)]));
    const { sql: text } = db
      .select(named)
      .from(key.table)
      .where(eq(key, sql.placeholder("value")))
      .toSQL();
    return db.$client.prepare<RowOf<Columns>, [string]>(text);
  });
  return (value) => orUndefined(statement().get(value));
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
