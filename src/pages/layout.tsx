import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Texts } from "../languages/door/en.ts";
import type { Brand } from "./brand.ts";
import { BrandLine } from "./brand-line.tsx";
import { DeskFrame } from "./desk-frame.tsx";
import { ExternalLink } from "./external-link.tsx";
import type { Navigation } from "./navigation.ts";

/** What a whole document needs. `basePath` is the path of the issuer, without a slash at its end: "" or "/sso". */
export type Page = {
  /** The title in the browser's tab; the brand is added. */
  readonly title: string;
  readonly body: ComponentChildren;
  readonly texts: Texts;
  readonly basePath: string;
  readonly brand: Brand;
  /** A page of the account or of the administration, in a wide frame: where else one may go. */
  readonly navigation?: Navigation | undefined;
  readonly requestId?: string | undefined;
};

/** The words of copy.js stand on the body: a script has no texts of its own. A page of the door loads it where it shows codes. */
const Document = (page: Page) => (
  <html lang={page.texts.locale}>
    <Head {...page} />
    <body data-copy={page.texts.common.copy} data-copied={page.texts.common.copied}>
      {page.navigation === undefined ? <DoorFrame {...page} /> : <DeskFrame {...page} navigation={page.navigation} />}
      <Footer {...page} />
    </body>
  </html>
);

const Head = ({ title, basePath, brand, navigation }: Page) => (
  <head>
    <meta charset="utf-8" />
    <title>{`${title} · ${brand.name}`}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" content="#e4e8e3" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#0d1312" media="(prefers-color-scheme: dark)" />
    <meta name="robots" content="noindex, nofollow" />
    {brand.hasLogo ? (
      <link rel="icon" href={`${basePath}/assets/brand-logo`} />
    ) : (
      <link rel="icon" type="image/svg+xml" href={`${basePath}/assets/icon.svg`} />
    )}
    <link rel="stylesheet" href={`${basePath}/assets/postern.css`} />
    {navigation === undefined ? null : <link rel="stylesheet" href={`${basePath}/assets/desk.css`} />}
    {brand.hasColor ? <link rel="stylesheet" href={`${basePath}/assets/brand.css`} /> : null}
    {navigation === undefined
      ? null
      : ["copy.js", "local-time.js"].map((name) => (
          <script key={name} src={`${basePath}/assets/${name}`} defer></script>
        ))}
  </head>
);

/** The narrow frame of everything that one passes through: a doorway in a wall. */
const DoorFrame = ({ body, basePath, brand }: Page) => (
  <div class="wall">
    <div class="door">
      <header class="brand">
        <BrandLine brand={brand} basePath={basePath} />
      </header>
      <main>{body}</main>
    </div>
  </div>
);

const Footer = ({ texts, brand, requestId }: Page) => (
  <footer>
    {brand.links.length === 0 ? null : (
      <ul class="brand-links">
        {brand.links.map(([label, href]) => (
          <li key={label}>
            {/^mailto:/i.test(href) ? (
              <a href={href}>{label}</a>
            ) : (
              <ExternalLink href={href} label={label} texts={texts} />
            )}
          </li>
        ))}
      </ul>
    )}
    {requestId === undefined ? null : (
      <p>
        {texts.common.requestId} <code>{requestId}</code>
      </p>
    )}
  </footer>
);

/** A full HTML document, in the language of the texts. Nothing in it is inline: no style, no script, no handler. */
export function renderPage(page: Page): string {
  return `<!doctype html>${renderToString(<Document {...page} />)}`;
}
