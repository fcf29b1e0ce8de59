import { type AnyElysia, Elysia } from "elysia";
import manifest from "../../package.json" with { type: "json" };
import { basePathOf, isApiPath, paths } from "../http/paths.ts";
import { problemType } from "../http/problem.ts";
import { etagOf, sharedResponse } from "../http/shared-document.ts";
import { once } from "../once.ts";

/** Written out. */
export interface ApiDocument {
  readonly json: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** Tells what the API takes and gives, to anybody. */
export function openapiEndpoint(document: () => Promise<ApiDocument>) {
  // Of a text or an array Bun (1.4.5) makes a copy for each who asks, and keeps it until that is read: half a megabyte.
  const shared = once(async () => {
    const { json, etag } = await document();
    return { body: new Blob([json]), etag };
  });
  return new Elysia({ name: "openapi" }).get(
    paths.openapi,
    async ({ request }) => sharedResponse(request, await shared()),
    { detail: { hide: true } },
  );
}

type Content = Readonly<Record<string, unknown>>;

interface Operation {
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Where the plugin puts its answer, in a tree that nobody else reaches. */
const ownPath = "/openapi-document";

/**
 * The OpenAPI document of the endpoints, made from their own schemas.
 *
 * @param endpoints a tree of its own to read them from: the one that serves is left as it is
 */
export async function openapiDocument(issuer: string, endpoints: AnyElysia): Promise<ApiDocument> {
  // Loaded at first use: it costs some megabytes, and most servers are never asked.
  const { swagger } = await import("@elysiajs/swagger");
  const basePath = basePathOf(issuer);
  const tree = endpoints.use(
    swagger({ path: "/openapi-page", specPath: ownPath, excludeStaticFile: false, documentation }),
  );
  const answer = await tree.handle(new Request(`http://localhost${basePath}${ownPath}`));
  const document: OpenApi = await answer.json();
  const described = Object.entries(document.paths).map(([path, operations]) => [
    path,
    withTypes(path.slice(basePath.length), operations),
  ]);
  const written = {
    ...document,
    servers: [{ url: issuer.slice(0, issuer.length - basePath.length) }],
    paths: Object.fromEntries(described.map(([path, operations]) => [path, plain(operations)])),
  };
  const json = new TextEncoder().encode(JSON.stringify(written));
  return { json, etag: etagOf(json) };
}

const documentation = {
  info: {
    title: "Postern",
    version: manifest.version,
    description:
      "OAuth 2.0 authorization server and OpenID Connect provider. Errors are those of RFC 6749 §5.2, and problem details (RFC 9457) below /api/v1.",
  },
  tags: [
    { name: "OAuth", description: "RFC 6749, 7009, 7591, 7592, 7662, 8628" },
    { name: "OpenID", description: "OpenID Connect" },
    { name: "Metadata", description: "RFC 8414, 9728, 7517; OpenID Connect Discovery" },
    { name: "Administration", description: "The REST API, for access tokens with the scope postern:admin" },
    { name: "Operation", description: "For who runs the server" },
  ],
  components: {
    securitySchemes: {
      client: { type: "http" as const, scheme: "basic", description: "A client's id and secret (RFC 6749 §2.3.1)." },
      bearer: { type: "http" as const, scheme: "bearer", description: "An access token (RFC 6750 §2.1)." },
    },
  },
};

/** What answers with something else than JSON. */
const textAnswers: Readonly<Record<string, readonly string[]>> = {
  [paths.metrics]: ["text/plain"],
  [`${paths.api}/events/export`]: ["text/csv", "application/jsonl"],
};

/** The plugin knows the types of its own parsers alone: bodies here are forms, or JSON where clients are described. */
function withTypes(path: string, operations: Readonly<Record<string, Operation>>) {
  const takesJson = path.startsWith(paths.registration) || isApiPath(path);
  const bodyType = takesJson ? ["application/json"] : ["application/x-www-form-urlencoded"];
  const answerTypes = (status: string): readonly string[] => {
    if (isApiPath(path) && Number(status) >= 400) return [problemType];
    return (status === "200" ? textAnswers[path] : undefined) ?? ["application/json"];
  };
  return Object.fromEntries(
    Object.entries(operations).map(([method, { requestBody, responses, ...operation }]) => [
      method,
      {
        ...operation,
        ...(requestBody === undefined
          ? {}
          : { requestBody: { ...requestBody, content: only(bodyType, requestBody.content) } }),
        responses: Object.fromEntries(
          Object.entries(responses).map(([status, { description = "", content }]) => [
            status,
            { description, ...(content === undefined ? {} : { content: only(answerTypes(status), content) }) },
          ]),
        ),
      },
    ]),
  );
}

/** All types of one content have the same schema. */
const only = (types: readonly string[], content: Content): Content =>
  Object.fromEntries(types.map((type) => [type, Object.values(content)[0]]));

/**
 * TypeBox writes a choice of words as `anyOf` with `const`, and a choice of nothing with a type `null`, which OpenAPI 3.0
 * does not know: there they are `enum` and `nullable`. Elysia would also take a number or a truth value that is written as
 * text: nobody sends or gets those in JSON.
 */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (!isObject(schema)) return schema;
  const { anyOf, const: only, ...rest } = schema;
  if (only !== undefined) return { ...rest, enum: [only] };
  if (!Array.isArray(anyOf))
    return Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, plain(member)]));
  const choices = anyOf.filter((choice) => !isWrittenAsText(choice) && !isNull(choice));
  if (anyOf.some(isNull)) return plain({ ...rest, nullable: true, anyOf: choices });
  if (choices.length === 1) return { ...rest, ...choices[0] };
  if (choices.every((choice) => isObject(choice) && typeof choice.const === "string")) {
    return { ...rest, type: "string", enum: choices.map((choice) => choice.const) };
  }
  return { ...rest, anyOf: choices.map(plain) };
}

const isWrittenAsText = (choice: unknown): boolean =>
  isObject(choice) &&
  choice.type === "string" &&
  ["integer", "numeric", "boolean"].some((format) => format === choice.format);

const isNull = (choice: unknown): boolean => isObject(choice) && choice.type === "null";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
