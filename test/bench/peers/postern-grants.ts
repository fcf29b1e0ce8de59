import { Database } from "bun:sqlite";
import { asClientId } from "../../../src/brand.ts";
import type { Context } from "../../../src/context.ts";
import { issueTokens } from "../../../src/tokens/issue.ts";
import { createUser, grantTokens } from "../../support/grants.ts";
import type { Holdings } from "./postern.ts";

// Many grants in a short time: some thousands by the store's own verbs, all others as copies of these under ids of their
// own, row by row the same but for that.

export const grantScope = ["tasks:read", "tasks:write", "offline_access"];
const mostPeople = 1000;
/** So many are made by the verbs at most. */
const mostMade = 20_000;
const atOnce = 500;

/** Fills the database, and gives access tokens that live, of as many different grants as there can be. */
export async function fillWithGrants(
  at: { readonly context: Context },
  path: string,
  clientId: string,
  { grants: count, tokens }: Holdings,
): Promise<readonly string[]> {
  const { context } = at;
  const client = await context.store.clients.find(asClientId(clientId));
  if (client === undefined) throw new Error("the client is not there");
  const people = await inTurn(Math.min(count, mostPeople), () => createUser(at));
  const made = await inTurn(Math.min(count, Math.max(1000, Math.min(tokens, mostMade))), (each) => {
    const user = people[each % people.length];
    if (user === undefined) throw new Error("there are no people");
    return grantTokens(at, { client, user, scope: grantScope });
  });
  age(path);
  if (count > made.length) copyGrants(path, count - made.length);
  return inTurn(tokens, async (each) => {
    const grant = made[each % made.length]?.grant;
    if (grant === undefined) throw new Error("there are no grants");
    return (await issueTokens(context, { client, grant, scope: grant.scope })).access_token;
  });
}

/** As grants are that came from an app on a telephone, when they are a few months old and housekeeping has been there. */
function age(path: string): void {
  withDatabase(path, (database) => {
    database.exec("DELETE FROM events; DELETE FROM authorization_codes; DELETE FROM spent_handles");
    database
      .query("UPDATE grants SET address = ?, user_agent = ? WHERE user_id IS NOT NULL")
      .run("2001:db8:1234:5678:9abc:def0:1234:5678", "Tasks/3.12 (iPhone; iOS 17.4.1; Scale/3.00) CFNetwork/1494.0.7");
  });
}

/** Copies of a thousand grants of people, each under a random id of the right length. */
function copyGrants(path: string, count: number): void {
  withDatabase(path, (database) => {
    const columns = database
      .query<{ name: string }, []>("SELECT name FROM pragma_table_info('grants')")
      .all()
      .map(({ name }) => name);
    const values = columns.map((name) => (name === "id" ? "lower(hex(randomblob(11)))" : `model.${name}`));
    // What is read must not be what is being written.
    database.exec("CREATE TEMP TABLE model AS SELECT * FROM grants WHERE user_id IS NOT NULL LIMIT 1000");
    database.exec(`
      WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < ${Math.ceil(count / 1000)})
      INSERT INTO grants (${columns.join(", ")}) SELECT ${values.join(", ")} FROM copy CROSS JOIN model LIMIT ${count}`);
    database.exec("DROP TABLE model; PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

function withDatabase(path: string, work: (database: Database) => void): void {
  const database = new Database(path, { readwrite: true, create: false });
  // A lost fill is made again.
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA busy_timeout = 5000");
  work(database);
  database.close();
}

async function inTurn<Made>(count: number, make: (each: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  while (made.length < count) {
    const some = Array.from({ length: Math.min(atOnce, count - made.length) }, (_, each) => make(made.length + each));
    made.push(...(await Promise.all(some)));
  }
  return made;
}
