import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Texts } from "../languages/en.ts";
import { PosternMark } from "./icons.tsx";

/** What a whole document needs. `basePath` is the path of the issuer, without a slash at its end: "" or "/sso". */
export type Page = {
  /** The title in the browser's tab; the brand is added. */
  readonly title: string;
  readonly body: ComponentChildren;
  readonly texts: Texts;
  readonly basePath: string;
  /** `POSTERN_BRAND_NAME`; "Postern" otherwise. */
  readonly brandName?: string | undefined;
  readonly requestId?: string | undefined;
};

const Document = ({ title, body, texts, basePath, brandName = "Postern", requestId }: Page) => (
  <html lang={texts.locale}>
    <head>
      <meta charset="utf-8" />
      <title>{`${title} · ${brandName}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#e4e8e3" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#0d1312" media="(prefers-color-scheme: dark)" />
      <meta name="robots" content="noindex, nofollow" />
      <link rel="icon" type="image/svg+xml" href={`${basePath}/assets/icon.svg`} />
      <link rel="stylesheet" href={`${basePath}/assets/postern.css`} />
    </head>
    <body>
      <div class="wall">
        <div class="door">
          <header class="brand">
            <PosternMark />
            <p class="brand-name">
              <bdi>{brandName}</bdi>
            </p>
          </header>
          <main>{body}</main>
        </div>
      </div>
      <footer>
        {requestId === undefined ? null : (
          <p>
            {texts.common.requestId} <code>{requestId}</code>
          </p>
        )}
      </footer>
    </body>
  </html>
);

/** A full HTML document, in the language of the texts. Nothing in it is inline: no style, no script, no handler. */
export function renderPage(page: Page): string {
  return `<!doctype html>${renderToString(<Document {...page} />)}`;
}
