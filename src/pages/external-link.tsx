import type { Texts } from "../languages/door/en.ts";

/**
 * A link to a page of a client. Nothing but http and https becomes a link, whatever registration let through.
 *
 * @source RFC 9700 §4.2.4: no Referer leaves our pages
 */
export const ExternalLink = ({
  href,
  label,
  texts,
}: {
  readonly href: string;
  readonly label: string;
  readonly texts: Texts;
}) =>
  /^https?:\/\//i.test(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
      <span class="visually-hidden"> ({texts.common.newTab})</span>
    </a>
  ) : null;
