import { count, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Page, PageOf } from "../listing.ts";
import type { Connection } from "./database.ts";

interface Wanted<Table extends SQLiteTable, Item> extends PageOf {
  readonly table: Table;
  readonly where: SQL | undefined;
  /** Ends with something unique, so that no row stands on two pages. */
  readonly order: readonly (SQL | SQLiteColumn)[];
  readonly read: (row: Table["$inferSelect"]) => Item;
}

/** Part of a list that people read, and its length: built per call. */
export function pageOf<Table extends SQLiteTable, Item>(
  db: Connection,
  { table, where, order, read, offset, limit }: Wanted<Table, Item>,
): Page<Item> {
  const rows = db
    .select()
    .from<SQLiteTable>(table)
    .where(where)
    .orderBy(...order)
    .limit(limit)
    .offset(offset)
    .all();
  const total = db.select({ count: count() }).from<SQLiteTable>(table).where(where).get()?.count ?? 0;
  return { items: rows.map(read), total };
}

/** Whether the text stands somewhere in the value; SQLite tells capitals from small letters outside ASCII. */
export const contains = (value: SQLWrapper, text: string): SQL =>
  sql`${value} like ${`%${text.replace(/[\\%_]/g, "\\$&")}%`} escape '\\'`;
