import { formText } from "../../http/form.ts";
import { type Parameters, readParameters } from "../../rules/parameters.ts";

/**
 * The parameters of a form with fields of several lines. To the reader of parameters a line break is a control character:
 * here each one is a space, and what stands one a line is a list (`wordsIn`).
 *
 * @throws OAuthError invalid_request, as `readForm`
 */
export async function readFormWithLists<Name extends string>(
  request: Request,
  recognised: ReadonlySet<Name>,
): Promise<Parameters<Name>> {
  const encoded = await formText(request, recognised);
  return readParameters(encoded.replace(/%0D%0A|%0[AD]/gi, "+"), recognised);
}

/** The entries of a list that was typed one a line. None of them has a space in it. */
export const wordsIn = (text: string | undefined): readonly string[] =>
  (text ?? "").split(/\s+/).filter((word) => word !== "");
