import type { Texts } from "../../languages/door/en.ts";
import type { Client } from "../../model/client.ts";
import { clientName } from "../client-face.ts";
import { pathOfClient } from "./application-page.ts";

type ClientNameView = { readonly client: Client; readonly texts: Texts; readonly basePath: string };

/** The name of an app, which leads to its page. Names are not unique: the identifier stands below. */
export const ClientName = ({ client, texts, basePath }: ClientNameView) => {
  const name = clientName(client, texts);
  return (
    <>
      <a href={`${basePath}${pathOfClient(client.id)}`}>
        <bdi>{name}</bdi>
      </a>
      {name === client.id ? null : (
        <div class="hint">
          <bdi>{client.id}</bdi>
        </div>
      )}
    </>
  );
};
