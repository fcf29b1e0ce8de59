import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { Badge } from "../desk/badge.tsx";

type PersonStateView = {
  readonly user: User;
  readonly now: Instant;
  readonly isSelf: boolean;
  readonly words: AdministrationTexts;
};

export const isWaiting = ({ lockedUntil }: User, now: Instant): boolean =>
  lockedUntil !== undefined && lockedUntil > now;

/** What is to be known of an account at a glance. */
export const PersonState = ({ user, now, isSelf, words: { states } }: PersonStateView) => {
  const isDisabled = user.disabledAt !== undefined;
  const isFromHost = user.hostSubject !== undefined;
  const isInvited = user.passwordHash === undefined && !isFromHost;
  const waits = isWaiting(user, now);
  return (
    <>
      {user.role === "admin" ? <Badge kind="neutral">{states.administrator}</Badge> : null}{" "}
      {user.origin === "apply" ? <Badge kind="neutral">{states.declared}</Badge> : null}{" "}
      {isSelf ? <Badge kind="neutral">{states.you}</Badge> : null}{" "}
      {isFromHost ? <Badge kind="neutral">{states.fromHost}</Badge> : null}{" "}
      {isDisabled ? <Badge kind="bad">{states.disabled}</Badge> : null}{" "}
      {waits ? <Badge kind="warning">{states.locked}</Badge> : null}{" "}
      {isInvited ? <Badge kind="warning">{states.invited}</Badge> : null}{" "}
      {isDisabled || waits || isInvited ? null : <Badge kind="good">{states.active}</Badge>}
    </>
  );
};
