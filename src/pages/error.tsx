import type { Context } from "../context.ts";
import { htmlResponse } from "../http/page-response.ts";
import { basePathOf } from "../http/paths.ts";
import { acceptedLanguages, textsFor } from "../languages/languages.ts";
import type { OAuthError, PageWords } from "../oauth-error.ts";
import { brandOf } from "./brand.ts";
import { ErrorPage } from "./error-view.tsx";
import { renderPage } from "./layout.tsx";

/** A refusal for a person: what happened in plain words, the code for developers, and the request's id. */
export async function errorPage(
  { config }: Pick<Context, "config">,
  request: Request,
  refusal: OAuthError,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const texts = await textsFor(acceptedLanguages(request.headers.get("accept-language") ?? ""));
  const basePath = basePathOf(config.issuer);
  const { title, explanation } = texts.errors[refusal.options.page ?? wordsFor(refusal)];
  const body = (
    <ErrorPage
      texts={texts}
      basePath={basePath}
      title={title}
      explanation={explanation}
      code={refusal.code}
      description={refusal.description}
      requestId={requestId}
    />
  );
  return htmlResponse(renderPage({ title, body, texts, basePath, brand: brandOf(config) }), {
    status: refusal.status,
    headers,
  });
}

function wordsFor({ status }: OAuthError): PageWords {
  if (status === 404) return "notFound";
  if (status === 405) return "methodNotAllowed";
  if (status === 413) return "tooLarge";
  if (status === 429) return "tooManyRequests";
  if (status === 503) return "unavailable";
  return status >= 500 ? "serverError" : "invalidRequest";
}
