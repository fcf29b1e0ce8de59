import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { errorCodes } from "../../src/oauth-error.ts";
import { bodyOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const browserPaths: readonly string[] = [paths.authorize, paths.endSession];

/** OpenAPI 3.0.3, Schema Object. */
const schemaTypes = new Set(["object", "array", "string", "number", "integer", "boolean"]);
const schemaKeywords = new Set(
  `title multipleOf maximum minimum maxLength minLength pattern maxItems minItems uniqueItems required enum type anyOf
  items properties additionalProperties description format default nullable`.split(/\s+/),
);

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
    >
  >;
}
interface Schema {
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function openapi(at: TestServer = server, path: string = paths.openapi): Promise<OpenApi> {
  const document: OpenApi = await (await fetch(at.address + path)).json();
  return document;
}
const operationsOf = (document: OpenApi) =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );

describe("the OpenAPI document", () => {
  test("it names every endpoint for programs, and no page", async () => {
    const document = await openapi();
    expect(document.openapi).toStartWith("3.");
    const programs = [
      paths.authorizationServerMetadata,
      paths.openidConfiguration,
      paths.protectedResourceMetadata,
      paths.jwks,
      paths.token,
      paths.deviceAuthorization,
      paths.introspection,
      paths.revocation,
      paths.registration,
      paths.userinfo,
      paths.healthz,
      paths.readyz,
      paths.metrics,
    ];
    for (const path of programs) expect(Object.keys(document.paths)).toContain(path);
    const people = [
      paths.home,
      paths.signIn,
      paths.consent,
      paths.device,
      paths.setup,
      paths.docs,
      paths.openapi,
      `${paths.assets}/postern.css`,
    ];
    for (const path of people) expect(Object.keys(document.paths)).not.toContain(path);
  });

  test("forms are shown as forms, JSON bodies as JSON, and every answer has one type", async () => {
    const { paths: described } = await openapi();
    for (const path of [
      paths.token,
      paths.introspection,
      paths.revocation,
      paths.deviceAuthorization,
      paths.userinfo,
    ]) {
      expect(Object.keys(described[path]?.post?.requestBody?.content ?? {})).toEqual([
        "application/x-www-form-urlencoded",
      ]);
    }
    expect(Object.keys(described[paths.registration]?.post?.requestBody?.content ?? {})).toEqual(["application/json"]);
    expect(Object.keys(described[paths.token]?.post?.responses[200]?.content ?? {})).toEqual(["application/json"]);
    expect(Object.keys(described[paths.metrics]?.get?.responses[200]?.content ?? {})).toEqual(["text/plain"]);
  });

  test("every operation has a summary and its answers; refusals list every error code", async () => {
    for (const { path, method, operation } of operationsOf(await openapi())) {
      expect([path, method, typeof operation.summary]).toEqual([path, method, "string"]);
      for (const [status, { content }] of Object.entries(operation.responses)) {
        // Where browsers are sent, a refusal is a page.
        if (Number(status) < 400 || browserPaths.includes(path)) continue;
        if (path.startsWith(paths.api)) {
          expect([path, status, Object.keys(content ?? {})]).toEqual([path, status, ["application/problem+json"]]);
          continue;
        }
        expect([path, status, content?.["application/json"]?.schema.properties?.error?.enum]).toEqual([
          path,
          status,
          [...errorCodes],
        ]);
      }
    }
  });

  test("it keeps to what OpenAPI 3.0 knows, and numbers are numbers", async () => {
    const text = await (await fetch(server.address + paths.openapi)).text();
    expect(text).not.toContain('"const":');
    const { paths: described } = await openapi();
    expect(
      described[paths.token]?.post?.responses[200]?.content?.["application/json"]?.schema.properties?.expires_in,
    ).toMatchObject({ type: "integer" });
    for (const { operation } of operationsOf({ openapi: "", servers: [], paths: described })) {
      for (const { description } of Object.values(operation.responses)) expect(typeof description).toBe("string");
    }
  });

  test("every schema has only the keywords of OpenAPI 3.0, and every parameter of a path is described", async () => {
    const document = await openapi();
    const unknown = new Set<string>();
    const look = (schema: unknown): void => {
      if (typeof schema !== "object" || schema === null) return;
      for (const [keyword, value] of Object.entries(schema)) {
        if (!schemaKeywords.has(keyword)) unknown.add(keyword);
        if (keyword === "type" && !schemaTypes.has(String(value))) unknown.add(`type ${value}`);
        if (keyword === "properties") for (const member of Object.values(value)) look(member);
        if (keyword === "anyOf") for (const choice of value) look(choice);
        if (keyword === "items" || keyword === "additionalProperties") look(value);
      }
    };
    const named: string[] = [];
    for (const { path, method, operation } of operationsOf(document)) {
      const { parameters = [], requestBody, responses, operationId } = operation;
      named.push(operationId ?? `${method} ${path}`);
      for (const { schema } of parameters) look(schema);
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)])
        for (const { schema } of Object.values(content)) look(schema);
      const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect([path, inPath]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "")]);
    }
    expect([...unknown]).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });

  test("it stands below the issuer's path, and its server is the issuer's host", async () => {
    const deep = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso" });
    const document = await openapi(deep, "/sso/docs/json");
    expect(document.servers).toEqual([{ url: "https://nas.example" }]);
    expect(Object.keys(document.paths)).toContain("/sso/auth/token");
    expect(Object.keys(document.paths).every((path) => path.startsWith("/sso/"))).toBe(true);
    await deep.stop();
  });

  test("asking for it changes nothing: the endpoints still know who is there", async () => {
    await openapi();
    const again = await fetch(server.address + paths.openapi, {
      headers: { "if-none-match": (await fetch(server.address + paths.openapi)).headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
    expect(await bodyOf(fetch(server.address + paths.healthz))).toEqual({ status: "ok" });
    expect(server.context.metrics.render([])).not.toContain("postern_server_errors_total{");
    // A request over the loopback counts as local, which the endpoint learns from the server it runs on.
    const registered = await fetch(server.address + paths.token, {
      method: "POST",
      body: new URLSearchParams({ client_id: "x", client_secret: "y" }),
    });
    expect(registered.status).toBe(401);
  });
});

describe("the viewer", () => {
  test("everything it loads is ours, by address and by policy", async () => {
    const page = await fetch(server.address + paths.docs);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|https?:\/\//);
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
    expect(loaded).toHaveLength(6);
    for (const address of loaded) {
      const answer = await fetch(server.address + address);
      expect([address, answer.status, answer.headers.get("content-type")?.split(";")[0]]).toEqual([
        address,
        200,
        typeOf(address),
      ]);
    }
  });

  test("its files are revalidated by their ETag", async () => {
    const address = `${server.address}/docs/swagger-ui-bundle.js`;
    const first = await fetch(address);
    expect((await first.text()).length).toBeGreaterThan(1_000_000);
    const tag = first.headers.get("etag") ?? "";
    // RFC 9110 §13.1.2: what a browser has may be one of several.
    for (const known of [tag, `"another", ${tag}`]) {
      const again = await fetch(address, { headers: { "if-none-match": known } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    expect((await fetch(address, { headers: { "if-none-match": '"another"' } })).status).toBe(200);
  });

  test("its files come in fewer octets to who takes gzip", async () => {
    const address = `${server.address}/docs/swagger-ui-bundle.js`;
    const sent = (encoding: string) => fetch(address, { headers: { "accept-encoding": encoding }, decompress: false });
    const plain = await sent("identity");
    const packed = await sent("gzip, deflate, br");
    expect([plain.headers.get("content-encoding"), packed.headers.get("content-encoding")]).toEqual([null, "gzip"]);
    expect([plain.headers.get("vary"), packed.headers.get("vary")]).toEqual(["accept-encoding", "accept-encoding"]);
    const [whole, less] = await Promise.all([plain.bytes(), packed.bytes()]);
    expect(less.length).toBeLessThan(whole.length / 2);
    expect(Bun.gunzipSync(less)).toEqual(whole);
  });
});

function typeOf(address: string): string {
  if (address.endsWith(".js")) return "text/javascript";
  if (address.endsWith(".css")) return "text/css";
  return address.endsWith(".svg") ? "image/svg+xml" : "application/json";
}
