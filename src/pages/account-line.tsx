import type { Texts } from "../languages/door/en.ts";

/** The signed-in person. */
export type AccountFace = { readonly username: string; readonly displayName?: string | undefined };

type AccountLineView = {
  readonly account: AccountFace;
  /** Where "use another account" leads; no link without it. */
  readonly switchAccountUrl?: string | undefined;
  readonly texts: Texts;
};

export const AccountLine = ({ account, switchAccountUrl, texts }: AccountLineView) => (
  <div class="account">
    <p>
      <span class="account-label">{texts.common.signedInAs}</span>{" "}
      <strong>
        <bdi>{account.displayName ?? account.username}</bdi>
      </strong>
      {account.displayName === undefined || account.displayName === account.username ? null : (
        <>
          {" "}
          <span class="account-username">
            (<bdi>{account.username}</bdi>)
          </span>
        </>
      )}
    </p>
    {switchAccountUrl === undefined ? null : (
      <a id="use-another-account" href={switchAccountUrl}>
        {texts.common.useAnotherAccount}
      </a>
    )}
  </div>
);
