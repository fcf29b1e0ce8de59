import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import type { Peer } from "../../http/client-address.ts";
import { mustHaveSecondFactor, usablePasskeys } from "../../identity/factors.ts";
import type { AuditEvent } from "../../model/event.ts";
import type { Factors, Passkey } from "../../model/factor.ts";
import { readDisplayName } from "../../rules/display-name.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, actorOf, atAccountForSure, nothingHere, sentForm } from "./account-page.ts";
import { PasskeyPage } from "./passkey-view.tsx";

const path = `${accountPaths.passkeys}/:id` as const;

/** What the forms are for, in their tokens. */
const renamePurpose = (id: string) => `account rename passkey ${id}`;
const removePurpose = (id: string) => `account remove passkey ${id}`;

const hidden = { parse: "none", detail: { hide: true } } as const;

/** One of the person's passkeys, among all that they have. */
interface PasskeyVisit extends AccountVisit {
  readonly passkey: Passkey;
  readonly factors: Factors;
}

/** One passkey: another name for it, or its end. */
export const passkeyPage = (context: Context) =>
  new Elysia({ name: "account-passkey" })
    .get(path, ({ request, server, params: { id } }) => atPasskey(context, request, server, id, show), {
      detail: { hide: true },
    })
    .post(
      `${path}/name`,
      ({ request, server, params: { id } }) => atPasskey(context, request, server, id, rename),
      hidden,
    )
    .post(
      `${path}/remove`,
      ({ request, server, params: { id } }) => atPasskey(context, request, server, id, remove),
      hidden,
    );

const atPasskey = (
  context: Context,
  request: Request,
  peer: Peer | null,
  id: string,
  answer: (visit: PasskeyVisit) => Promise<Response>,
): Promise<Response> =>
  atAccountForSure(context, request, peer, accountPaths.passkeys, async (visit) => {
    const factors = await context.store.factors.of(visit.person.user.id);
    const passkey = factors.passkeys.find((known) => known.id === id);
    if (passkey === undefined) throw nothingHere();
    return answer({ ...visit, passkey, factors });
  });

const show = async (visit: PasskeyVisit): Promise<Response> => page(visit, []);

async function rename(visit: PasskeyVisit): Promise<Response> {
  const { context, passkey, words } = visit;
  const sent = await sentForm(visit, renamePurpose(passkey.id), ["name"]);
  const typed = sent.get("name")?.trim() ?? "";
  const name = readDisplayName(typed);
  if (name === undefined) {
    const message = typed === "" ? words.passkeys.nameMissing : words.passkeys.nameRefused;
    return page(visit, [{ message, fields: ["name"] }], typed);
  }
  const { userId, id } = passkey;
  await context.store.factors.renamePasskey({ userId, id, name, event: eventOf(visit, "passkey.renamed", name) });
  return goTo(visit, accountPaths.passkeys, { done: "passkey-renamed" });
}

async function remove(visit: PasskeyVisit): Promise<Response> {
  const { context, passkey, words } = visit;
  await sentForm(visit, removePurpose(passkey.id));
  if (isNeeded(visit)) return page(visit, [{ message: words.passkeys.needed, fields: [] }]);
  const { userId, id, name } = passkey;
  await context.store.factors.removePasskey({ userId, id, event: eventOf(visit, "passkey.removed", name) });
  return goTo(visit, accountPaths.passkeys, { done: "passkey-removed" });
}

/** Without it the password alone would open the account. */
function isLast({ context, passkey, factors }: PasskeyVisit): boolean {
  const others = usablePasskeys(context, factors).filter(({ id }) => id !== passkey.id);
  const isUsable = others.length < usablePasskeys(context, factors).length;
  return isUsable && others.length === 0 && factors.totp === undefined;
}

const eventOf = (visit: PasskeyVisit, name: "passkey.renamed" | "passkey.removed", passkey: string): AuditEvent => ({
  at: visit.context.clock.now(),
  name,
  actor: actorOf(visit),
  userId: visit.person.user.id,
  address: visit.browser.origin.address,
  detail: { passkey },
});

const isNeeded = (visit: PasskeyVisit): boolean =>
  isLast(visit) && mustHaveSecondFactor(visit.context, visit.person.user);

function page(visit: PasskeyVisit, problems: readonly Problem<"name">[], typed?: string): Promise<Response> {
  const { context, browser, passkey, factors, words } = visit;
  const body = (
    <PasskeyPage
      {...visit}
      typed={typed ?? passkey.name}
      isUsable={usablePasskeys(context, factors).some(({ id }) => id === passkey.id)}
      isLast={isLast(visit)}
      isNeeded={isNeeded(visit)}
      csrfToRename={csrfToken(context, browser, renamePurpose(passkey.id))}
      csrfToRemove={csrfToken(context, browser, removePurpose(passkey.id))}
      problems={problems}
    />
  );
  return accountPage(visit, { part: "passkeys", title: words.passkeys.title, body });
}
