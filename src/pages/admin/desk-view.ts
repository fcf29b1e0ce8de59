import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { Texts } from "../../languages/door/en.ts";
import type { UiLocale } from "../../languages/languages.ts";

/** What every view of the administration is given. */
export interface DeskView {
  readonly words: AdministrationTexts;
  readonly texts: Texts;
  readonly locale: UiLocale;
  readonly basePath: string;
}
