// For the API reference: endpoints that a browser is sent to read their parameters themselves, since Elysia would keep the
// last of two equal ones.

/** Parameters by name, with where they are defined. */
type Fields = Readonly<Record<string, string>>;

export const inQuery = (fields: Fields) =>
  Object.entries(fields).map(([name, description]) => ({
    name,
    in: "query" as const,
    description,
    schema: { type: "string" as const },
  }));

export const inForm = (fields: Fields) => ({
  content: {
    "application/x-www-form-urlencoded": {
      schema: {
        type: "object" as const,
        properties: Object.fromEntries(
          Object.entries(fields).map(([name, description]) => [name, { type: "string" as const, description }]),
        ),
      },
    },
  },
});

export const browserResponses = {
  200: { description: "A page for the person, or a form that sends itself to the client (form_post)." },
  303: { description: "On to a page, or back to the client with the answer in the query." },
  400: { description: "A page: the client or its redirect URI is not known, so that nobody can be told." },
  403: { description: "A page: a form did not come from this browser's session." },
  405: { description: "A page: the method is not allowed here." },
  413: { description: "A page: the form is too large." },
  414: { description: "A page: the address is too long." },
  429: { description: "A page: too many attempts; `Retry-After` says for how long." },
  500: { description: "A page: the server failed." },
  503: { description: "A page: the server cannot answer now; `Retry-After` says for how long." },
};
