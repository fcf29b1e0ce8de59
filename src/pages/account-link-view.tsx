import type { Texts } from "../languages/door/en.ts";
import { inOneSentence } from "../languages/languages.ts";
import type { LinkKind } from "../model/link.ts";
import { HiddenFields } from "./hidden-fields.tsx";
import { NewPasswordField } from "./password-field.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { Sentence } from "./sentence.tsx";
import { TextField } from "./text-field.tsx";

export type AccountLinkView = {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  readonly csrf: string;
  /** The secret of the link. */
  readonly token: string;
  readonly kind: LinkKind;
  /** What the person signs in with; of a recovery, what has been typed. */
  readonly username: string;
  /** What the person is called. */
  readonly name?: string | undefined;
  /** What others know of the person. */
  readonly names?: readonly string[] | undefined;
  /** The administrators that there are, for a recovery. */
  readonly administrators?: readonly string[] | undefined;
  readonly problems?: readonly Problem<"username" | "password">[] | undefined;
};

/** Where a link lets somebody choose a password. */
export const AccountLinkPage = ({
  texts,
  basePath,
  action = "/login/link",
  problems = [],
  ...view
}: AccountLinkView) => {
  const { csrf, token, kind, username, name = username, names, administrators = [] } = view;
  const words = texts.accountLink;
  const isRecovery = kind === "recover";
  return (
    <>
      <h1>{titleOf(texts, kind)}</h1>
      <p class="lead">
        {isRecovery ? words.recover : <Sentence of={kind === "invite" ? words.invite : words.reset}>{name}</Sentence>}
      </p>
      {isRecovery ? <WhatHappens texts={texts} /> : null}
      <ProblemSummary problems={problems} />
      <form id="account-link" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={csrf} />
        <input type="hidden" name="token" value={token} />
        <TextField
          id="username"
          label={words.username}
          hint={
            !isRecovery
              ? words.usernameHint
              : administrators.length === 0
                ? undefined
                : words.administrators(inOneSentence(texts.locale, administrators))
          }
          problems={problemsOf(problems, "username")}
          input={{
            type: "text",
            autocomplete: "username",
            autocapitalize: "none",
            spellcheck: false,
            value: username,
            // Of an account that is there it is for the browser's password manager alone.
            ...(isRecovery ? { required: true, autofocus: problems.length === 0 } : { readonly: true }),
          }}
        />
        <NewPasswordField
          texts={texts}
          basePath={basePath}
          label={words.password}
          names={names}
          problems={problemsOf(problems, "password")}
          autofocus={!isRecovery && problems.length === 0}
        />
        <button class="button" type="submit" id="choose-password">
          {isRecovery ? words.takeOver : words.choose}
        </button>
      </form>
    </>
  );
};

export const titleOf = ({ accountLink: words }: Texts, kind: LinkKind): string =>
  ({ invite: words.inviteTitle, reset: words.resetTitle, recover: words.recoverTitle })[kind];

const WhatHappens = ({ texts: { accountLink: words } }: { readonly texts: Texts }) => (
  <section class="facts" aria-labelledby="what-happens">
    <h2 id="what-happens">{words.recoverWhat}</h2>
    <ul class="consequences">
      {words.recoverSteps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ul>
  </section>
);
