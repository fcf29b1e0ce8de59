import type { ApplicationTexts } from "../../languages/applications/en.ts";
import { type Client, isVerifiedClient } from "../../model/client.ts";
import { Badge } from "../desk/badge.tsx";

type ClientStateView = { readonly client: Client; readonly apps: ApplicationTexts };

/** What is to be known of an app at a glance. */
export const ClientState = ({ client, apps: { states } }: ClientStateView) => (
  <>
    {isVerifiedClient(client) ? (
      <Badge kind="good">{states.verified}</Badge>
    ) : (
      <Badge kind="warning">{states.unverified}</Badge>
    )}
    {client.origin === "file" ? <Badge kind="neutral">{states.declared}</Badge> : null}
    {client.origin === "apply" ? <Badge kind="neutral">{states.applied}</Badge> : null}
    {client.approval === "waiting" ? <Badge kind="warning">{states.waiting}</Badge> : null}
    {client.disabledAt !== undefined && client.approval !== "waiting" ? (
      <Badge kind="bad">{states.disabled}</Badge>
    ) : null}
  </>
);
