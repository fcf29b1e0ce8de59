import type { Answer } from "./browser.ts";

const entities: Readonly<Record<string, string>> = {
  "&quot;": '"',
  "&#39;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
};

/** The text of the element of that id, as a person would copy it; undefined where there is none. */
export function findCopied({ body }: Pick<Answer, "body">, id: string): string | undefined {
  let text: string | undefined;
  new HTMLRewriter()
    .on(`#${id}`, {
      text: (chunk) => {
        text = `${text ?? ""}${chunk.text}`;
      },
    })
    .transform(body);
  return text?.replace(/&(?:quot|#39|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
}

export function copied(answer: Answer, id: string): string {
  const text = findCopied(answer, id);
  if (text === undefined) throw new Error(`there is nothing to copy called ${id}: ${answer.body.slice(0, 3000)}`);
  return text;
}
