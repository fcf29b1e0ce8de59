import start from "./migrations/0000_start.sql" with { type: "text" };
import people from "./migrations/0001_people.sql" with { type: "text" };
import hostUsers from "./migrations/0002_host_users.sql" with { type: "text" };
import declared from "./migrations/0003_declared.sql" with { type: "text" };
import makersAndEligibility from "./migrations/0004_makers_and_eligibility.sql" with { type: "text" };
import deviceCodesInOrder from "./migrations/0005_device_codes_in_order.sql" with { type: "text" };

/**
 * The migrations in the order in which they run, embedded in the executable. `drizzle-kit generate` writes the files;
 * a table that is only ever looked up by its text key, and has few new rows a second, is then given `WITHOUT ROWID` by hand.
 * A file that was released is never changed.
 */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "0000_start", sql: start },
  { name: "0001_people", sql: people },
  { name: "0002_host_users", sql: hostUsers },
  { name: "0003_declared", sql: declared },
  { name: "0004_makers_and_eligibility", sql: makersAndEligibility },
  { name: "0005_device_codes_in_order", sql: deviceCodesInOrder },
];
