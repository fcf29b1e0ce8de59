import type { Texts } from "../languages/door/en.ts";

/** Deny and Approve. Deny comes first, so that neither the first Tab nor a stray Enter approves (RFC 8628 §5.4). */
export const DecisionButtons = ({
  texts,
  approveAction,
}: {
  readonly texts: Texts;
  /** Where Approve leads, if not to where the form does. */
  readonly approveAction?: string | undefined;
}) => (
  <div class="decision">
    <button class="button button-quiet" type="submit" id="deny" name="decision" value="deny">
      {texts.common.deny}
    </button>
    <button class="button" type="submit" id="approve" name="decision" value="approve" formaction={approveAction}>
      {texts.common.approve}
    </button>
  </div>
);
