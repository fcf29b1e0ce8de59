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
