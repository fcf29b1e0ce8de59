import type { Texts } from "../languages/door/en.ts";

export type ErrorView = {
  readonly texts: Texts;
  readonly basePath: string;
  /** From `texts.errors`; never what a request sent. */
  readonly title: string;
  readonly explanation: string;
  readonly requestId?: string | undefined;
  /** The error code and the fixed phrase of an `OAuthError`, for those who build the app. */
  readonly code?: string | undefined;
  readonly description?: string | undefined;
  /** Whether a way to the start page helps. */
  readonly hasHomeLink?: boolean | undefined;
};

export const ErrorPage = ({ texts, basePath, title, explanation, hasHomeLink = true, ...view }: ErrorView) => {
  const { requestId, code, description } = view;
  const facts = [
    [texts.error.code, code],
    [texts.error.description, description],
    [texts.common.requestId, requestId],
  ] as const;
  return (
    <>
      <h1>{title}</h1>
      <p class="lead">
        <InOnePiece text={explanation} />
      </p>
      {facts.every(([, value]) => value === undefined) ? null : (
        <section class="facts" aria-labelledby="for-developers">
          <h2 id="for-developers">{texts.error.forDevelopers}</h2>
          <dl>
            {facts.map(([label, value]) =>
              value === undefined ? null : (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </div>
              ),
            )}
          </dl>
          {requestId === undefined ? null : <p class="hint">{texts.error.requestIdExplained}</p>}
        </section>
      )}
      {hasHomeLink ? (
        <a class="button button-quiet" href={`${basePath}/`}>
          {texts.common.backToStart}
        </a>
      ) : null}
    </>
  );
};

/** A text whose commands do not break inside an option, where half of it would be copied. */
const InOnePiece = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/(--[\w-]+)/).map((part, index) =>
      index % 2 === 0 ? (
        part
      ) : (
        <span key={part} class="whole">
          {part}
        </span>
      ),
    )}
  </>
);
