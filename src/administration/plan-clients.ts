import { asUserId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Client } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import { addClient, metadataMembers, replaceMetadata } from "./clients.ts";
import {
  type DeclaredClient,
  enableDeclaredClient,
  hasDeclaredSecret,
  secretsOf,
  withdrawClient,
} from "./declared-client.ts";
import { differingMembers, type MemberDifference, type Plan, type Step } from "./difference.ts";

type Writing = Pick<Context, "store" | "clock" | "random" | "ownScopes">;

/** What the declared clients come to. */
export async function planClients(
  context: Writing,
  actor: Actor,
  wanted: readonly DeclaredClient[],
  prune: boolean,
): Promise<Plan> {
  const known = new Map((await context.store.clients.listOfOperator()).map((client) => [client.id, client]));
  const faults: string[] = [];
  const disabled: string[] = [];
  const steps: Step[] = [];
  const seen = new Set<string>();
  for (const client of wanted) {
    const before = known.get(client.id) ?? (await context.store.clients.find(client.id));
    const fault = seen.has(client.id)
      ? "its client_id stands there twice"
      : await reasonAgainst(context, client, before);
    seen.add(client.id);
    if (fault !== undefined) faults.push(`client ${client.id}: ${fault}`);
    else if (before === undefined) steps.push(creation(context, actor, client));
    else {
      steps.push(...changes(context, actor, before, client));
      if (before.disabledAt !== undefined && before.origin !== "withdrawn") disabled.push(client.id);
    }
  }
  const gone = [...known.values()].filter(({ id, origin }) => origin === "apply" && !seen.has(id));
  const withdrawals = gone.map(
    (client): Step => ({
      difference: { kind: "client", name: client.id, action: "disable", members: [] },
      run: () => withdrawClient(context, actor, client),
    }),
  );
  return {
    steps: prune ? [...steps, ...withdrawals] : steps,
    faults,
    left: prune ? [] : gone.map(({ id }) => id),
    disabled,
  };
}

async function reasonAgainst(
  { store }: Pick<Context, "store">,
  { id }: DeclaredClient,
  before: Client | undefined,
): Promise<string | undefined> {
  if (before?.origin === "file") return "it is declared in POSTERN_CLIENTS_FILE already";
  // Whoever registered it could go on changing it (RFC 7592).
  if (before?.origin === "registration") return "there is a client of that id already that registered itself";
  // RFC 9700 §4.15: a client must not pass for a person where a token's subject is its own id.
  if (before === undefined && (await store.users.find(asUserId(id))) !== undefined) return "that id cannot be used";
  return undefined;
}

const creation = (context: Writing, actor: Actor, wanted: DeclaredClient): Step => ({
  difference: {
    kind: "client",
    name: wanted.id,
    action: "create",
    members: [...differingMembers({}, metadataMembers(wanted.metadata)), ...secretOf(wanted)],
  },
  run: async () => {
    const { id, metadata } = wanted;
    await addClient(context, actor, { id, metadata, origin: "apply", secrets: secretsOf(context, wanted) });
  },
});

const secretOf = ({ secret }: DeclaredClient): readonly MemberDifference[] =>
  secret === undefined ? [] : [{ member: "client_secret", isSecret: true }];

/** Answers with no step where the client is what it should be. */
function changes(context: Writing, actor: Actor, before: Client, wanted: DeclaredClient): readonly Step[] {
  const hasSecret = hasDeclaredSecret(before, wanted);
  // Its entry had been taken out and is back.
  const comesBack = before.origin === "withdrawn" && before.disabledAt !== undefined;
  const members: readonly MemberDifference[] = [
    ...differingMembers(
      { ...metadataMembers(before.metadata), declared: before.origin === "apply" },
      { ...metadataMembers(wanted.metadata), declared: true },
    ),
    ...(hasSecret ? [] : [{ member: "client_secret", isSecret: true } as const]),
    ...(comesBack ? [{ member: "disabled", before: true, after: false }] : []),
  ];
  if (members.length === 0) return [];
  const secrets = hasSecret ? undefined : secretsOf(context, wanted);
  const run = async () => {
    // If it breaks off in between, the next time finds it withdrawn and goes on.
    const origin = comesBack ? "withdrawn" : "apply";
    await replaceMetadata(context, actor, before, wanted.metadata, secrets, { origin });
    if (comesBack) await enableDeclaredClient(context, actor, before);
  };
  return [{ difference: { kind: "client", name: before.id, action: "update", members }, run }];
}
