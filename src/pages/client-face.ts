import type { Texts } from "../languages/door/en.ts";
import { type Client, isVerifiedClient } from "../model/client.ts";
import type { ClientFace } from "./client-badge.tsx";

/**
 * The host of a web address, for people to read. Of every other address it is the scheme: what stands after that leads
 * to no host, so that an app could write anybody's there (RFC 8252 §7.1).
 */
export function hostOf(uri: string): string {
  const host = /^https?:/i.test(uri) ? (URL.parse(uri)?.host ?? "") : "";
  return host === "" ? `${uri.slice(0, uri.indexOf(":"))}:` : host;
}

/** The client's name in the reader's language (RFC 7591 §2.2); its id where it has none. */
export const clientName = ({ id, metadata }: Client, { locale }: Texts): string =>
  metadata.localized?.[`client_name#${locale}`] ?? metadata.client_name ?? id;

/**
 * A client that a person is asked about. Its host is that of its home page where an administrator has looked at it, else
 * that of the redirect URI: the one thing an impostor cannot choose freely.
 */
export function clientFace(client: Client, redirectUri: string, texts: Texts): ClientFace & { readonly host: string } {
  const isVerified = isVerifiedClient(client);
  const { client_uri: home } = client.metadata;
  return {
    name: clientName(client, texts),
    host: hostOf(isVerified && home !== undefined ? home : redirectUri),
    isVerified,
  };
}
