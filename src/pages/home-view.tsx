import { paths } from "../http/paths.ts";
import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { ArrowIcon } from "./icons.tsx";
import { Sentence } from "./sentence.tsx";

export type HomeView = {
  readonly texts: Texts;
  readonly basePath: string;
  /** Nobody is signed in without it. */
  readonly account?: AccountFace | undefined;
  /** There is no administrator yet. */
  readonly needsSetup?: boolean | undefined;
  readonly isAdministrator?: boolean | undefined;
};

type Way = { readonly path: string; readonly name: string; readonly explained: string };

export const HomePage = ({ texts, basePath, account, ...view }: HomeView) => {
  const { needsSetup = false, isAdministrator = false } = view;
  const words = texts.home;
  const isSignedIn = account !== undefined;
  const ways: readonly Way[] = [
    ...(isSignedIn || needsSetup ? [] : [{ path: paths.signIn, name: words.signIn, explained: words.signInExplained }]),
    ...(isSignedIn ? [{ path: paths.account, name: words.account, explained: words.accountExplained }] : []),
    ...(isSignedIn && isAdministrator
      ? [{ path: paths.admin, name: words.administration, explained: words.administrationExplained }]
      : []),
    { path: paths.device, name: words.device, explained: words.deviceExplained },
    { path: paths.docs, name: words.reference, explained: words.referenceExplained },
    ...(isSignedIn ? [{ path: paths.endSession, name: words.signOut, explained: words.signOutExplained }] : []),
  ];
  return (
    <>
      <h1>
        {account === undefined ? (
          words.welcomeAnyone
        ) : (
          <Sentence of={words.welcome}>{account.displayName ?? account.username}</Sentence>
        )}
      </h1>
      <p class="lead">{words.lead}</p>
      {needsSetup ? (
        <div class="notice notice-warning">
          <div>
            <p>{words.setupNeeded}</p>
            <p>
              <code>postern setup-link</code>
            </p>
          </div>
        </div>
      ) : null}
      <nav class="ways" aria-label={words.title}>
        <ul>
          {ways.map((way) => (
            <li key={way.path}>
              <a href={`${basePath}${way.path}`}>
                <span class="way-name">{way.name}</span>
                <span class="way-explained">{way.explained}</span>
                <ArrowIcon />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {account === undefined ? null : <AccountLine account={account} texts={texts} />}
    </>
  );
};
