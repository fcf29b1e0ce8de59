import type { Context } from "../context.ts";
import { htmlResponse, redirectResponse } from "../http/page-response.ts";
import { basePathOf } from "../http/paths.ts";
import type { AuthorizationAnswer } from "../interaction/answer.ts";
import { acceptedLanguages, textsFor } from "../languages/languages.ts";
import { brandOf } from "./brand.ts";
import { hostOf } from "./client-face.ts";
import { FormPostPage } from "./form-post-view.tsx";
import { InterstitialPage } from "./interstitial-view.tsx";
import { renderPage } from "./layout.tsx";

/** Takes an authorization response to the client: a redirect, a form that posts itself, or a stop before a stranger's site. */
export async function authorizationAnswer(
  { config }: Pick<Context, "config">,
  request: Request,
  answer: AuthorizationAnswer,
): Promise<Response> {
  if (answer.kind === "redirect") return redirectResponse(answer.location);
  const texts = await textsFor(acceptedLanguages(request.headers.get("accept-language") ?? ""));
  const basePath = basePathOf(config.issuer);
  const destination = hostOf(answer.redirectUri);
  if (answer.kind === "form_post") {
    const { redirectUri, parameters } = answer;
    const body = (
      <FormPostPage
        texts={texts}
        basePath={basePath}
        redirectUri={redirectUri}
        host={destination}
        parameters={Object.entries(parameters)}
      />
    );
    return htmlResponse(renderPage({ title: texts.formPost.title, body, texts, basePath, brand: brandOf(config) }), {
      formTarget: "client",
    });
  }
  const client = { name: destination, host: destination, isVerified: false };
  const body = (
    <InterstitialPage
      texts={texts}
      client={client}
      destination={destination}
      continueUrl={answer.onward.kind === "redirect" ? answer.onward.location : answer.redirectUri}
      posted={answer.onward.kind === "form_post" ? Object.entries(answer.onward.parameters) : undefined}
      code={answer.code}
    />
  );
  return htmlResponse(renderPage({ title: texts.interstitial.title, body, texts, basePath, brand: brandOf(config) }), {
    status: 400,
    formTarget: "client",
  });
}
