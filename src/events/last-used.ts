import type { ClientId, GrantId, SessionId } from "../brand.ts";
import type { Grant } from "../model/grant.ts";
import type { Store, Touches } from "../store/store.ts";
import { between, type Instant, minutes } from "../time.ts";

/** Times that are nice to know: kept in memory and written together, at most once a minute and at a clean stop. */
export interface LastUsed {
  /** `address`: where its tokens were asked for. */
  grant(id: GrantId, at: Instant, noted?: Omit<GrantTouch, "id" | "at">): void;
  /** A token of the grant was shown: noted only where what is written of the grant is older than a minute. */
  tokenOf(grant: Pick<Grant, "id" | "lastUsedAt">, at: Instant): void;
  /** `secretId`: the secret that it presented. */
  client(id: ClientId, at: Instant, secretId?: string): void;
  session(id: SessionId, at: Instant): void;
  /** The time of a session that is not written yet. */
  ofSession(id: SessionId): Instant | undefined;
  ofGrant(id: GrantId): Instant | undefined;
  /** With one of its secrets. */
  ofClient(id: ClientId, secretId: string): Instant | undefined;
  write(): Promise<void>;
}

type GrantTouch = Touches["grants"][number];
type ClientTouch = Touches["clients"][number];

/** What is written is right to so much: of many grants at once each costs a write a minute, not one for each time that all are full. */
const exact = minutes(1);

/** Full enough to be written before its minute is over. */
const mostWaiting = 10_000;

export function lastUsed(store: Pick<Store, "touch">): LastUsed {
  const grants = new Map<GrantId, GrantTouch>();
  // By client and secret: of two secrets in use, each has its own time.
  const clients = new Map<string, ClientTouch>();
  const sessions = new Map<SessionId, Instant>();

  const write = async () => {
    if (grants.size + clients.size + sessions.size === 0) return;
    const taken = { grants: new Map(grants), clients: new Map(clients), sessions: new Map(sessions) };
    grants.clear();
    clients.clear();
    sessions.clear();
    try {
      await store.touch({
        grants: [...taken.grants.values()],
        clients: [...taken.clients.values()],
        sessions: [...taken.sessions].map(([id, at]) => ({ id, at })),
      });
    } catch (error) {
      // They wait for the next time; what was noted since is newer.
      for (const [id, touch] of taken.grants) if (!grants.has(id)) grants.set(id, touch);
      for (const [key, touch] of taken.clients) if (!clients.has(key)) clients.set(key, touch);
      for (const [id, at] of taken.sessions) if (!sessions.has(id)) sessions.set(id, at);
      throw error;
    }
  };

  const writeWhenFull = () => {
    if (grants.size + clients.size + sessions.size <= mostWaiting) return;
    // Low-value: what a full disk does not take is given up before it fills the memory.
    write().catch(() => {
      if (grants.size > mostWaiting) grants.clear();
      if (sessions.size > mostWaiting) sessions.clear();
    });
  };

  const grant: LastUsed["grant"] = (id, at, noted) => {
    const before = grants.get(id);
    grants.set(id, {
      id,
      at,
      refreshExpiresAt: noted?.refreshExpiresAt ?? before?.refreshExpiresAt,
      keepUntil: noted?.keepUntil ?? before?.keepUntil,
      address: noted?.address ?? before?.address,
    });
    writeWhenFull();
  };

  return {
    grant,
    tokenOf: ({ id, lastUsedAt }, at) => {
      if (lastUsedAt === undefined || Math.abs(between(lastUsedAt, at)) >= exact) grant(id, at);
    },
    client: (id, at, secretId) => {
      clients.set(keyOf(id, secretId), { id, at, secretId });
    },
    session: (id, at) => {
      sessions.set(id, at);
      writeWhenFull();
    },
    ofSession: (id) => sessions.get(id),
    ofGrant: (id) => grants.get(id)?.at,
    ofClient: (id, secretId) => clients.get(keyOf(id, secretId))?.at,
    write,
  };
}

const keyOf = (id: ClientId, secretId: string | undefined): string => `${id} ${secretId ?? ""}`;
