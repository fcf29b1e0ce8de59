import type { Texts } from "../../languages/door/en.ts";

type PagerView = {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  /** The address of the page that begins there, with the base path and the filters. */
  readonly href: (offset: number) => string;
  readonly texts: Texts;
};

/** Where a long list stands, and the ways to what comes before and after. Nothing, when all of it is shown. */
export const Pager = ({ total, offset, limit, href, texts }: PagerView) => {
  const words = texts.pager;
  const end = Math.min(offset + limit, total);
  if (offset === 0 && end === total) return null;
  return (
    <nav class="pager" aria-label={words.label}>
      <p>{words.shown(Math.min(offset + 1, total), end, total)}</p>
      <ul>
        {offset > 0 ? (
          <li>
            <a class="button button-quiet" rel="prev" href={href(Math.max(0, offset - limit))}>
              {words.previous}
            </a>
          </li>
        ) : null}
        {end < total ? (
          <li>
            <a class="button button-quiet" rel="next" href={href(offset + limit)}>
              {words.next}
            </a>
          </li>
        ) : null}
      </ul>
    </nav>
  );
};
