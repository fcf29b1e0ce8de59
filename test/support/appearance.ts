/** What a person sees of a page: without what is another each time (tokens, challenges, the request's id). */
export const appearanceOf = (body: string): string =>
  body.replace(/(?:value|data-options)="[^"]*"/g, "").replace(/<code>[\w-]{22}<\/code>/g, "");
