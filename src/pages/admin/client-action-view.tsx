import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { PageHead } from "../desk/page-head.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { Sentence } from "../sentence.tsx";

/** In addresses and in texts. */
export const clientActions = ["switch-off", "delete", "end-access", "remove-secret"] as const;
export type ClientActionName = (typeof clientActions)[number];

type ClientActionView = {
  readonly apps: ApplicationTexts;
  readonly name: ClientActionName;
  readonly clientName: string;
  readonly isLastSecret: boolean;
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
};

/** What will happen, and the button that does it. */
export const ClientActionPage = ({ apps, name, isLastSecret, action, back, csrf, ...view }: ClientActionView) => {
  const own = apps.actions[name];
  const lead =
    name === "remove-secret" && isLastSecret ? apps.actions["remove-secret"].lastLead : apps.actions[name].lead;
  return (
    <>
      <PageHead title={<Sentence of={own.title}>{view.clientName}</Sentence>} lead={lead} />
      <form id={name} method="post" action={action}>
        <HiddenFields csrf={csrf} />
        <div class="actions">
          <button class={name === "end-access" ? "button" : "button button-danger"} type="submit" id={`${name}-button`}>
            {own.button}
          </button>
          <a class="button button-quiet" id="cancel" href={back}>
            {apps.actions.cancel}
          </a>
        </div>
      </form>
    </>
  );
};
