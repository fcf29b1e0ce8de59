import { Elysia } from "elysia";
import { type KeyInUse, listKeys, nextRotationOf, rotateKeys } from "../../administration/keys.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { actorOf, adminPage } from "./admin-page.ts";
import { KeysPage, RotateKeysPage } from "./keys-view.tsx";
import { atOperation, type OperationVisit } from "./operation-page.ts";

const rotatePath = `${adminPaths.keys}/rotate` as const;
const queryNames: ReadonlySet<"done"> = new Set(["done"]);
const formNames: ReadonlySet<"csrf"> = new Set(["csrf"]);
const formPurpose = "admin rotate keys";

/** Every key and what it does now; new ones are made after a fresh sign-in. */
export const keysPage = (context: Context) =>
  new Elysia({ name: "keys-page" })
    .get(adminPaths.keys, ({ request, server }) => atOperation(context, request, server, show), {
      detail: { hide: true },
    })
    .get(rotatePath, ({ request, server }) => atOperation(context, request, server, ask), { detail: { hide: true } })
    .post(rotatePath, ({ request, server }) => atOperation(context, request, server, rotate), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: OperationVisit): Promise<Response> {
  const { context, request, operation } = visit;
  const body = (
    <KeysPage
      {...visit}
      now={context.clock.now()}
      keys={(await listKeys(context)).toSorted(byUse)}
      nextRotation={await nextRotationOf(context)}
      done={readParameters(queryText(request), queryNames).get("done")}
    />
  );
  return adminPage(visit, { part: "keys", title: operation.keys.title, body });
}

const states = ["active", "next", "kept"] as const;

/** What is in use first. */
const byUse = (one: KeyInUse, other: KeyInUse): number =>
  states.indexOf(one.state) - states.indexOf(other.state) || one.key.number - other.key.number;

async function ask(visit: OperationVisit): Promise<Response> {
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, rotatePath);
  const { context, browser, basePath, operation, locale } = visit;
  const keys = (await listKeys(context)).filter(({ state }) => state === "active").map(({ key }) => key);
  const body = (
    <RotateKeysPage
      operation={operation}
      locale={locale}
      keys={keys}
      action={`${basePath}${rotatePath}`}
      back={`${basePath}${adminPaths.keys}`}
      csrf={csrfToken(context, browser, formPurpose)}
    />
  );
  return adminPage(visit, { part: "keys", title: operation.keys.rotateTitle, body });
}

async function rotate(visit: OperationVisit): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, rotatePath);
  await rotateKeys(context, actorOf(visit));
  return goTo(visit, adminPaths.keys, { done: "rotated" });
}
