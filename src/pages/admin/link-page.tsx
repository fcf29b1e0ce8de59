import type { NewAccountLink } from "../../administration/links.ts";
import type { User } from "../../model/user.ts";
import { Copyable } from "../desk/copyable.tsx";
import { Moment } from "../desk/moment.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { QrCode } from "../desk/qr-code.tsx";
import { Sentence } from "../sentence.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, adminPage } from "./admin-page.ts";
import type { DeskView } from "./desk-view.ts";
import { pathOfPerson } from "./person-at.ts";
import { nameOf } from "./person-name.tsx";

/** What an administrator hands over: it lets somebody choose the password of an account. */
export type HandedLink = "invite" | "reset";

/** A link that was just made, as text and for a camera. It is nowhere else. */
export function linkPage(visit: AdminVisit, user: User, kind: HandedLink, link: NewAccountLink): Promise<Response> {
  const { link: own } = visit.words;
  const title = (kind === "invite" ? own.inviteTitle : own.resetTitle)(nameOf(user));
  return adminPage(visit, { part: "people", title, body: <LinkPage {...visit} user={user} kind={kind} link={link} /> });
}

type LinkView = DeskView & { readonly user: User; readonly kind: HandedLink; readonly link: NewAccountLink };

const LinkPage = ({ words, locale, basePath, user, kind, link }: LinkView) => {
  const own = words.link;
  return (
    <>
      <PageHead
        title={<Sentence of={kind === "invite" ? own.inviteTitle : own.resetTitle}>{nameOf(user)}</Sentence>}
        lead={own.lead}
      />
      <Copyable id="link" text={link.url} label={own.label} />
      <div>
        <QrCode text={link.url} label={own.qrCode} />
      </div>
      <p>
        {own.expires} <Moment at={link.expiresAt} locale={locale} />
      </p>
      <div class="actions">
        <a class="button button-quiet" id="to-person" href={`${basePath}${pathOfPerson(user.id)}`}>
          {own.toPerson}
        </a>
        {kind === "invite" ? (
          <a class="button button-quiet" id="another" href={`${basePath}${adminPaths.people}/new`}>
            {own.another}
          </a>
        ) : null}
      </div>
    </>
  );
};
