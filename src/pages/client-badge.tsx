import type { Texts } from "../languages/door/en.ts";
import { CheckIcon, WarningIcon } from "./icons.tsx";

/** A client as a person sees it. `isVerified` is false for one that registered itself (RFC 7591 §5). */
export type ClientFace = {
  readonly name: string;
  /** The host of its redirect URI or of its `client_id` URL. */
  readonly host?: string | undefined;
  readonly isVerified: boolean;
};

const initial = (name: string) => [...name.trim()][0]?.toLocaleUpperCase() ?? "?";

/** Who asks: name, host, and whether an administrator stands behind it. */
export const ClientBadge = ({ client, texts }: { readonly client: ClientFace; readonly texts: Texts }) => (
  <div class="client">
    <span class="client-arch" aria-hidden="true">
      {initial(client.name)}
    </span>
    <div class="client-words">
      <p class="client-name">
        <bdi>{client.name}</bdi>
      </p>
      {client.host === undefined ? null : (
        <p class="client-host">
          <bdi>{client.host}</bdi>
        </p>
      )}
      <p class={client.isVerified ? "tag tag-verified" : "tag tag-unverified"}>
        {client.isVerified ? <CheckIcon /> : <WarningIcon />}
        {client.isVerified ? texts.common.verified : texts.common.unverified}
      </p>
    </div>
    {client.isVerified ? null : <p class="client-caution">{texts.common.unverifiedExplained}</p>}
  </div>
);
