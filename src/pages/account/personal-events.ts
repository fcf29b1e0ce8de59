import type { Context } from "../../context.ts";
import type { EventName, RecordedEvent } from "../../model/event.ts";
import { clientName } from "../client-face.ts";
import type { AccountVisit } from "./account-page.ts";

/** Those that can be about a person. */
export type PersonalEventName = Exclude<
  EventName,
  | `client.${string}`
  | `key.${string}`
  | `registration-token.${string}`
  | `scope.${string}`
  | `backup.${string}`
  | `database.${string}`
  | `secret.${string}`
  | "setup.link-created"
>;

export interface PersonalEvent extends RecordedEvent {
  readonly name: PersonalEventName;
  /** Of the client that it is about; absent where that is gone, or there is none. */
  readonly appName?: string | undefined;
  readonly isOwnDoing: boolean;
}

export interface PersonalEvents {
  readonly items: readonly PersonalEvent[];
  /** The `before` of the page after this one; absent on the last. */
  readonly next?: number | undefined;
}

/** What happened to the account of who looks at it, the newest first. */
export async function personalEvents(
  { context, person, texts, words }: Pick<AccountVisit, "context" | "person" | "texts" | "words">,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<PersonalEvents> {
  const { id: userId } = person.user;
  // One more than is shown: whether there is a next page.
  const found = await context.store.events.page({ userId, before, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const appNames = await appNamesOf(context, shown, texts);
  const isPersonal = (name: EventName): name is PersonalEventName => name in words.events;
  const items = shown.flatMap((event) => {
    const { name, actor, clientId } = event;
    // A session that goes on under a new cookie does so because of what stands beside it.
    if (!isPersonal(name) || event.detail?.renewed === true) return [];
    const isOwnDoing = actor.kind === "user" && actor.userId === userId;
    return [{ ...event, name, isOwnDoing, appName: clientId && appNames.get(clientId) }];
  });
  return { items, next: found.length > limit ? shown.at(-1)?.id : undefined };
}

async function appNamesOf(
  { store }: Pick<Context, "store">,
  events: readonly RecordedEvent[],
  texts: AccountVisit["texts"],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(events.flatMap(({ clientId }) => clientId ?? []));
  const clients = await Promise.all([...ids].map((id) => store.clients.find(id)));
  return new Map(clients.flatMap((client) => (client === undefined ? [] : [[client.id, clientName(client, texts)]])));
}
