import type { ComponentChildren } from "preact";
import { paths } from "../http/paths.ts";
import type { Texts } from "../languages/door/en.ts";
import type { Brand } from "./brand.ts";
import { BrandLine } from "./brand-line.tsx";
import { MenuIcon } from "./icons.tsx";
import type { Navigation } from "./navigation.ts";

type DeskFrameView = {
  readonly body: ComponentChildren;
  readonly texts: Texts;
  readonly basePath: string;
  readonly brand: Brand;
  readonly navigation: Navigation;
};

/**
 * The wide frame of the account and the administration: inside, where there is work to do. On a phone the navigation is
 * a popover, which opens without a script; a browser that knows no popovers simply shows it.
 */
export const DeskFrame = ({ body, texts, basePath, brand, navigation }: DeskFrameView) => (
  <div class="desk">
    <a class="skip-link" href="#content">
      {texts.common.skipToContent}
    </a>
    <header class="desk-head">
      <a class="desk-brand" href={`${basePath}/`}>
        <BrandLine brand={brand} basePath={basePath} />
      </a>
      <button class="menu-button" type="button" popovertarget="menu">
        <MenuIcon />
        {texts.common.menu}
      </button>
    </header>
    <nav class="menu" id="menu" popover="auto" aria-label={navigation.label}>
      <ul>
        {navigation.items.map(({ href, name, isCurrent }) => (
          <li key={href}>
            <a href={href} {...(isCurrent ? { "aria-current": "page" as const } : {})}>
              {name}
            </a>
          </li>
        ))}
      </ul>
      <ul class="menu-ends">
        <li>
          <a href={`${basePath}/`}>{texts.home.title}</a>
        </li>
        <li>
          <a href={basePath + paths.endSession}>{texts.home.signOut}</a>
        </li>
      </ul>
    </nav>
    <main id="content" tabindex={-1}>
      {body}
    </main>
  </div>
);
