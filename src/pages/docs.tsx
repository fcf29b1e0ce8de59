import { Elysia } from "elysia";
import { renderToString } from "preact-render-to-string";
import styles from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import type { Context } from "../context.ts";
import { pageHeaders } from "../http/page-response.ts";
import { basePathOf, paths } from "../http/paths.ts";
import colors from "./assets/docs.css" with { type: "file" };
import start from "./assets/docs.js" with { type: "file" };
import { type Brand, brandOf } from "./brand.ts";
import { sendFile, sharedFile } from "./shared-file.ts";

/** Strict, and as the viewer needs it: it asks for the document, and its style sheet holds pictures. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What the page loads: files inside the executable, read when somebody visits. */
const files = [
  { name: "swagger-ui-bundle.js", type: "text/javascript; charset=utf-8", file: bundle },
  { name: "swagger-ui.css", type: "text/css; charset=utf-8", file: styles },
  { name: "colors.css", type: "text/css; charset=utf-8", file: colors },
  { name: "start.js", type: "text/javascript; charset=utf-8", file: start },
] as const;

/** The API reference: a viewer for the OpenAPI document, without anything from elsewhere. */
export function docsPage({ config }: Pick<Context, "config">) {
  const page = new Elysia({ name: "docs-page" }).get(
    paths.docs,
    () =>
      new Response(documentOf(basePathOf(config.issuer), brandOf(config)), {
        headers: { ...pageHeaders("here"), "content-security-policy": policy },
      }),
    { detail: { hide: true } },
  );
  for (const { name, type, file } of files) {
    const shared = sharedFile({ type, body: Bun.file(file) });
    page.get(`${paths.docs}/${name}`, ({ request }) => sendFile(request, shared), { detail: { hide: true } });
  }
  return page;
}

const documentOf = (basePath: string, { name, hasLogo }: Brand) => {
  const icon = `${basePath}${paths.assets}/${hasLogo ? "brand-logo" : "icon.svg"}`;
  return `<!doctype html>${renderToString(<DocsPage docs={`${basePath}${paths.docs}`} icon={icon} name={name} />)}`;
};

type DocsView = { readonly docs: string; readonly icon: string; readonly name: string };

const DocsPage = ({ docs, icon, name }: DocsView) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>{`API reference · ${name}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <link rel="icon" href={icon} />
      <link rel="stylesheet" href={`${docs}/swagger-ui.css`} />
      <link rel="stylesheet" href={`${docs}/colors.css`} />
      <script src={`${docs}/swagger-ui-bundle.js`} defer />
      <script src={`${docs}/start.js`} defer />
    </head>
    <body>
      <noscript>
        <p>
          This viewer needs JavaScript. The document itself is at <a href={`${docs}/json`}>{`${docs}/json`}</a>.
        </p>
      </noscript>
      <div id="reference" />
    </body>
  </html>
);
