import type { Texts } from "../languages/door/en.ts";
import { Sentence } from "./sentence.tsx";

/**
 * The answer of `response_mode=form_post`. Its form goes to the client, so it carries nothing of ours but the answer: no
 * CSRF token.
 *
 * @source OAuth 2.0 Form Post Response Mode §2
 */
export type FormPostView = {
  readonly texts: Texts;
  readonly basePath: string;
  readonly redirectUri: string;
  /** The host of the redirect URI, for people. */
  readonly host: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
};

export const FormPostPage = ({ texts, basePath, redirectUri, host, parameters }: FormPostView) => (
  <>
    <h1>{texts.formPost.title}</h1>
    <p class="lead">
      <Sentence of={texts.formPost.lead}>{host}</Sentence>
    </p>
    <form id="form-post" method="post" action={redirectUri}>
      {parameters.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class="button" type="submit">
        {texts.common.continue}
      </button>
    </form>
    <p class="aside">{texts.formPost.stuck}</p>
    <script src={`${basePath}/assets/form-post.js`} defer />
  </>
);
