import type { Texts } from "../../languages/door/en.ts";
import type { UiLocale } from "../../languages/languages.ts";
import { between, type Instant, inSeconds, isoTime } from "../../time.ts";
import { formatMoment } from "./numbers.ts";

/** A date and a time. The server does not know where its reader lives: it says UTC, and local-time.js makes it theirs. */
export const Moment = ({ at, locale }: { readonly at: Instant; readonly locale: UiLocale }) => (
  <time class="moment" dateTime={isoTime(at)} data-moment="">
    {formatMoment(locale, at)}
  </time>
);

type AgoView = { readonly at: Instant; readonly now: Instant; readonly texts: Texts };

/** How long ago; a clock that was set back says "just now". */
export const Ago = ({ at, now, texts }: AgoView) => (
  <time class="moment" dateTime={isoTime(at)}>
    {texts.ago(Math.max(0, inSeconds(between(at, now))))}
  </time>
);
