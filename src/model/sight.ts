/** What the server sees of a request, and of what is between it and who asks. */
export interface Sight {
  /** The other end of the connection, and whether it is one of the operator's proxies. */
  readonly peer: { readonly address: string; readonly port: number | null; readonly trusted: boolean };
  /** Where the request is taken to come from. */
  readonly client: { readonly address: string; readonly protocol: "http" | "https" | null };
  /** Those that came with it. */
  readonly headers: Readonly<Record<"x-forwarded-for" | "x-forwarded-proto" | "forwarded", string | null>>;
}
