import { t } from "elysia";

/** An answer's time: UTC, to the second. */
export const Time = t.String({ format: "date-time" });

/** No parameters: what is sent all the same is refused. */
export const noParameters = t.Object({}, { additionalProperties: false });

/** For what can be turned on and off by saying which, as often as one likes. */
export const Disabled = t.Object({ disabled: t.Boolean() }, { additionalProperties: false });

/** What stands behind an operation in the API's documents. */
export const documented = (summary: string, description?: string) => ({
  summary,
  ...(description === undefined ? {} : { description }),
  tags: ["Administration"],
  security: [{ bearer: [] }],
});

export const idIn = (description: string) => t.Object({ id: t.String({ description }) });

/** For a change of only what the caller has seen (precondition.ts). */
export const IfMatch = t.Object({
  "if-match": t.Optional(
    t.String({
      description: "The ETag with which it was read: 412 where somebody has changed it since (RFC 9110 §13.1.1).",
    }),
  ),
});

/** Where a thing is named that may not be there. */
export const Done = t.Void({ description: "It is done." });

/** A whole number of a body. Elysia's own would take it written as text, too. */
export const wholeNumber = (least: number, most: number, description: string) =>
  t.Optional(t.Number({ multipleOf: 1, minimum: least, maximum: most, description }));

/** A lifetime in seconds, as `expires_in` of RFC 6749. */
export const expiresIn = (least: number, most: number, otherwise: string) =>
  wholeNumber(least, most, `Seconds. Default: ${otherwise}.`);
