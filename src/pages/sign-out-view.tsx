import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { CheckIcon } from "./icons.tsx";
import { Sentence } from "./sentence.tsx";

export type SignOutView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  readonly account?: AccountFace | undefined;
  /** The client that sent the person here; it is named and no more. */
  readonly clientName?: string | undefined;
};

/** Asks first (RP-Initiated Logout §2). */
export const SignOutPage = ({ texts, basePath, action = "/auth/logout", ...view }: SignOutView) => {
  const { account, clientName } = view;
  return (
    <>
      <h1>{texts.signOut.title}</h1>
      <p class="lead">
        {clientName === undefined ? null : (
          <>
            <Sentence of={texts.signOut.asked}>{clientName}</Sentence>{" "}
          </>
        )}
        {texts.signOut.lead}
      </p>
      {account === undefined ? null : <AccountLine account={account} texts={texts} />}
      <form id="sign-out" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        <div class="decision">
          <a class="button button-quiet" href={`${basePath}/`}>
            {texts.signOut.stay}
          </a>
          <button class="button" type="submit" id="confirm">
            {texts.signOut.button}
          </button>
        </div>
      </form>
    </>
  );
};

export type SignedOutView = { readonly texts: Texts; readonly basePath: string };

export const SignedOutPage = ({ texts, basePath }: SignedOutView) => (
  <div class="outcome outcome-approved">
    <span class="outcome-arch">
      <CheckIcon />
    </span>
    <h1>{texts.signOut.doneTitle}</h1>
    <p class="lead">{texts.signOut.done}</p>
    <a class="button button-quiet" href={`${basePath}/`}>
      {texts.common.backToStart}
    </a>
  </div>
);
