import { Refused } from "../../administration/refused.ts";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { OAuthError } from "../../oauth-error.ts";
import type { Problem } from "../problem-summary.tsx";

/**
 * What the administrator can mend about an app, at the field that it is about: fields are called as the members of
 * RFC 7591 are. Undefined for what is no matter of the form.
 */
export function clientProblem(error: unknown, apps: ApplicationTexts): Problem<string> | undefined {
  if (error instanceof Refused) {
    if (error.refusal === "taken") return { message: apps.problems.idTaken, fields: ["client_id"] };
    return error.member === "client_id" && error.refusal === "invalid"
      ? { message: apps.problems.idRefused, fields: ["client_id"] }
      : undefined;
  }
  if (!(error instanceof OAuthError)) return undefined;
  if (error.code !== "invalid_client_metadata" && error.code !== "invalid_redirect_uri") return undefined;
  return metadataProblem(error.description, apps);
}

/** Metadata are refused with a fixed phrase behind the member, perhaps with an index: `redirect_uris[1] has a fragment`. */
function metadataProblem(description: string, { fields, problems, reasons }: ApplicationTexts): Problem<string> {
  const [, member = "", index, phrase = description] = /^(\w+)(?:\.keys)?(?:\[(\d+)\])? (.*)$/s.exec(description) ?? [];
  const field = textOf(Object.entries(fields), member) ?? member;
  const line = index === undefined || member === "jwks" ? undefined : Number(index) + 1;
  return {
    message: problems.refused(field, line, textOf(Object.entries(reasons), phrase) ?? phrase),
    fields: [member],
  };
}

function textOf(texts: readonly (readonly [name: string, text: unknown])[], key: string): string | undefined {
  const [, found] = texts.find(([name]) => name === key) ?? [];
  return typeof found === "string" ? found : undefined;
}
