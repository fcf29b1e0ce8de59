import type { ClientId, GrantId, SessionId } from "../brand.ts";
import type { Store } from "../store/store.ts";
import type { Instant } from "../time.ts";

/** Times that are nice to know: kept in memory and written together, at most once a minute and at a clean stop. */
export interface LastUsed {
  grant(id: GrantId, at: Instant, until?: { readonly refreshExpiresAt: Instant; readonly keepUntil: Instant }): void;
  client(id: ClientId, at: Instant): void;
  session(id: SessionId, at: Instant): void;
  /** The time of a session that is not written yet. */
  ofSession(id: SessionId): Instant | undefined;
  ofGrant(id: GrantId): Instant | undefined;
  write(): Promise<void>;
}

/** Full enough to be written before its minute is over. */
const mostWaiting = 10_000;

export function lastUsed(store: Pick<Store, "touch">): LastUsed {
  const grants = new Map<
    GrantId,
    { readonly at: Instant; readonly refreshExpiresAt?: Instant; readonly keepUntil?: Instant }
  >();
  const clients = new Map<ClientId, Instant>();
  const sessions = new Map<SessionId, Instant>();

  const write = async () => {
    if (grants.size + clients.size + sessions.size === 0) return;
    const touches = {
      grants: [...grants].map(([id, touch]) => ({ id, ...touch })),
      clients: [...clients].map(([id, at]) => ({ id, at })),
      sessions: [...sessions].map(([id, at]) => ({ id, at })),
    };
    grants.clear();
    clients.clear();
    sessions.clear();
    await store.touch(touches);
  };

  const writeWhenFull = () => {
    // Low-value: a disk that is full loses them.
    if (grants.size + clients.size + sessions.size > mostWaiting) write().catch(() => undefined);
  };

  return {
    grant: (id, at, until) => {
      grants.set(id, { ...grants.get(id), at, ...until });
      writeWhenFull();
    },
    client: (id, at) => {
      clients.set(id, at);
    },
    session: (id, at) => {
      sessions.set(id, at);
      writeWhenFull();
    },
    ofSession: (id) => sessions.get(id),
    ofGrant: (id) => grants.get(id)?.at,
    write,
  };
}
